import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { placementsOf, type Topic } from '../log/topics.ts'
import { adherenceParts, type AdherencePart } from '../projections/adherence-parts.ts'
import { isOfPlan } from '../projections/agent-plan.ts'
import { learn, nothingKnown, type Knowledge } from '../projections/definitions.ts'
import {
  cellsTouched,
  explainCell,
  type CellQuestion,
  type Explanation,
  type TouchedCell,
} from '../projections/explanation.ts'
import { withEvents } from '../projections/timeline.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { decidingTime } from './deciding-time.ts'
import { definingSelection, eventSelection, fromEventRow } from './event-rows.ts'
import { refoldable, type LedgerPart, type RefoldablePart } from './ledger-part.ts'
import {
  partOfAgent,
  partsOfConversations,
  partsOfTasks,
  type LedgerReading,
} from './ledger-reading.ts'

/** What all shards of workers are told: definitions, mappings, activities and gaps, from the table `events`. */
export async function readKnowledge(warehouse: Warehouse): Promise<Knowledge> {
  const rows = await warehouse.query(
    `SELECT ${definingSelection} FROM events AS e
     WHERE e.topic = 'ledgerline.workers' AND e.entity = ''
       AND (e.type IN ('definitions.set', 'mapping.set', 'source.gap') OR startsWith(e.type, 'activity.'))
     ORDER BY e.at, e.position`,
    {},
  )
  return rows.map((row) => fromEventRow(row).event).reduce(learn, nothingKnown)
}

/** Why a cell says what it says. */
export interface ExplainedNumber extends Omit<Explanation, 'eventIds'> {
  readonly events: readonly LedgerEvent[]
  /** Of adherence: the stretches that are added up in it. Of other tables there are none. */
  readonly stretches: readonly AdherencePart[]
}

/** The events behind a cell, with who is in it. `asOf`: until when what is open counts. */
export async function explain(
  warehouse: Warehouse,
  cell: CellQuestion,
  knowledge: Knowledge,
  asOf: Instant,
): Promise<ExplainedNumber> {
  const parts = await partsIn(warehouse, cell, knowledge)
  const entities = parts.map((part) => refoldable(part, knowledge, asOf))
  const { eventIds, ...rest } = explainCell(entities, cell)
  const events = withEvents(
    [],
    parts.flatMap((part) => part.events.filter(({ id }) => eventIds.has(id))),
  )
  return { ...rest, events, stretches: stretchesIn(entities, cell, knowledge) }
}

function stretchesIn(
  entities: readonly RefoldablePart[],
  { table, from, metric }: CellQuestion,
  knowledge: Knowledge,
): readonly AdherencePart[] {
  if (table !== 'adherence_intervals') return []
  const wanted = { metric: metric.name, from, to: from + knowledge.intervalMs }
  return entities.flatMap(({ entity, timeline, asOf }) =>
    adherenceParts(entity, timeline, wanted, knowledge, asOf),
  )
}

/** The cells that an event is behind, through each entity that it tells something; null: there is no such event. */
export async function explainEvent(
  warehouse: Warehouse,
  id: string,
  knowledge: Knowledge,
  asOf: Instant,
): Promise<{
  readonly event: LedgerEvent
  readonly cells: readonly (TouchedCell & { readonly entity: string })[]
} | null> {
  const found = await select(warehouse, 'e.id = {id:String}', { id })
  const [event] = withEvents([], found)
  if (event === undefined) return null
  const reading = readingOf(warehouse)
  const day = timeTold(event)
  const near = await entitiesNear(warehouse, event, day)
  const parts = [
    ...(await partsOfTasks(reading, near.tasks)),
    ...(await partsOfConversations(reading, near.conversations)),
  ]
  for (const worker of near.workers) {
    const deciding = decidingTime(day, knowledge)
    const tasks = await tasksOfAgent(warehouse, worker, deciding)
    parts.push(await partOfAgent(reading, worker, tasks, deciding))
  }
  const cells = parts.flatMap((part) =>
    cellsTouched(refoldable(part, knowledge, asOf), id)
      .filter(({ key }) => part.topic !== 'ledgerline.workers' || isIn(day, key['interval_start']))
      .map((cell) => ({ ...cell, entity: part.entity })),
  )
  return { event, cells }
}

/** An agent's time never ends; so much of it is looked at: what a plan tells of, or a day on either side of another event. */
function timeTold(event: LedgerEvent): Span {
  const { at, since, until } = event
  if (!isOfPlan(event) || since === null || until === null) {
    return { from: at - dayMs, to: at + dayMs }
  }
  // Grace at the ends of a plan reaches further than the plan.
  return { from: since - dayMs, to: Math.min(until, since + plannedDaysMax * dayMs) + dayMs }
}

/** A plan of a year is a year's events, and more numbers than anybody reads. */
const plannedDaysMax = 31
const dayMs = 86_400_000

function isIn({ from, to }: Span, start: unknown): boolean {
  return Number(start) >= from && Number(start) < to
}

/** Whom an event stands under, and whom these tell of it: a conference its tasks, a task those who were offered it. */
async function entitiesNear(warehouse: Warehouse, event: LedgerEvent, day: Span) {
  const reading = readingOf(warehouse)
  const under = (topic: Topic, events: readonly LedgerEvent[]) => [
    ...new Set(
      events
        .flatMap(placementsOf)
        .filter((place) => place.topic === topic && !place.everywhere)
        .map(({ key }) => key),
    ),
  ]
  const conversations = under('ledgerline.conversations', [event])
  const inContacts = await reading.timelines('ledgerline.conversations', conversations)
  // His end closes what he had in hand.
  const left = event.type.startsWith('worker.') ? under('ledgerline.workers', [event]) : []
  const inHand = await Promise.all(left.map((worker) => tasksOfAgent(warehouse, worker, day)))
  const tasks = [
    ...new Set([...under('ledgerline.tasks', [event, ...inContacts]), ...inHand.flat()]),
  ]
  const inTasks = await reading.timelines('ledgerline.tasks', tasks)
  return { tasks, conversations, workers: under('ledgerline.workers', [event, ...inTasks]) }
}

async function tasksOfAgent(
  warehouse: Warehouse,
  agent: string,
  span: Span,
): Promise<readonly string[]> {
  return idsIn(warehouse, tasksSql('', 'agent', 'from_agent'), { agent, ...span })
}

async function idsIn(
  warehouse: Warehouse,
  sql: string,
  params: Readonly<Record<string, unknown>>,
): Promise<readonly string[]> {
  const rows = await warehouse.query<{ readonly id: string }>(sql, params)
  return rows.map(({ id }) => id)
}

/** All that may have a part in the cell, by the facts. */
async function partsIn(
  warehouse: Warehouse,
  { table, key, from }: CellQuestion,
  knowledge: Knowledge,
): Promise<readonly LedgerPart[]> {
  const reading = readingOf(warehouse)
  const to = from + knowledge.intervalMs
  const found = (sql: string) => idsIn(warehouse, sql, { ...key, from, to })
  if (table === 'queue_intervals') {
    return partsOfTasks(reading, await found(tasksSql(visitsSql, 'queue', 'from_queue')))
  }
  if (table === 'conversation_intervals') {
    return partsOfConversations(reading, await found(conversationsSql))
  }
  const agent = key['agent'] ?? ''
  const interval = { from, to }
  const span = table === 'adherence_intervals' ? decidingTime(interval, knowledge) : interval
  const tasks = await tasksOfAgent(warehouse, agent, span)
  return [await partOfAgent(reading, agent, tasks, span)]
}

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const overlaps = (from: string, to: string, isOpen = 'is_open') =>
  `${ms(from)} < {to:Int64} AND (${isOpen} OR ifNull(${ms(to)}, 0) >= {from:Int64})`

const visitsSql = `SELECT task AS id FROM queue_visits FINAL
  WHERE queue = {queue:String} AND ${overlaps('entered_at', 'exited_at')} UNION DISTINCT `

/** The tasks that waited, were offered, handled or given away in the interval. */
function tasksSql(visits: string, column: 'queue' | 'agent', giver: string): string {
  return `${visits}SELECT task AS id FROM segments FINAL
  WHERE ${column} = {${column}:String}
    AND ${overlaps('offered_at', 'coalesce(ended_at, offer_ended_at)')}
  UNION DISTINCT SELECT task AS id FROM transfers FINAL
  WHERE ${giver} = {${column}:String}
    AND ${overlaps('coalesce(initiated_at, ended_at)', 'ended_at')}`
}

const conversationsSql = `SELECT conversation AS id FROM conversations FINAL
  WHERE channel = {channel:String} AND ${overlaps('started_at', 'ended_at')}
  UNION DISTINCT SELECT conversation AS id FROM messages FINAL
  WHERE channel = {channel:String} AND conversation != ''
    AND ${ms('sent_at')} >= {from:Int64} AND ${ms('sent_at')} < {to:Int64}`

function readingOf(warehouse: Warehouse): LedgerReading {
  return {
    timelines: (topic, entities) =>
      entities.length === 0
        ? Promise.resolve([])
        : select(warehouse, 'e.topic = {topic:String} AND e.entity IN {entities:Array(String)}', {
            ...{ topic, entities },
          }),
    lifecycles: (workers) =>
      select(
        warehouse,
        `e.topic = 'ledgerline.workers' AND e.entity IN {workers:Array(String)}
         AND e.type IN ('worker.created', 'worker.deleted')`,
        { workers },
      ),
    shift: (worker, tasks) =>
      select(
        warehouse,
        `e.topic = 'ledgerline.workers' AND e.entity = {worker:String}
         AND (e.task IS NULL OR e.task IN {tasks:Array(String)})`,
        { worker, tasks },
      ),
  }
}

/** In the order in which they came: of copies of an event the first holds. */
async function select(
  warehouse: Warehouse,
  condition: string,
  params: Readonly<Record<string, unknown>>,
): Promise<readonly LedgerEvent[]> {
  const rows = await warehouse.query(
    `SELECT ${eventSelection} FROM events AS e WHERE ${condition} ORDER BY e.position`,
    params,
  )
  return rows.map((row) => fromEventRow(row).event)
}

/** What the table has in the cell. */
export async function storedValue(
  warehouse: Warehouse,
  { table, key, from, metric }: CellQuestion,
): Promise<readonly number[]> {
  const names: Readonly<Record<string, string>> = {
    ...{ sum: 'sum', first: 'sum', last: 'sum', max: 'max', 'last-max': 'max' },
    histogram: 'sumForEach',
  }
  const wanted = Object.keys(key).map((name) => `AND rows.${name} = {${name}:String}`)
  const rows = await warehouse.query<{ readonly value: number | string | readonly unknown[] }>(
    `SELECT ${names[metric.rollUp] ?? 'sum'}(rows.${metric.name}) AS value FROM v_${table satisfies IntervalTable} AS rows
     WHERE rows.interval_start = fromUnixTimestamp64Milli({from:Int64}) ${wanted.join(' ')}`,
    { ...key, from },
  )
  return [rows[0]?.value ?? 0].flat().map(Number)
}

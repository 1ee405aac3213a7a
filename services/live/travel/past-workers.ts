import { z } from 'zod'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import type { LiveAgent } from '../../projections/live-agent.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { slackMs, type Moment } from './moment.ts'
import { selectPastOf, type PlacedEvent } from './past-events.ts'
import { sightingCountsSql } from './sightings.ts'

/**
 * From when on a worker's events are wanted. His timeline never ends, so only the end of it is read: what he told of himself
 * since the activity before the one that he is in, and his work since what he does began. 0: all.
 */
export interface Reach {
  readonly toldFrom: Instant
  readonly workFrom: Instant
}

const topic = 'ledgerline.workers'

/** How far back it takes to tell what each worker did at the moment, by the facts as they are now. */
export async function readReaches(
  warehouse: Warehouse,
  { at }: Moment,
): Promise<Map<string, Reach>> {
  const [activities, states] = await Promise.all([
    warehouse.query(
      `SELECT agent, toUnixTimestamp64Milli(min(started_at)) AS began, count() AS known FROM (
         SELECT agent, started_at FROM agent_activities FINAL
         WHERE started_at <= fromUnixTimestamp64Milli({at:Int64})
         ORDER BY agent, started_at DESC, place DESC LIMIT ${activitiesWanted} BY agent
       ) GROUP BY agent`,
      { at },
    ),
    warehouse.query(
      `SELECT agent, toUnixTimestamp64Milli(max(started_at)) AS began FROM agent_states FINAL
       WHERE started_at <= fromUnixTimestamp64Milli({at:Int64}) GROUP BY agent`,
      { at },
    ),
  ])
  const began = new Map(
    z
      .array(stateRow)
      .parse(states)
      .map((row) => [row.agent, row.began]),
  )
  return new Map(
    z
      .array(activityRow)
      .parse(activities)
      .map((row) => [
        row.agent,
        {
          toldFrom: row.known < activitiesWanted ? 0 : Math.max(0, row.began - slackMs),
          workFrom: Math.max(0, (began.get(row.agent) ?? at) - slackMs),
        },
      ]),
  )
}

/** The one that he is in, the one before, and one more should the last have been told later than the moment. */
const activitiesWanted = 3

const stateRow = z.object({ agent: z.string(), began: z.int() })
const activityRow = stateRow.extend({ known: z.coerce.number() })

/** The events of workers as far back as each wants them, with the whole of every reservation that they speak of. */
export async function readWorkers(
  warehouse: Warehouse,
  moment: Moment,
  reaches: ReadonlyMap<string, Reach>,
  open: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<readonly PlacedEvent[]> {
  // Those who want much are asked for together, so that the others need not read as far back.
  const workers = [...reaches]
    .sort(([, a], [, b]) => Math.min(b.workFrom, b.toldFrom) - Math.min(a.workFrom, a.toldFrom))
    .map(([worker]) => worker)
  const froms = (some: readonly string[], which: keyof Reach) =>
    some.map((worker) => reaches.get(worker)?.[which] ?? 0)
  const late = await selectPastOf(
    ...([warehouse, topic, moment, workers] as const),
    `${isAfter('workFrom')} OR startsWith(e.type, 'worker.')
       AND (e.type IN ('worker.created', 'worker.deleted') OR ${isAfter('toldFrom')})`,
    (some) => ({ workFrom: froms(some, 'workFrom'), toldFrom: froms(some, 'toldFrom') }),
  )
  return [...late, ...(await restOfReservations(warehouse, moment, workers, late, open))]
}

function isAfter(from: keyof Reach): string {
  return `e.at >= fromUnixTimestamp64Milli(arrayElement({${from}:Array(Int64)}, indexOf({entities:Array(String)}, e.entity)))`
}

/**
 * Of the reservations that the events speak of, and of those that were open all the while. Even one that begins among the
 * events may have some from before: its task's customer may have been put on hold by then.
 */
async function restOfReservations(
  warehouse: Warehouse,
  moment: Moment,
  workers: readonly string[],
  events: readonly PlacedEvent[],
  open: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<readonly PlacedEvent[]> {
  const wanted = new Map<string, Set<string>>()
  const want = (worker: string, reservation: string | null) => {
    if (reservation === null) return
    const own = wanted.get(worker)
    if (own === undefined) wanted.set(worker, new Set([reservation]))
    else own.add(reservation)
  }
  for (const { entity, event } of events) want(entity, event.reservation)
  for (const worker of workers) for (const one of open.get(worker) ?? []) want(worker, one)
  return readReservations(warehouse, moment, wanted)
}

/** All events of these reservations, by worker. */
export async function readReservations(
  warehouse: Warehouse,
  moment: Moment,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<readonly PlacedEvent[]> {
  return selectPastOf(
    ...([warehouse, topic, moment, [...wanted.keys()]] as const),
    'e.reservation IN {reservations:Array(String)}',
    (some) => ({ reservations: some.flatMap((worker) => [...(wanted.get(worker) ?? [])]) }),
  )
}

/**
 * Whether more of the worker's past could show him otherwise: it could unless another activity before his is among the
 * events, and what he does began within them.
 */
export function isSettled(
  agent: LiveAgent | undefined,
  events: readonly LedgerEvent[],
  { toldFrom, workFrom }: Reach,
): boolean {
  const told = events.filter((event) => event.at >= toldFrom && tellsActivity(event))
  if (toldFrom > 0 && told.length === 0) return false
  if (agent?.activity == null || agent.state === null) return true
  const first = toldFrom === 0 ? -1 : Math.min(...told.map(({ at }) => at))
  return agent.activity.since > first && agent.state.since > Math.max(first, workFrom - 1)
}

function tellsActivity({ type, activity, activityName }: LedgerEvent): boolean {
  if (type === 'worker.deleted') return true
  const isOfActivity = type === 'worker.created' || type === 'worker.activity.update'
  return isOfActivity && (activity ?? activityName) !== null
}

const dayMs = 86_400_000

/** More of the past, several times as much as before. */
export function farther({ toldFrom, workFrom }: Reach, at: Instant): Reach {
  const length = Math.max(dayMs, 8 * (at - Math.min(toldFrom, workFrom)))
  // Once it is a year, the rest makes no difference to the work.
  const from = length > 400 * dayMs ? 0 : Math.max(0, at - length)
  return { toldFrom: from, workFrom: from }
}

/** What is told of a worker only now and then: the fields of `routing_sightings`, and by which events. */
const seldomTold = {
  attributes: {
    fields: ['attributes'],
    events: `startsWith(e.type, 'worker.') AND e.attributes IS NOT NULL`,
  },
  team: {
    fields: ['team'],
    events: `startsWith(e.type, 'worker.') AND position(ifNull(e.attributes, ''), '"team_') > 0`,
  },
  name: { fields: ['name'], events: 'e.worker_name IS NOT NULL' },
  channels: {
    fields: ['capacity', 'availability'],
    events: `startsWith(e.type, 'worker.') AND coalesce(e.capacity, e.channel_available) IS NOT NULL`,
  },
}
export type SeldomTold = keyof typeof seldomTold

/** The events of the day on which that was told last, of these workers; of channels, of each. */
export async function readSeldomTold(
  warehouse: Warehouse,
  moment: Moment,
  what: SeldomTold,
  workers: readonly string[],
): Promise<readonly PlacedEvent[]> {
  return selectPastOf(
    ...([warehouse, topic, moment, workers] as const),
    `(${seldomTold[what].events}) AND (e.entity, toDate(e.at)) IN (
       SELECT id, max(day) FROM routing_sightings
       WHERE kind = 'worker' AND field IN {fields:Array(String)} AND id IN {entities:Array(String)}
         AND ${sightingCountsSql(moment.as)}
       GROUP BY id, field, value)`,
    () => ({ fields: seldomTold[what].fields }),
  )
}

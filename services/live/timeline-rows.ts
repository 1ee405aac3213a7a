import { z } from 'zod'
import type { Span } from '../../schemas/events/instant.ts'
import { agentStates } from '../../schemas/feeds/state.ts'
import type { AgentTimeline, TaskLife, Work } from '../../schemas/feeds/timelines.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { Names } from './names.ts'

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const from = 'fromUnixTimestamp64Milli({from:Int64})'
const to = 'fromUnixTimestamp64Milli({to:Int64})'

/** What an agent did, as far as it reaches into the span. */
export async function readStates(
  warehouse: Warehouse,
  agent: string,
  span: Span,
): Promise<AgentTimeline['states']> {
  const rows = await warehouse.query(
    `SELECT ${ms('s.started_at')} AS "from", ${ms('s.ended_at')} AS "to", s.state AS state,
       s.activity AS activity, s.activity_name AS activityName
     FROM agent_states AS s FINAL
     WHERE s.agent = {agent:String} AND s.started_at < ${to} AND (s.is_open OR s.ended_at > ${from})
     ORDER BY s.started_at`,
    { agent, ...span },
  )
  return z.array(stateRow).parse(rows)
}

const stateRow = z.object({
  ...{ from: z.int(), to: z.int().nullable(), state: z.enum(agentStates) },
  ...{ activity: z.string(), activityName: z.string() },
})

/** Offers and handles of an agent that reach into the span. */
export function readWorkOf(
  warehouse: Warehouse,
  agent: string,
  span: Span,
  names: Names,
): Promise<Work[]> {
  return readWork(
    ...([warehouse, names] as const),
    `s.agent = {agent:String} AND s.offered_at < ${to}
     AND (s.is_open OR ifNull(s.ended_at, s.offer_ended_at) > ${from})`,
    { agent, ...span },
  )
}

async function readWork(
  warehouse: Warehouse,
  names: Names,
  condition: string,
  params: Readonly<Record<string, unknown>>,
): Promise<Work[]> {
  const rows = await warehouse.query(
    `SELECT s.task AS task, s.reservation AS reservation, s.agent AS agent, s.queue AS queue,
       s.channel AS channel, s.direction AS direction, ${ms('s.offered_at')} AS offeredAt,
       ${ms('s.accepted_at')} AS acceptedAt, ${ms('s.talk_ended_at')} AS wrapUpAt,
       ${ms('ifNull(s.ended_at, s.offer_ended_at)')} AS lastAt, s.is_open AS isOpen,
       s.offer_outcome AS outcome, arrayMap(at -> ${ms('at')}, s.hold_started_at) AS holdsFrom,
       arrayMap(at -> ${ms('at')}, s.hold_to) AS holdsTo, s.ring_ms AS ringMs, s.talk_ms AS talkMs,
       s.hold_ms AS holdMs, s.acw_ms AS acwMs
     FROM segments AS s FINAL WHERE ${condition} ORDER BY s.offered_at, s.reservation`,
    params,
  )
  return z
    .array(workRow)
    .parse(rows)
    .map(({ lastAt, isOpen, holdsFrom, holdsTo, ...work }) => ({
      ...work,
      ...{ agentName: names.agent(work.agent), queueName: names.queue(work.queue) },
      endedAt: isOpen ? null : lastAt,
      holds: holdsFrom.map((from, index) => ({ from, to: holdsTo[index] ?? null })),
    }))
}

const lengths = { ringMs: z.int(), talkMs: z.int(), holdMs: z.int(), acwMs: z.int() }
const workRow = z.object({
  ...{ task: z.string(), reservation: z.string(), agent: z.string(), queue: z.string() },
  ...{ channel: z.string(), direction: z.string(), offeredAt: z.int() },
  ...{ acceptedAt: z.int().nullable(), wrapUpAt: z.int().nullable(), lastAt: z.int().nullable() },
  ...{ isOpen: z.boolean(), outcome: z.string(), ...lengths },
  ...{ holdsFrom: z.array(z.int()), holdsTo: z.array(z.int()) },
})

/** All that is known of a task; null: nothing. */
export async function readLife(
  warehouse: Warehouse,
  task: string,
  names: Names,
): Promise<Omit<TaskLife, 'asOf'> | null> {
  const ask = (sql: string) => warehouse.query(sql, { task })
  const [contacts, visits, work, transfers] = await Promise.all([
    ask(
      `SELECT c.task AS id, c.conversation AS conversation, c.channel AS channel,
         c.direction AS direction, ${ms('c.created_at')} AS createdAt, ${ms('c.ended_at')} AS endedAt,
         c.outcome AS outcome, c.end_reason AS endReason, c.wait_ms AS waitMs, c.talk_ms AS talkMs,
         c.hold_ms AS holdMs, c.acw_ms AS acwMs
       FROM contacts AS c FINAL WHERE c.task = {task:String}`,
    ),
    ask(
      `SELECT v.queue AS queue, v.entry AS entry, ${ms('v.entered_at')} AS enteredAt,
         ${ms('v.exited_at')} AS exitedAt, v.disposition AS disposition, v.wait_ms AS waitMs,
         v.sl_threshold_ms AS slThresholdMs
       FROM queue_visits AS v FINAL WHERE v.task = {task:String} ORDER BY v.visit`,
    ),
    readWork(warehouse, names, 's.task = {task:String}', { task }),
    ask(
      `SELECT ${ms('t.initiated_at')} AS at, ${ms('t.ended_at')} AS endedAt, t.kind AS kind,
         t.mode AS mode, t.outcome AS outcome, t.from_agent AS fromAgent, t.to_agent AS toAgent,
         t.to_queue AS toQueue
       FROM transfers AS t FINAL WHERE t.task = {task:String} ORDER BY t.number`,
    ),
  ])
  const [contact] = z.array(contactRow).parse(contacts)
  if (contact === undefined) return null
  return {
    task: contact,
    visits: z
      .array(visitRow)
      .parse(visits)
      .map((visit) => ({ ...visit, queueName: names.queue(visit.queue) })),
    work,
    transfers: z
      .array(transferRow)
      .parse(transfers)
      .map(({ fromAgent, toAgent, toQueue, ...transfer }) => ({
        ...transfer,
        from: names.agent(fromAgent),
        to: toQueue === '' ? names.agent(toAgent) : names.queue(toQueue),
      })),
  }
}

const contactRow = z.object({
  ...{ id: z.string(), conversation: z.string(), channel: z.string(), direction: z.string() },
  ...{ createdAt: z.int(), endedAt: z.int().nullable(), outcome: z.string() },
  ...{ endReason: z.string(), waitMs: z.int() },
  ...{ talkMs: z.int(), holdMs: z.int(), acwMs: z.int() },
})

const visitRow = z.object({
  ...{ queue: z.string(), entry: z.string(), enteredAt: z.int(), exitedAt: z.int().nullable() },
  ...{ disposition: z.string(), waitMs: z.int(), slThresholdMs: z.int() },
})

const transferRow = z.object({
  ...{ at: z.int().nullable(), endedAt: z.int().nullable(), kind: z.string(), mode: z.string() },
  ...{ outcome: z.string(), fromAgent: z.string(), toAgent: z.string(), toQueue: z.string() },
})

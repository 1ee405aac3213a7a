import { z } from 'zod'
import type { EventType } from '../../schemas/events/event-types.ts'
import type { Span } from '../../schemas/events/instant.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

// TaskRouter's cumulative statistics count its own events, so here they are counted, and not what the hub has made of them:
// an offer that only the end of its task has ended is in the hub's tables, and in no statistics of TaskRouter's.

/** By name, the events that are counted. */
const counted = {
  reservations_created: ['reservation.created'],
  reservations_accepted: ['reservation.accepted'],
  reservations_rejected: ['reservation.rejected'],
  reservations_timed_out: ['reservation.timeout'],
  reservations_canceled: ['reservation.canceled'],
  reservations_rescinded: ['reservation.rescinded'],
  tasks_created: ['task.created'],
  tasks_entered_queue: ['task-queue.entered'],
  tasks_entered_workflow: ['workflow.entered'],
  tasks_moved: ['task-queue.moved'],
  tasks_completed: ['task.completed'],
  tasks_canceled: ['task.canceled'],
  tasks_deleted: ['task.deleted', 'task.system-deleted'],
  tasks_timed_out_in_workflow: ['workflow.timeout'],
} as const satisfies Readonly<Record<string, readonly EventType[]>>

export type CountName = keyof typeof counted

/** By name, whose waits they are, and since when. */
const waits = {
  until_accepted: { ended: 'reservation.accepted', ms: 'since_created_ms' },
  until_canceled: { ended: 'task.canceled', ms: 'since_created_ms' },
  in_queue_until_accepted: { ended: 'reservation.accepted', ms: 'in_queue_ms' },
} as const

export type WaitName = keyof typeof waits

/** Milliseconds; a wait of which nobody told the beginning is not in it. */
export interface Waits {
  readonly count: number
  readonly total: number
  readonly min: number
  readonly max: number
}

export interface Split {
  readonly seconds: number
  readonly above: Readonly<Record<SplitName, number>>
  readonly below: Readonly<Record<SplitName, number>>
}

export type SplitName = 'tasks_canceled' | 'reservations_accepted'

export interface EventCounts {
  count(name: CountName): number
  waits(name: WaitName): Waits
  /** By threshold, in the order in which they were asked for. */
  readonly splits: readonly Split[]
}

export interface CountsQuestion {
  readonly workspace: string
  readonly window: Span
  /** Null: all together. */
  readonly channel: string | null
  /** Seconds of waits since the creation of the task. */
  readonly thresholds: readonly number[]
  /** By what they are counted; null: all of the workspace, under the empty name. */
  readonly by: 'queue' | 'workflow' | 'worker' | null
  /** Only this one. */
  readonly only?: string
}

/** By queue, workflow or worker; who has no events in the window is not there. */
export async function countEvents(
  warehouse: Warehouse,
  question: CountsQuestion,
): Promise<ReadonlyMap<string, EventCounts>> {
  const { workspace, window, channel, thresholds, only } = question
  const rows = await warehouse.query<Readonly<Record<string, unknown>>>(sqlOf(question), {
    ...{ workspace, from: window.from, to: window.to, types: Object.values(counted).flat() },
    ...(channel === null ? {} : { channel }),
    ...(only === undefined ? {} : { only }),
  })
  return new Map(
    rows.map(({ subject, ...numbers }) => [
      z.string().parse(subject),
      fromRow(numbersSchema.parse(numbers), thresholds),
    ]),
  )
}

export function noEvents(thresholds: readonly number[]): EventCounts {
  return fromRow({}, thresholds)
}

const numbersSchema = z.record(z.string(), z.int())

function fromRow(
  row: Readonly<Record<string, number>>,
  thresholds: readonly number[],
): EventCounts {
  const of = (column: string) => row[column] ?? 0
  const side = (name: 'above' | 'below', seconds: number) => ({
    tasks_canceled: of(`tasks_canceled_${name}_${seconds}`),
    reservations_accepted: of(`reservations_accepted_${name}_${seconds}`),
  })
  return {
    count: of,
    waits: (name) => ({
      count: of(`${name}_count`),
      total: of(`${name}_sum`),
      min: of(`${name}_min`),
      max: of(`${name}_max`),
    }),
    splits: thresholds.map((seconds) => ({
      seconds,
      above: side('above', seconds),
      below: side('below', seconds),
    })),
  }
}

const splitWaits = {
  tasks_canceled: waits.until_canceled,
  reservations_accepted: waits.until_accepted,
} as const satisfies Readonly<Record<SplitName, unknown>>

function sqlOf({ channel, thresholds, by, only }: CountsQuestion): string {
  const subject = by === null ? "''" : `e.${by}`
  return `
    SELECT told.subject AS subject, ${columnsOf(thresholds).join(', ')}
    FROM (
      SELECT told.subject AS subject, told.type AS type,
        if(tasks.created IS NULL, NULL, greatest(0, told.happened - tasks.created)) AS since_created_ms,
        answers.waited AS in_queue_ms
      FROM (
        SELECT e.id, any(e.type) AS type, any(assumeNotNull(e.task)) AS task,
          any(ifNull(e.reservation, '')) AS reservation, any(ifNull(${subject}, '')) AS subject,
          min(${ms('e.at')}) AS happened
        FROM events AS e
        WHERE ${inWindow} AND e.type IN {types:Array(String)}
          ${channel === null ? '' : 'AND e.channel = {channel:String}'}
          ${only === undefined ? '' : `AND ${subject} = {only:String}`}
        GROUP BY e.id) AS told
      LEFT JOIN (
        SELECT e.entity AS task, min(${ms('e.at')}) AS created FROM events AS e
        WHERE ${ofTaskRouter} AND e.type = 'task.created' AND e.entity IN (${tasksThatEndedWaits})
        GROUP BY task) AS tasks ON tasks.task = told.task
      LEFT JOIN (
        SELECT answered_by, max(wait_ms) AS waited FROM queue_visits FINAL
        WHERE workspace = {workspace:String} AND answered_by != ''
          AND task IN (${tasksThatEndedWaits})
        GROUP BY answered_by) AS answers ON answers.answered_by = told.reservation) AS told
    GROUP BY subject
    SETTINGS join_use_nulls = 1`
}

const ms = (column: string) => `toUnixTimestamp64Milli(${column})`

/** What the hub has found out itself, or has made of another event, is nothing that TaskRouter counts. */
const ofTaskRouter = `e.topic = 'ledgerline.tasks' AND e.workspace = {workspace:String}
          AND e.road != 'hub' AND e.cause IS NULL`

const inWindow = `${ofTaskRouter}
          AND e.at >= fromUnixTimestamp64Milli({from:Int64}) AND e.at < fromUnixTimestamp64Milli({to:Int64})`

/** So that of all tasks and visits only these are read. */
const tasksThatEndedWaits = `SELECT assumeNotNull(e.task) FROM events AS e
          WHERE ${inWindow} AND e.type IN ('reservation.accepted', 'task.canceled')`

function columnsOf(thresholds: readonly number[]): readonly string[] {
  const counts = Object.entries(counted).map(
    ([name, types]) => `countIf(type IN (${types.map(quoted).join(', ')})) AS ${name}`,
  )
  const lengths = Object.entries(waits).flatMap(([name, { ended, ms: length }]) => {
    const one = `type = ${quoted(ended)}`
    return [
      `countIf(${one} AND ${length} IS NOT NULL) AS ${name}_count`,
      ...['sum', 'min', 'max'].map(
        (sum) => `toInt64(ifNull(${sum}If(${length}, ${one}), 0)) AS ${name}_${sum}`,
      ),
    ]
  })
  const splits = Object.entries(splitWaits).flatMap(([name, { ended, ms: length }]) =>
    thresholds.flatMap((seconds) => {
      const one = `type = ${quoted(ended)} AND ${length}`
      return [
        `countIf(${one} > ${seconds * 1000}) AS ${name}_above_${seconds}`,
        `countIf(${one} <= ${seconds * 1000}) AS ${name}_below_${seconds}`,
      ]
    }),
  )
  return [...counts, ...lengths, ...splits]
}

function quoted(text: string): string {
  return `'${text}'`
}

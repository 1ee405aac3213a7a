import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { definitionsSchema, type Definitions } from '../../schemas/events/definitions.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import {
  nothingKnown,
  withDefinitions,
  type Knowledge,
} from '../../services/projections/definitions.ts'
import { dayMs, dayStart } from '../../services/time/interval.ts'
import { anEvent, type PlainRow } from './fold-all.ts'
import { anException, aPlan } from './plan-events.ts'

const folder = join(import.meta.dirname, '../fixtures/metrics')

const row = z.record(z.string(), z.unknown())

const stretch = { worker: z.string(), start: z.string(), end: z.string() }

const example = z.object({
  id: z.string(),
  title: z.string(),
  config: z.object({
    sl_threshold_ms: z.number(),
    short_abandon_ms: z.number(),
    same_queue_merge_ms: z.number(),
    activities: z.record(z.string(), z.string()),
    cancel_reasons: z.record(z.string(), z.string()),
    queues: z
      .record(z.string(), z.object({ sl_threshold_ms: z.number(), short_abandon_ms: z.number() }))
      .default({}),
    adherence: z
      .object({
        grace_ms: z.number(),
        grace_mode: z.enum(['all_or_nothing', 'deduct']),
        activity_to_code: z.record(z.string(), z.string().nullable()),
        accept: z.record(z.string(), z.array(z.string())),
        productive_codes: z.array(z.string()),
      })
      .optional(),
  }),
  as_of: z.string(),
  events: z.array(z.record(z.string(), z.union([z.string(), z.boolean()]))),
  schedule: z.array(z.object({ ...stretch, code: z.string(), tracked: z.boolean() })).default([]),
  exceptions: z
    .array(
      z.discriminatedUnion('kind', [
        z.object({ ...stretch, kind: z.literal('replace'), code: z.string() }),
        z.object({ ...stretch, kind: z.enum(['exclude', 'excuse']), reason: z.string() }),
      ]),
    )
    .default([]),
  expected: z.record(z.string(), z.array(row)),
})

export type Example = z.infer<typeof example>

/** The worked examples of the dictionary, as its authors have written them. */
export const examples = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => example.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))

/** Those that say what events come to in the interval tables. */
export const foldedExamples = examples.filter(({ expected }) =>
  Object.keys(intervalMetrics).some((table) => table in expected),
)

/** Columns of later rulings, which the worked examples do not know; histograms are in `wait_hist`. */
const unlisted = new Set([
  'wait_answered_max_ms',
  'wait_abandoned_max_ms',
  'cohort_talk_ms',
  'cohort_hold_ms',
  'cohort_acw_ms',
  'wait_answered_hist',
  'wait_abandoned_hist',
  'handle_hist',
])

/** So are those of what is paid, and of what was known of a plan: an example has one plan. */
function isUnlisted(name: string): boolean {
  return unlisted.has(name) || name.startsWith('known_') || name.startsWith('paid_')
}

/** The rows that an example expects in a table. */
export function expectedRows(given: Example, table: string): readonly PlainRow[] {
  return sorted((given.expected[table] ?? []).map(keyed))
}

/** The rows of a table as the examples write them: names of keys theirs, zeros left out. */
export function plain(table: string, found: readonly PlainRow[]): readonly PlainRow[] {
  const metrics = new Set<string>(intervalMetrics[table as IntervalTable].map(({ name }) => name))
  const isShown = ([name, value]: readonly [string, unknown]) =>
    name !== 'workspace' && !(metrics.has(name) && (value === 0 || isUnlisted(name)))
  return sorted(
    found
      .map((one) => Object.fromEntries(Object.entries(one).filter(isShown)))
      .filter((one) => Object.keys(one).some((name) => metrics.has(name))),
  )
}

function keyed(expected: PlainRow): PlainRow {
  const { worker, interval_start, ...rest } = expected
  return {
    ...rest,
    ...(worker === undefined ? {} : { agent: worker }),
    interval_start: Date.parse(String(interval_start)),
  }
}

function sorted(rows: readonly PlainRow[]): readonly PlainRow[] {
  const keys = ['interval_start', 'agent', 'queue', 'channel', 'direction', 'activity']
  const name = (one: PlainRow) => keys.map((key) => String(one[key])).join()
  return [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1))
}

export function knowledgeOf(given: Example, intervalMinutes: 5 | 15 | 30 = 15): Knowledge {
  const of = { ...definitionsOf(given), intervalMinutes }
  return withDefinitions(nothingKnown, [{ from: 0, id: 'example', of }])
}

export function definitionsOf({ config }: Example): Definitions {
  return definitionsSchema.parse({
    slThresholdMs: config.sl_threshold_ms,
    shortAbandonMs: config.short_abandon_ms,
    sameQueueMergeMs: config.same_queue_merge_ms,
    activities: config.activities,
    cancelReasons: config.cancel_reasons,
    adherence: {
      graceMs: config.adherence?.grace_ms,
      graceMode: config.adherence?.grace_mode,
      activityCodes: config.adherence?.activity_to_code,
      accept: config.adherence?.accept,
      productiveCodes: config.adherence?.productive_codes,
    },
    queues: Object.fromEntries(
      Object.entries(config.queues).map(([queue, own]) => [
        queue,
        { slThresholdMs: own.sl_threshold_ms, shortAbandonMs: own.short_abandon_ms },
      ]),
    ),
  })
}

const renamed: Record<string, keyof LedgerEvent> = {
  parent_task: 'parentTask',
  requested_at: 'requestedAt',
  to_queue: 'toQueue',
  to_worker: 'toWorker',
  mode: 'transferMode',
}

/** The neutral form as events; as the normaliser does, channel and direction of the task go onto every event of it. */
export function eventsOf(given: Example): readonly LedgerEvent[] {
  const tasks = new Map(
    given.events
      .filter((event) => event['type'] === 'task.created')
      .map((event) => [
        event['task'],
        { channel: event['channel'], direction: event['direction'] },
      ]),
  )
  const told = given.events.map(({ ts, ...event }) => {
    const fields: Record<string, unknown> = { ...tasks.get(event['task'] ?? '') }
    for (const [name, value] of Object.entries(event)) {
      fields[renamed[name] ?? name] = name === 'requested_at' ? Date.parse(String(value)) : value
    }
    // As `POST /events` does it: a message that is given no id goes by its event's.
    if (event['type'] === 'message.added') fields['message'] = event['id']
    return anEvent({ ...fields, at: Date.parse(String(ts)) })
  })
  return [...told, ...planOf(given)]
}

/** What is planned of the day, read as it begins, and what is agreed beside it. */
function planOf({ as_of, schedule, exceptions }: Example): readonly LedgerEvent[] {
  const dayFrom = dayStart(Date.parse(as_of))
  const toSpan = ({ start, end }: { readonly start: string; readonly end: string }) => ({
    ...{ from: Date.parse(start), to: Date.parse(end) },
  })
  const plans = [...new Set(schedule.map(({ worker }) => worker))].map((worker) => {
    const own = schedule.filter((one) => one.worker === worker)
    return aPlan({
      ...{ id: `plan-${worker}`, worker, at: dayFrom, from: dayFrom, to: dayFrom + dayMs },
      segments: own.map((one) => ({ ...toSpan(one), code: one.code, tracked: one.tracked })),
    })
  })
  const agreed = exceptions.map((one, n) =>
    anException({
      ...{ id: `agreed-${n}`, worker: one.worker, at: dayFrom, ...toSpan(one), kind: one.kind },
      ...(one.kind === 'replace' ? { code: one.code } : { reason: one.reason }),
    }),
  )
  return [...plans, ...agreed]
}

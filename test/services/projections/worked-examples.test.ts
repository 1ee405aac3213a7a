import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { definitionsSchema } from '../../../schemas/events/definitions.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { intervalMetrics, type IntervalTable } from '../../../schemas/metrics/catalogue.ts'
import { histogramBoundsMs } from '../../../schemas/metrics/metric.ts'
import { rateValue, type Rate } from '../../../schemas/metrics/rate.ts'
import { rates } from '../../../schemas/metrics/rates.ts'
import { nothingKnown, type Knowledge } from '../../../services/projections/definitions.ts'
import { anEvent, foldAll, type PlainRow } from '../../support/fold-all.ts'

const folder = join(import.meta.dirname, '../../fixtures/metrics')

const row = z.record(z.string(), z.unknown())

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
  }),
  as_of: z.string(),
  events: z.array(z.record(z.string(), z.union([z.string(), z.boolean()]))),
  expected: z.record(z.string(), z.array(row)),
})

type Example = z.infer<typeof example>

/** 09 needs schedules. */
const later = ['09-']

const examples = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && !later.some((prefix) => file.startsWith(prefix)))
  .map((file) => example.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))))

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

describe.each(examples)('$id: $title', (given) => {
  const rows = foldAll(eventsOf(given), Date.parse(given.as_of), knowledgeOf(given))

  test.each(Object.keys(intervalMetrics).filter((table) => table in given.expected))(
    '%s has exactly these rows',
    (table) => {
      expect(plain(table, rows.get(table) ?? [])).toEqual(
        sorted((given.expected[table] ?? []).map((expected) => keyed(expected))),
      )
    },
  )
})

test.each(examples.filter((given) => 'wait_hist' in given.expected))(
  '$id: the histograms have exactly these buckets',
  (given) => {
    const rows = foldAll(eventsOf(given), Date.parse(given.as_of), knowledgeOf(given))

    const histograms = (rows.get('queue_intervals') ?? [])
      .filter((found) => 'wait_answered_hist' in found || 'wait_abandoned_hist' in found)
      .map((found) => ({
        queue: found['queue'],
        interval_start: found['interval_start'],
        wait_answered_hist: buckets(found['wait_answered_hist']),
        wait_abandoned_hist: buckets(found['wait_abandoned_hist']),
      }))
    const expected = (given.expected['wait_hist'] ?? []).map((one) => ({
      queue: one['queue'],
      interval_start: Date.parse(String(one['interval_start'])),
      wait_answered_hist: one['wait_answered_hist'],
      wait_abandoned_hist: one['wait_abandoned_hist'],
    }))
    expect(histograms).toEqual(expected)
  },
)

/** Where the parts of each basis stand. */
const ratioTables: Readonly<Record<string, readonly string[]>> = {
  event: ['queue_intervals'],
  cohort: ['queue_intervals'],
  sl_event: ['queue_intervals'],
  wce: ['queue_intervals'],
  wall: ['agent_intervals', 'agent_queue_intervals'],
  focus: ['agent_queue_intervals'],
}
/** Needs what was diverted within the threshold, which the facts alone tell. */
const ofFacts = ['sl_removed_in_threshold']

describe.each(examples.filter((given) => 'ratios' in given.expected))(
  '$id: the rates come to these ratios',
  (given) => {
    const rows = foldAll(eventsOf(given), Date.parse(given.as_of), knowledgeOf(given))
    const ratios = z.array(ratio).parse(given.expected['ratios'])

    test.each(ratios.filter(({ name }) => !ofFacts.includes(name)))(
      '$name of $of by $basis',
      ({ of, basis, name, num, den }) => {
        const meant = rateNamed(name, basis)
        const found = (ratioTables[basis] ?? []).flatMap((table) =>
          (rows.get(table) ?? []).filter((one) => isOf(one, of)),
        )
        const sumOf = (metric: string) =>
          found.reduce((total, one) => total + Number(one[metric] ?? 0), 0)
        expect(rateValue(meant, sumOf, 900_000)).toBe(num / den)
        expect(rateValue({ ...meant, denominator: ['period_ms'] }, sumOf, 1)).toBe(num)
      },
    )
  },
)

const ratio = z.object({
  of: z.string(),
  basis: z.string(),
  name: z.string(),
  num: z.number(),
  den: z.number(),
})

function rateNamed(name: string, basis: string): Rate {
  const own = basis === 'sl_event' ? name.replace('sl_', 'sl_event_') : name
  const found = rates.find(
    (rate) => rate.name === own && (rate.attribution === 'arrival') === (basis === 'cohort'),
  )
  if (found === undefined) throw new Error(`there is no rate ${name} by ${basis}`)
  return found
}

/** `billing voice inbound 15:00`, `bob 15:00`, `chat 18:00-18:30`: whose row, and the time or times of its interval. */
function isOf(one: PlainRow, of: string): boolean {
  const [who = '', ...more] = of.split(' ')
  const [from = '', to] = (more.pop() ?? '').split('-')
  const at = new Date(Number(one['interval_start'])).toISOString().slice(11, 16)
  return (
    [one['agent'], one['queue']].includes(who) &&
    more.every((word) => [one['channel'], one['direction']].includes(word)) &&
    (to === undefined ? at === from : at >= from && at < to)
  )
}

function buckets(histogram: unknown): Record<string, number> {
  const counts = z.array(z.number()).default([]).parse(histogram)
  return Object.fromEntries(
    counts.flatMap((count, bucket) =>
      count === 0 ? [] : [[String(histogramBoundsMs[bucket]), count]],
    ),
  )
}

/** The rows of a table as the examples write them: names of keys theirs, zeros left out. */
function plain(table: string, found: readonly PlainRow[]): readonly PlainRow[] {
  const metrics = new Set<string>(intervalMetrics[table as IntervalTable].map(({ name }) => name))
  return sorted(
    found.map((one) =>
      Object.fromEntries(
        Object.entries(one).filter(
          ([name, value]) =>
            name !== 'workspace' && !(metrics.has(name) && (value === 0 || unlisted.has(name))),
        ),
      ),
    ),
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

function knowledgeOf(given: Example): Knowledge {
  const { config } = given
  const of = definitionsSchema.parse({
    slThresholdMs: config.sl_threshold_ms,
    shortAbandonMs: config.short_abandon_ms,
    sameQueueMergeMs: config.same_queue_merge_ms,
    activities: config.activities,
    cancelReasons: config.cancel_reasons,
    queues: Object.fromEntries(
      Object.entries(config.queues).map(([queue, own]) => [
        queue,
        { slThresholdMs: own.sl_threshold_ms, shortAbandonMs: own.short_abandon_ms },
      ]),
    ),
  })
  return { ...nothingKnown, definitions: [{ from: 0, id: 'example', of }] }
}

const renamed: Record<string, keyof LedgerEvent> = {
  parent_task: 'parentTask',
  requested_at: 'requestedAt',
  to_queue: 'toQueue',
  to_worker: 'toWorker',
  mode: 'transferMode',
}

/** The neutral form as events; as the normaliser does, channel and direction of the task go onto every event of it. */
function eventsOf(given: Example): readonly LedgerEvent[] {
  const tasks = new Map(
    given.events
      .filter((event) => event['type'] === 'task.created')
      .map((event) => [
        event['task'],
        { channel: event['channel'], direction: event['direction'] },
      ]),
  )
  return given.events.map(({ ts, ...event }) => {
    const fields: Record<string, unknown> = { ...tasks.get(event['task'] ?? '') }
    for (const [name, value] of Object.entries(event)) {
      fields[renamed[name] ?? name] = name === 'requested_at' ? Date.parse(String(value)) : value
    }
    // As `POST /events` does it: a message that is given no id goes by its event's.
    if (event['type'] === 'message.added') fields['message'] = event['id']
    return anEvent({ ...fields, at: Date.parse(String(ts)) })
  })
}

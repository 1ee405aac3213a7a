import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { intervalMetrics, intervalTables } from '../../../schemas/metrics/catalogue.ts'
import { histogramBoundsMs } from '../../../schemas/metrics/metric.ts'
import { rateValue, type Rate } from '../../../schemas/metrics/rate.ts'
import { rates } from '../../../schemas/metrics/rates.ts'
import { foldAll, type PlainRow } from '../../support/fold-all.ts'
import { hourly } from '../../support/hourly.ts'
import {
  eventsOf,
  expectedRows,
  foldedExamples,
  knowledgeOf,
  plain,
} from '../../support/worked-examples.ts'

describe.each(foldedExamples)('$id: $title', (given) => {
  const rows = foldAll(eventsOf(given), Date.parse(given.as_of), knowledgeOf(given))

  test.each(Object.keys(intervalMetrics).filter((table) => table in given.expected))(
    '%s has exactly these rows',
    (table) => {
      expect(plain(table, rows.get(table) ?? [])).toEqual(expectedRows(given, table))
    },
  )
})

describe.each([5, 30] as const)('in intervals of %i minutes', (intervalMinutes) => {
  test.each(foldedExamples)('$id comes to the same hours', (given) => {
    const asOf = Date.parse(given.as_of)
    const quarters = foldAll(eventsOf(given), asOf, knowledgeOf(given))
    const knowledge = knowledgeOf(given, intervalMinutes)
    const rows = foldAll(eventsOf(given), asOf, knowledge)
    for (const table of intervalTables) {
      expect(hourly(table, rows.get(table) ?? [], knowledge.intervalMs, asOf), table).toEqual(
        hourly(table, quarters.get(table) ?? [], 900_000, asOf),
      )
    }
  })
})

test.each(foldedExamples.filter((given) => 'wait_hist' in given.expected))(
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
  raw: ['adherence_intervals'],
  adjusted: ['adherence_intervals'],
  conformance: ['adherence_intervals'],
}
/** Needs what was diverted within the threshold, which the facts alone tell. */
const ofFacts = ['sl_removed_in_threshold']

describe.each(foldedExamples.filter((given) => 'ratios' in given.expected))(
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

/** `billing voice inbound 15:00`, `bob 15:00`, `chat 18:00-18:30`, `ann shift`: whose row, and the time or times of its interval. */
function isOf(one: PlainRow, of: string): boolean {
  if (of.endsWith(' shift')) return one['agent'] === of.replace(' shift', '')
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

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageRoot } from '../../../../services/runtime/package-root.ts'
import { expectedRows } from '../../../../services/simulator/truth/expected-rows.ts'
import {
  defaultTruthParameters,
  type AdherenceRules,
} from '../../../../services/simulator/truth/parameters.ts'
import {
  chronicleOf,
  expectedRowsSchema,
  metricFixtureSchema,
  type MetricFixture,
} from '../../../support/simulated-chronicle.ts'

// The worked examples of the dictionary were done by hand. What the simulator says of the same spans must be the same.

const fixtures = [
  '01-boundary-split',
  '02-abandons-and-service-level',
  '03-cold-transfer',
  '04-rona',
  '05-multitasking-chat',
  '06-hold',
  '07-wrapup-over-boundary',
  '08-dst-fall-back',
  '08b-dst-spring-forward',
  '09-adherence-with-exceptions',
  '10-queue-jumps',
  '11-disorder-and-duplicates',
  '12-missing-ends-skew-and-open',
  '13-callback-and-outbound',
  '14-email-backlog-over-midnight',
  '15-messaging-responses',
  '16-ringing-abandon-direct-transfer-requeue',
]

const tables = [
  'queue_intervals',
  'agent_queue_intervals',
  'agent_intervals',
  'agent_activity_intervals',
  'conversation_intervals',
  'adherence_intervals',
] as const

/** Columns that the dictionary got after the fixtures were worked out. */
const newer = new Set([
  'wait_answered_max_ms',
  'wait_abandoned_max_ms',
  'cohort_talk_ms',
  'cohort_hold_ms',
  'cohort_acw_ms',
])

/** What was known at the time: here no plan changes. */
const newerKinds = /^known_/

describe.each(fixtures)('%s', (name) => {
  const fixture = readFixture(name)
  const threshold = Object.values(fixture.config.queues)[0]?.sl_threshold_ms
  const rows = expectedRows(chronicleOf(fixture), fixture.as_of, {
    parameters: {
      ...defaultTruthParameters,
      slThresholdMs: threshold ?? fixture.config.sl_threshold_ms,
      shortAbandonMs: fixture.config.short_abandon_ms,
      adherence: rulesOf(fixture),
    },
  })

  test.each(tables.filter((table) => table in fixture.expected))('%s', (table) => {
    const wanted = expectedRowsSchema.parse(fixture.expected[table]).map((row) => lineOf(row))
    expect(rows[table].map((row) => lineOf(row)).sort()).toEqual(wanted.sort())
  })
})

test('waits fall into the buckets that were counted by hand', () => {
  const fixture = readFixture('02-abandons-and-service-level')
  const rows = expectedRows(chronicleOf(fixture), fixture.as_of).queue_intervals
  const counts = rows.map((row) => [row.wait_answered_hist, row.wait_abandoned_hist])
  const buckets = counts.map((pair) => pair.map((hist) => hist.slice(0, 10)))
  expect(buckets).toEqual([
    [
      [0, 0, 0, 1, 1, 0, 0, 0, 0, 1],
      [2, 0, 0, 1, 0, 0, 0, 0, 1, 0],
    ],
    [
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 1, 0, 0, 0],
    ],
  ])
})

function readFixture(name: string): MetricFixture {
  const file = join(packageRoot, 'test/fixtures/metrics', `${name}.json`)
  return metricFixtureSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
}

/** Activities go by their names there, and of pay nothing is told. */
function rulesOf({ config: { adherence }, schedule }: MetricFixture): AdherenceRules {
  const { grace_ms: graceMs = 0, productive_codes: productive = [] } = adherence ?? {}
  const codes = Object.entries(adherence?.activity_to_code ?? {}).flatMap(([name, code]) =>
    code === null ? [] : [[name, code] as const],
  )
  const accept = new Map(Object.entries(adherence?.accept ?? {}))
  const unpaid = schedule.map(({ code }) => code)
  return { codes: new Map(codes), accept, productive, unpaid, graceMs }
}

/** A row as one line of what is not 0, the fixtures' `worker` being the tables' `agent`. */
function lineOf(row: Readonly<Record<string, unknown>>): string {
  return Object.entries(row)
    .filter(([name, value]) => value !== 0 && !newer.has(name) && !newerKinds.test(name))
    .filter(([name]) => name !== 'workspace' && !name.endsWith('_hist'))
    .map(([name, value]) => {
      const start = name === 'interval_start' && typeof value === 'number'
      return `${name === 'worker' ? 'agent' : name}=${start ? new Date(value).toISOString() : String(value)}`
    })
    .sort()
    .join(' ')
}

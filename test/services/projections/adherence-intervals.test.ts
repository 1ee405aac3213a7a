import { expect, test } from 'vitest'
import { adherenceSchema, type AdherenceParameters } from '../../../schemas/events/adherence.ts'
import { adherenceIntervals } from '../../../services/projections/adherence-intervals.ts'
import { adherenceSpans } from '../../../services/projections/adherence-spans.ts'
import { quarterHourMs as intervalMs } from '../../../services/time/interval.ts'
import { anEvent } from '../../support/fold-all.ts'
import { measuredTime, statesOf, type PlannedDay } from '../../support/measured-time.ts'

const minute = 60_000
const nine = Date.parse('2026-01-14T09:00:00.000Z')
const asOf = nine + 120 * minute

const parameters = adherenceSchema.parse({
  activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK' },
  productiveCodes: ['ON_QUEUE'],
})

/** The time from nine on, in minutes. */
const span = (from: number, to: number) => ({ from: nine + from * minute, to: nine + to * minute })

/** Ann's activities by the minutes after nine, with a schedule of one hour on the queue. */
function ann(
  changes: readonly (readonly [number, string])[],
  more: Partial<PlannedDay> = {},
): PlannedDay {
  const events = changes.map(([at, activity], n) =>
    anEvent({
      ...{ type: 'worker.activity.update', id: `EV${n}`, worker: 'ann' },
      ...{ activity, activityName: activity, at: nine + at * minute },
    }),
  )
  const onQueue = { ...span(0, 60), code: 'ON_QUEUE', tracked: true }
  return {
    ...{ states: statesOf('ann', events, asOf), read: span(-60, 180), schedule: [onQueue] },
    ...{ exceptions: [], gaps: [], ...more },
  }
}

function spansOf(day: PlannedDay, own: Partial<AdherenceParameters> = {}, until = asOf) {
  return adherenceSpans(measuredTime(day, { ...parameters, ...own }), 0, until, null)
}

/** A column over all intervals, in minutes, but for what is paid. */
function totals(day: PlannedDay, own: Partial<AdherenceParameters> = {}): Record<string, number> {
  const sums: Record<string, number> = {}
  const final = spansOf(day, own)
  for (const { values } of adherenceIntervals('ann', { final, known: [] }, intervalMs).values()) {
    for (const [name, ms] of Object.entries(values)) {
      if (!name.startsWith('paid_')) sums[name] = (sums[name] ?? 0) + ms / minute
    }
  }
  return sums
}

test('ten minutes late and ten longer: adherence says when, conformance how much', () => {
  const day = ann([
    [10, 'Available'],
    [70, 'Offline'],
  ])
  expect(totals(day)).toEqual({
    ...{ scheduled_raw_ms: 60, adherent_raw_ms: 50, scheduled_ms: 60, adherent_ms: 50 },
    ...{ nonadherent_ms: 10, conf_scheduled_ms: 60, conf_actual_ms: 60, unscheduled_work_ms: 10 },
  })
  const outsideShift = spansOf(day).filter((one) => one.isUnscheduled && one.isProductive)
  expect(outsideShift).toMatchObject([span(60, 70)])
})

test.each([
  // A run of three minutes at each border, and one of twenty in the middle.
  ['all_or_nothing', 2, 0],
  ['all_or_nothing', 3, 6],
  ['deduct', 2, 4],
  ['deduct', 3, 6],
  ['deduct', 30, 6],
] as const)('with %s, %i minutes of grace forgive %i', (graceMode, minutes, forgiven) => {
  const day = ann([
    [3, 'Available'],
    [20, 'Break'],
    [40, 'Available'],
    [57, 'Break'],
  ])
  const sums = totals(day, { graceMode, graceMs: minutes * minute })
  expect(sums['graced_ms'] ?? 0).toBe(forgiven)
  expect(sums['nonadherent_ms']).toBe(26 - forgiven)
})

test('a run between two borders is forgiven at both ends, and never more than itself', () => {
  const day = ann([])
  const graced = (minutes: number) =>
    totals(day, { graceMode: 'deduct', graceMs: minutes * minute })['graced_ms']
  expect([10, 30, 40, 60, 90].map(graced)).toEqual([20, 60, 60, 60, 60])
})

test('a run over a border counts whole; what grace is deducted from is cut there first', () => {
  const schedule = [
    { ...span(0, 30), code: 'ON_QUEUE', tracked: true },
    { ...span(30, 60), code: 'BREAK', tracked: true },
  ]
  const day = ann(
    [
      [0, 'Available'],
      [25, 'Meeting'],
      [35, 'Break'],
    ],
    { schedule },
  )
  expect(totals(day, { graceMs: 5 * minute })).not.toHaveProperty('graced_ms')
  expect(totals(day, { graceMs: 5 * minute, graceMode: 'deduct' })['graced_ms']).toBe(10)
})

test('in a gap of a source nothing is known, though its runs and its grace are as without it', () => {
  const changes = [[5, 'Available']] as const
  const gaps = [span(3, 30)]
  expect(totals(ann(changes, { gaps }), { graceMs: 5 * minute })).toEqual({
    ...{ scheduled_raw_ms: 60, adherent_raw_ms: 55, unknown_ms: 27, scheduled_ms: 33 },
    ...{ adherent_ms: 33, graced_ms: 3, conf_scheduled_ms: 33, conf_actual_ms: 90 },
    unscheduled_work_ms: 60,
  })
})

test('what is excluded is not measured, but work in it is work', () => {
  const exceptions = [{ ...span(0, 20), kind: 'exclude' }] as const
  expect(
    totals(
      ann(
        [
          [0, 'Available'],
          [60, 'Offline'],
        ],
        { exceptions },
      ),
    ),
  ).toEqual({
    ...{ scheduled_raw_ms: 60, adherent_raw_ms: 60, excluded_ms: 20, scheduled_ms: 40 },
    ...{ adherent_ms: 40, conf_scheduled_ms: 40, conf_actual_ms: 60 },
  })
})

test('another code that was agreed on outside the schedule is planned there', () => {
  const exceptions = [{ ...span(60, 70), kind: 'replace', code: 'BREAK' }] as const
  const sums = totals(ann([[0, 'Available']], { exceptions }))
  expect(sums).toMatchObject({ scheduled_raw_ms: 60, scheduled_ms: 70, nonadherent_ms: 10 })
  expect(sums['unscheduled_work_ms']).toBe(60)
})

test('who works is on the queue, whatever he has chosen, unless it is defined otherwise', () => {
  const events = [
    { type: 'worker.activity.update', activity: 'Break', activityName: 'Break', at: nine },
    { type: 'reservation.accepted', reservation: 'R1', task: 'T1', queue: 'billing', at: nine },
    { type: 'reservation.completed', reservation: 'R1', task: 'T1', at: nine + 20 * minute },
  ].map((fields, n) => anEvent({ ...fields, id: `EV${n}`, worker: 'ann' }))
  const onQueue = { ...span(0, 60), code: 'ON_QUEUE', tracked: true }
  const states = statesOf('ann', events, nine + 60 * minute)
  const day = { ...ann([]), states, schedule: [onQueue] }
  expect(totals(day)['adherent_ms']).toBe(20)
  expect(totals(day, { workOverridesActivity: false })).not.toHaveProperty('adherent_ms')
})

test('nothing counts that has not happened yet', () => {
  const day = ann([[0, 'Available']])
  const final = spansOf(day, {}, nine + 20 * minute)
  const rows = [...adherenceIntervals('ann', { final, known: [] }, intervalMs).values()]
  expect(rows.map(({ key, values }) => [key['interval_start'], values['scheduled_ms']])).toEqual([
    [nine, intervalMs],
    [nine + intervalMs, 5 * minute],
  ])
})

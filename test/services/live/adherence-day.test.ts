import { expect, test } from 'vitest'
import { adherenceSchema } from '../../../schemas/events/adherence.ts'
import { agentDay } from '../../../services/live/adherence-day.ts'
import { anEvent } from '../../support/fold-all.ts'
import { measuredTime, statesOf, type PlannedDay } from '../../support/measured-time.ts'

const minute = 60_000
const nine = Date.parse('2026-01-14T09:00:00.000Z')
const at = (minutes: number) => nine + minutes * minute
const span = (from: number, to: number) => ({ from: at(from), to: at(to) })
const planned = (from: number, to: number, code: string) => ({
  ...{ ...span(from, to), code, tracked: true },
})

const parameters = adherenceSchema.parse({
  activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK' },
  graceMs: 3 * minute,
})

/** Ann is on the queue from nine on; by minutes after nine, what is told of her at an instant. */
function annAt(minutes: number, own: Partial<PlannedDay> = {}, ms = 0) {
  const now = at(minutes) + ms
  const on = anEvent({
    ...{ id: 'on', type: 'worker.activity.update', worker: 'ann', at: nine },
    ...{ activity: 'Available', activityName: 'Available' },
  })
  const schedule = [
    planned(0, 60, 'ON_QUEUE'),
    planned(60, 75, 'BREAK'),
    planned(75, 120, 'ON_QUEUE'),
  ]
  const day: PlannedDay = {
    ...{ states: statesOf('ann', [on], now + 1), read: span(-60, 180), schedule },
    ...{ exceptions: [], gaps: [], ...own },
  }
  const one = { agent: 'ann', workspace: 'WS1', time: measuredTime(day, parameters) }
  return agentDay(one, undefined, { ...span(-540, 900), now }, 3 * minute).now
}

test('what is planned is told up to its own end, at a border that of what begins there', () => {
  const told = [0, 30, 60, 75, 120].map((minutes) => {
    const { planned: code, plannedUntil } = annAt(minutes)
    return [minutes, code, plannedUntil]
  })
  expect(told).toEqual([
    [0, 'ON_QUEUE', at(60)],
    [30, 'ON_QUEUE', at(60)],
    [60, 'BREAK', at(75)],
    [75, 'ON_QUEUE', at(120)],
    [120, null, at(180)],
  ])
  expect(annAt(59, {}, minute - 1)).toMatchObject({ planned: 'ON_QUEUE', plannedUntil: at(60) })
  expect(annAt(180)).toMatchObject({ planned: null, plannedUntil: null })
})

test('at a border all that is told of the instant is of what begins there, and the day is what was before', () => {
  expect(annAt(60)).toMatchObject({
    ...{ actual: 'ON_QUEUE', isOut: true, outSince: at(60), standing: 'graced' },
    today: { scheduledMs: 60 * minute, adherentMs: 60 * minute, nonadherentMs: 0 },
    counting: expect.arrayContaining(['scheduledMs', 'adherentMs', 'gracedMs']) as string[],
  })
  expect(annAt(75)).toMatchObject({ isOut: false, outSince: null, standing: 'adherent' })
})

test('what is agreed beside the plan ends where it ends, and segments of one code are one', () => {
  const replaced = { ...span(10, 20), kind: 'replace' as const, code: 'TRAINING' }
  const excluded = { ...span(80, 90), kind: 'exclude' as const }
  const exceptions = [replaced, excluded]
  const until = (minutes: number) => annAt(minutes, { exceptions }).plannedUntil
  expect([0, 10, 15, 20, 80, 90].map(until)).toEqual([10, 20, 20, 60, 90, 120].map(at))
  const schedule = [planned(0, 30, 'ON_QUEUE'), planned(30, 60, 'ON_QUEUE')]
  expect(annAt(0, { schedule }).plannedUntil).toBe(at(60))
})

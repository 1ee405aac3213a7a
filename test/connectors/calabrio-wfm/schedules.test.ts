import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readCalabrioSchedules } from '../../../connectors/calabrio-wfm/schedules.ts'

const folder = join(import.meta.dirname, '../../fixtures/wfm/calabrio-wfm')
const sample: unknown = JSON.parse(
  readFileSync(join(folder, 'schedule-by-team.response.json'), 'utf8'),
)
const id = (number: number) => `7d1c6a52-0000-4000-8000-00000000${number}`

test('an answer about a team is read, absences as time off', () => {
  const read = readCalabrioSchedules(sample, 'UTC')
  if (read.kind !== 'understood') throw new Error('was refused')
  expect(read.plans.map(({ agent, segments }) => [agent, segments.length])).toEqual([
    [id(2001), 5],
    [id(2003), 1],
    [id(2004), 3],
  ])
  expect(read.plans[0]?.segments[1]).toEqual({
    ...{ from: Date.parse('2026-03-02T09:30:00Z'), to: Date.parse('2026-03-02T09:40:00Z') },
    ...{ code: id(9002), name: 'Break', date: '2026-03-02', tracked: true, timeOff: false },
    ...{ paid: null, productive: null, overtime: false },
  })
  expect(read.plans[1]?.segments[0]).toMatchObject({
    ...{ code: id(7001), name: 'Illness', timeOff: true, tracked: false, productive: false },
  })
})

const shift = (layer: object) => ({
  Result: [{ PersonId: 'P1', Date: '2026-03-08T00:00:00', Shift: [layer] }],
})
const phone = {
  ...{ Name: 'Phone', ActivityId: 'A1', AbsenceId: null, Overtime: false },
  Period: { StartTime: '2026-03-08T08:00:00', EndTime: '2026-03-08T09:00:00' },
}

test('times without an offset are those of the zone', () => {
  expect(readCalabrioSchedules(shift(phone), 'America/New_York')).toMatchObject({
    plans: [{ segments: [{ from: Date.parse('2026-03-08T12:00:00Z') }] }],
  })
})

test('what cannot be understood is refused with its place', () => {
  const period = { StartTime: '2026-03-08T02:30:00', EndTime: 'noon' }
  expect(
    readCalabrioSchedules(
      shift({ ...phone, ActivityId: null, Period: period }),
      'America/New_York',
    ),
  ).toMatchObject({
    faults: [
      { place: 'Result.0.Shift.0', field: 'Period.StartTime' },
      { place: 'Result.0.Shift.0', field: 'Period.EndTime' },
      { place: 'Result.0.Shift.0', field: 'ActivityId' },
    ],
  })
  expect(readCalabrioSchedules({ Result: [{ PersonId: 7 }] }, 'UTC')).toMatchObject({
    kind: 'refused',
    faults: [
      { place: 'Result.0', field: 'PersonId' },
      { place: 'Result.0', field: 'Date' },
    ],
  })
  expect(readCalabrioSchedules({ Result: [], Errors: [{ Code: 1 }] }, 'UTC')).toMatchObject({
    faults: [{ field: 'Errors' }],
  })
})

import { expect, test } from 'vitest'
import { readCsvForecasts } from '../../../connectors/forecasts/csv-file.ts'

const lines = (...all: readonly string[]) => `${all.join('\r\n')}\r\n`
const half = 1_800_000

test('a forecast is read whatever the order of its lines and columns, in the zone of its planner', () => {
  const text = lines(
    '\uFEFFoffered,interval_start,queue,aht_seconds,staff',
    '7.25,2026-03-08T03:00,Billing,,',
    '12,2026-03-08T01:30,Billing,240.5,4.5',
    '0,2026-03-08T01:30:00-05:00,Sales,0,0',
    '',
  )
  const at = Date.parse('2026-03-08T06:30:00Z')
  expect(readCsvForecasts(text, 'America/New_York', null)).toEqual({
    kind: 'understood',
    forecasts: [
      {
        ...{ queue: 'Billing', channel: '', skill: '' },
        intervals: [
          { from: at, to: at + half, offered: 12, ahtMs: 240_500, staff: 4.5 },
          // Clocks leap: three comes half an hour after half past one.
          { from: at + half, to: at + 2 * half, offered: 7.25, ahtMs: null, staff: null },
        ],
        named: { place: 'line 2', field: 'queue' },
      },
      {
        ...{ queue: 'Sales', channel: '', skill: '' },
        intervals: [{ from: at, to: at + half, offered: 0, ahtMs: 0, staff: 0 }],
        named: { place: 'line 4', field: 'queue' },
      },
    ],
  })
})

test('a forecast may be of a channel or a skill, and what differs in one of them is of another', () => {
  const text = lines(
    'channel,skill,interval_start,offered',
    'voice,,2026-03-08T01:00Z,1',
    'voice,spanish,2026-03-08T01:00Z,2',
    ',spanish,2026-03-08T01:00Z,3',
  )
  const read = readCsvForecasts(text, 'UTC', 15)
  expect(read).toMatchObject({
    forecasts: [
      { queue: '', channel: '', skill: 'spanish', intervals: [{ offered: 3 }] },
      { queue: '', channel: 'voice', skill: '', intervals: [{ offered: 1 }] },
      { queue: '', channel: 'voice', skill: 'spanish', intervals: [{ offered: 2 }] },
    ],
  })
})

test('everything that is wrong is told with its line and field, and nothing is taken', () => {
  const text = lines(
    'queue,interval_start,offered,aht_seconds',
    ',2026-03-08T01:00,ten,-1',
    'Billing,2026-03-08T02:30,,',
    'Billing,2026-03-08T01:20,1,4:00',
    'Billing,,1,',
  )
  const notNumber = 'is no number of 0 or more, such as 12.5'
  expect(readCsvForecasts(text, 'America/New_York', 30)).toEqual({
    kind: 'refused',
    faults: [
      {
        ...{ place: 'line 2', field: 'queue' },
        detail: 'neither queue nor channel nor skill is told',
      },
      { place: 'line 2', field: 'offered', detail: notNumber },
      { place: 'line 2', field: 'aht_seconds', detail: notNumber },
      {
        ...{ place: 'line 3', field: 'interval_start' },
        detail: 'never comes in America/New_York, where clocks leap over it',
      },
      { place: 'line 3', field: 'offered', detail: 'is empty' },
      { place: 'line 4', field: 'interval_start', detail: 'is on no quarter of an hour' },
      { place: 'line 4', field: 'aht_seconds', detail: notNumber },
      { place: 'line 5', field: 'interval_start', detail: 'is empty' },
    ],
  })
})

test('an interval that lies in another of the same is a fault, whichever line comes first', () => {
  const text = lines(
    'queue,interval_start,offered',
    'Billing,2026-03-08T01:30Z,1',
    'Billing,2026-03-08T01:15Z,1',
    'Sales,2026-03-08T01:15Z,1',
    'Sales,2026-03-08T01:15Z,2',
  )
  const field = 'interval_start'
  expect(readCsvForecasts(text, 'UTC', 30)).toEqual({
    kind: 'refused',
    faults: [
      { place: 'line 2', field, detail: 'lies in the interval of line 3, which is of the same' },
      { place: 'line 5', field, detail: 'lies in the interval of line 4, which is of the same' },
    ],
  })
})

test('how long an interval is must be told where the file does not tell it', () => {
  const one = lines('queue,interval_start,offered', 'Billing,2026-03-08T01:00Z,1')
  const refused = { kind: 'refused', faults: [{ place: '', field: 'interval_minutes' }] }
  expect(readCsvForecasts(one, 'UTC', null)).toMatchObject(refused)
  const day = `${one}Billing,2026-03-09T01:00Z,1`
  expect(readCsvForecasts(day, 'UTC', null)).toMatchObject(refused)
  expect(readCsvForecasts(one, 'UTC', 60)).toMatchObject({ kind: 'understood' })
})

test('a column that is missing, unknown or there twice is told', () => {
  expect(readCsvForecasts('queue,queue,volume,interval_start\n', 'UTC', 15)).toMatchObject({
    kind: 'refused',
    faults: [
      { place: 'line 1', field: 'offered', detail: 'this column is missing' },
      { place: 'line 1', field: 'volume', detail: 'there is no such column' },
      { place: 'line 1', field: 'queue', detail: 'stands twice' },
    ],
  })
})

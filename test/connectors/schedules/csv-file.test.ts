import { expect, test } from 'vitest'
import { readCsvPlans } from '../../../connectors/schedules/csv-file.ts'
import { plannedSegmentSchema } from '../../../schemas/events/schedule.ts'

const lines = (...all: readonly string[]) => `${all.join('\r\n')}\r\n`

test('a plan is read whatever the order of its columns, in the zone of its agents', () => {
  const text = lines(
    '\uFEFFstart,end,agent,code,name,schedule_date,paid,time_off',
    '2026-03-07T22:00,2026-03-08T06:00,ann,PHONE,"Phone, night",2026-03-07,yes,',
    '2026-03-08T01:00:00-05:00,2026-03-08T01:30:00-05:00,ann,BREAK,,2026-03-07,no,no',
    '',
    '2026-03-09,2026-03-10,bob,ILL,,,,TRUE',
  )
  const segment = (from: string, to: string, more: object) =>
    plannedSegmentSchema.parse({ from: Date.parse(from), to: Date.parse(to), ...more })
  const night = { code: 'PHONE', name: 'Phone, night', date: '2026-03-07', paid: true }
  expect(readCsvPlans(text, 'America/New_York')).toEqual({
    kind: 'understood',
    plans: [
      {
        agent: 'ann',
        segments: [
          // Clocks leap: the shift ends at six in the morning, seven hours after it began.
          segment('2026-03-08T03:00:00Z', '2026-03-08T10:00:00Z', night),
          segment('2026-03-08T06:00:00Z', '2026-03-08T06:30:00Z', {
            ...{ code: 'BREAK', date: '2026-03-07', paid: false },
          }),
        ],
        named: { place: 'line 2', field: 'agent' },
      },
      {
        agent: 'bob',
        segments: [
          segment('2026-03-09T04:00:00Z', '2026-03-10T04:00:00Z', {
            ...{ code: 'ILL', timeOff: true, tracked: false },
          }),
        ],
        named: { place: 'line 5', field: 'agent' },
      },
    ],
  })
})

test('everything that is wrong is told with its line, and nothing is taken', () => {
  const text = lines(
    'agent,start,end,code,schedule_date,tracked',
    'ann,2026-03-08T02:30,2026-03-08T08:00,PHONE,,',
    ',2026-03-08T08:00,yesterday,,2026-02-30,perhaps',
    'bob,2026-03-08T09:00,2026-03-08T09:00,PHONE,,',
    'cy,2026-11-01T01:30,2026-11-01T08:00,PHONE,,',
  )
  const yesOrNo = ['yes', 'true', '1', 'no', 'false', '0']
  expect(readCsvPlans(text, 'America/New_York')).toEqual({
    kind: 'refused',
    faults: [
      {
        ...{ place: 'line 2', field: 'start' },
        detail: 'never comes in America/New_York, where clocks leap over it',
      },
      { place: 'line 3', field: 'agent', detail: 'is empty' },
      { place: 'line 3', field: 'end', detail: 'is no date or time in ISO 8601' },
      { place: 'line 3', field: 'code', detail: 'is empty' },
      {
        ...{ place: 'line 3', field: 'tracked', detail: 'is neither yes nor no' },
        choices: yesOrNo,
      },
      { place: 'line 3', field: 'schedule_date', detail: 'is no date, such as 2026-03-02' },
      { place: 'line 4', field: 'end', detail: 'is not after start' },
      {
        ...{ place: 'line 5', field: 'start' },
        detail: 'comes twice in America/New_York; say which by its offset',
      },
    ],
  })
})

test.each([
  ['agent,start,end\n', [['code', 'this column is missing']]],
  [
    'agent,start,end,code,shift,agent\n',
    [
      ['shift', 'there is no such column'],
      ['agent', 'stands twice'],
    ],
  ],
  [
    '',
    [
      ['agent', 'this column is missing'],
      ['start', 'this column is missing'],
      ['end', 'this column is missing'],
      ['code', 'this column is missing'],
    ],
  ],
])('a header that is not one is told with the columns that there are: %j', (text, expected) => {
  const read = readCsvPlans(text, 'UTC')
  if (read.kind !== 'refused') throw new Error('was read')
  expect(read.faults.map(({ field, detail }) => [field, detail])).toEqual(expected)
  expect(read.faults[0]?.choices).toContain('schedule_date')
})

test('a line with too many fields, and a quote that never ends', () => {
  const read = (line: string) => readCsvPlans(lines('agent,start,end,code', line), 'UTC')
  expect(read('ann,2026-03-08T08:00,2026-03-08T09:00,PHONE,x')).toMatchObject({
    faults: [{ place: 'line 2', detail: 'has not as many fields as the header' }],
  })
  expect(read('ann,"2026-03-08T08:00,2026-03-08T09:00,PHONE')).toMatchObject({
    kind: 'refused',
    faults: [{ detail: 'is no CSV (CSV_QUOTE_NOT_CLOSED)' }],
  })
})

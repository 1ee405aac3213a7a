import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAssembledSchedules } from '../../../connectors/assembled/schedules.ts'

const folder = join(import.meta.dirname, '../../fixtures/wfm/assembled')
const sample = (name: string): unknown =>
  JSON.parse(readFileSync(join(folder, `${name}.response.json`), 'utf8'))

test('activities are read with what their types say', () => {
  expect(readAssembledSchedules(sample('activities'), sample('activity-types'))).toEqual({
    kind: 'understood',
    plans: [
      {
        agent: 'agent-2001',
        segments: [
          {
            ...{ from: 1_772_442_000_000, to: 1_772_443_800_000, code: 'PHONE', name: 'Phone' },
            ...{ date: null, tracked: true, paid: null, productive: true },
            ...{ timeOff: false, overtime: false },
          },
          {
            ...{ from: 1_772_443_800_000, to: 1_772_444_400_000, code: 'BREAK', name: 'Break' },
            ...{ date: null, tracked: true, paid: null, productive: false },
            ...{ timeOff: false, overtime: false },
          },
        ],
        named: {
          place: 'activities.event_id=a1;start=1772442000;end=1772443800',
          field: 'agent_id',
        },
      },
    ],
  })
})

test('an activity of no known type, or without time, is refused with its place', () => {
  const activity = { agent_id: 'a', type_id: 'x', start_time: 20, end_time: 10 }
  expect(
    readAssembledSchedules({ activities: { one: activity } }, sample('activity-types')),
  ).toEqual({
    kind: 'refused',
    faults: [
      { place: 'activities.one', field: 'end_time', detail: 'is not after start_time' },
      {
        ...{ place: 'activities.one', field: 'type_id', detail: 'there is no such activity type' },
        choices: ['type-phone', 'type-break'],
      },
    ],
  })
  expect(readAssembledSchedules({}, {})).toMatchObject({
    faults: [{ field: 'activities' }, { field: 'activity_types' }],
  })
})

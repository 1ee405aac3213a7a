import { afterAll, beforeAll, expect, test } from 'vitest'
import { hubEvent } from '../../../schemas/events/hub-event.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { countsFrom } from '../../../services/live/travel/moment.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { start } from './contact-centre.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await openTestHub({ clock: { ...systemClock, now: () => start } })
})
afterAll(() => hub.close())

async function refused(path: string) {
  const response = await hub.app.inject({ url: path, headers: { host: 'localhost' } })
  expect(response.headers['content-type']).toContain('application/problem+json')
  return problemSchema.parse(response.json())
}

const calls = [
  '/v1/state',
  '/v1/state/queues',
  '/v1/state/queues/WQ-1',
  '/v1/state/agents',
  '/v1/state/agents/WK-1',
  '/v1/state/tasks',
  '/v1/state/tasks/WT-1',
  '/v1/state/workflows',
  '/v1/tasks/WT-1/explain',
]

test.each(calls)('%s says what is wrong with an instant', async (path) => {
  const wrongs = [
    ['at=yesterday', 'at', 'is no date or time in ISO 8601'],
    ['at=2026-02-30T08:00:00Z', 'at', 'is no date or time that exists'],
    ['at=2026-01-14T14:00:01Z', 'at', 'is later than now, 2026-01-14T14:00:00.000Z'],
    ['as=known', 'as', 'goes with at only'],
  ] as const
  for (const [query, field, detail] of wrongs) {
    expect(await refused(`${path}?${query}`)).toMatchObject({
      status: 400,
      errors: [{ field, detail }],
    })
  }
  expect(await refused(`${path}?at=2026-01-14T13:00:00Z&as=heard`)).toMatchObject({
    status: 400,
    errors: [{ field: 'as', choices: ['happened', 'known'] }],
  })
  expect(await refused(`${path}?when=now`)).toMatchObject({
    status: 400,
    errors: [{ field: 'when', detail: 'there is no such parameter' }],
  })
})

test('a replay names everything that is wrong with its stretch', async () => {
  expect(await refused('/v1/state/replay?from=once&to=2027-01-01T00:00:00Z')).toMatchObject({
    status: 400,
    errors: [
      { field: 'from', detail: 'is no date or time in ISO 8601' },
      { field: 'to', detail: 'is later than now, 2026-01-14T14:00:00.000Z' },
    ],
  })
  expect(await refused('/v1/state/replay?speed=-1')).toMatchObject({
    status: 400,
    errors: [{ field: 'from' }, { field: 'to' }, { field: 'speed' }],
  })
  const span = 'from=2026-01-14T13:00:00Z&to=2026-01-14T13:30:00Z'
  expect(await refused(`/v1/state/replay?${span}&kinds=task&pace=2`)).toMatchObject({
    status: 400,
    errors: [
      { field: 'kinds.0', choices: ['queues', 'agents', 'tasks'] },
      { field: 'pace', detail: 'there is no such parameter' },
    ],
  })
})

test('what the hub derives is known from the tick by which it does', () => {
  const at = Date.UTC(2026, 0, 14, 14, 0, 20)
  const derived = (type: 'reservation.force-closed' | 'reservation.hold', cause: string | null) =>
    countsFrom(
      hubEvent({
        ...{ type, cause, at, receivedAt: at + 100 },
        ...{ id: 'one', task: 'WT-1', reservation: 'WR-1' },
      }),
      'known',
    )
  expect(derived('reservation.force-closed', 'task.completed')).toBe(Date.UTC(2026, 0, 14, 14, 2))
  expect(derived('reservation.force-closed', 'timer.offer')).toBe(Date.UTC(2026, 0, 14, 14, 1))
  expect(derived('reservation.force-closed', 'worker.deleted')).toBe(at + 100)
  expect(derived('reservation.hold', 'conference.participant.hold')).toBe(at + 100)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { identitiesSchema } from '../../schemas/events/identities.ts'
import type { AgentSchedule, ScheduleImport } from '../../schemas/feeds/schedules.ts'
import { toIdentitiesEvent } from '../../services/definitions/identities-event.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

const now = Date.parse('2026-03-10T07:00:00Z')
const clock = { ...systemClock, now: () => now }

const worker = (sid: string, name: string, attributes: object) =>
  anEvent({
    ...{ id: `made-${sid}`, type: 'worker.created', worker: sid, workerName: name },
    ...{ activity: 'WA1', activityName: 'Offline', at: now - 3_600_000 },
    attributes: JSON.stringify(attributes),
  })

const identities = identitiesSchema.parse({
  target: 'calabrio',
  agents: [
    { agent: 'WK-ann', logon: '4711', until: '2026-03-01T00:00:00Z' },
    { agent: 'WK-ann', logon: '4712', from: '2026-03-01T00:00:00Z' },
    { agent: 'WK-bob', logon: 'twin' },
  ],
})

let hub: HubWithTables

beforeAll(async () => {
  hub = await openHubWithTables({ clock })
  await hub.tell([
    worker('WK-ann', 'ann', { email: 'Ann@example.com', external_id: 'E-1', employee_id: 815 }),
    worker('WK-bob', 'bob', { email: 'desk@example.com', employeeId: 'nothing that counts' }),
    worker('WK-cy', 'twin', { email: 'desk@example.com', externalId: 'E-2' }),
    anEvent({
      ...{ id: 'told-anew', type: 'worker.attributes.update', worker: 'WK-cy', at: now - 60_000 },
      attributes: JSON.stringify({ email: 'desk@example.com', externalId: 'E-3' }),
    }),
    toIdentitiesEvent(identities, 1, now - 1_000),
  ])
})
afterAll(() => hub.close())

async function imported(names: readonly string[]): Promise<ScheduleImport> {
  const lines = names.map(
    (name, hour) => `${name},2026-03-10T${10 + hour}:00,2026-03-10T${11 + hour}:00,CODE-${hour}`,
  )
  const answer = await hub.app.inject({
    ...{ url: '/v1/schedules?from=2026-03-10T00:00&to=2026-03-11T00:00', method: 'POST' },
    headers: { 'content-type': 'text/csv' },
    payload: ['agent,start,end,code', ...lines].join('\n'),
  })
  expect(answer.statusCode, answer.body).toBe(200)
  await hub.inStep()
  return answer.json<ScheduleImport>()
}

async function planned(sid: string): Promise<readonly string[]> {
  const answer = await hub.app.inject({
    url: `/v1/schedules/agents/${sid}?from=2026-03-10T00:00:00Z`,
  })
  return answer.json<AgentSchedule>().segments.map(({ code }) => code)
}

test('a worker who goes by several names in one file has one plan, of all that they say', async () => {
  const names = ['WK-ann', 'ann', '4712', 'ANN@EXAMPLE.COM', 'E-1', '815', 'E-3']
  expect(await imported(names)).toMatchObject({ set: 2, unchanged: 0, unknown: [] })
  expect(await planned('WK-ann')).toEqual(names.slice(0, 6).map((_, hour) => `CODE-${hour}`))
  expect(await planned('WK-cy')).toEqual(['CODE-6'])
})

test('whom nobody knows, or several go by, is told with the line and the field, and the others are taken in', async () => {
  const { set, unknown } = await imported(['4711', 'bob', 'twin', 'desk@example.com', 'E-2'])
  expect(set).toBe(1)
  expect(await planned('WK-bob')).toEqual(['CODE-1'])
  const detail = expect.stringContaining('is neither the sid') as string
  expect(unknown).toEqual([
    { agent: '4711', place: 'line 2', field: 'agent', detail },
    { agent: 'E-2', place: 'line 6', field: 'agent', detail },
    {
      ...{ agent: 'desk@example.com', place: 'line 5', field: 'agent' },
      detail: 'is the name of several: WK-bob, WK-cy',
    },
    {
      ...{ agent: 'twin', place: 'line 4', field: 'agent' },
      detail: 'is the name of several: WK-bob, WK-cy',
    },
  ])
})

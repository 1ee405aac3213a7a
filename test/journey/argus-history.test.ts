import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { targetSchema } from '../../services/delivery/targets/target.ts'
import { anEvent } from '../support/fold-all.ts'
import { feedSince } from '../support/feed-since.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { until } from '../support/until.ts'

const mapping = mappingFileSchema.parse({
  target: 'wfm',
  rules: [
    { when: { activity: ['Ready'] }, give: { code: 'READY', class: 'available', text: 'Waits' } },
    { when: { activity: ['Break'] }, give: { code: 'BREAK', class: 'signed_on' } },
    { when: { activity: ['Offline'] }, give: { code: 'OUT', class: 'signed_off' } },
  ],
})

const minuteMs = 60_000
const now = Date.now()
const start = now - 120 * minuteMs
const changes = [
  { worker: 'ann', to: 'Ready', minute: 1 },
  { worker: 'bob', to: 'Break', minute: 2 },
  { worker: 'ann', to: 'Break', minute: 10 },
  { worker: 'bob', to: 'Offline', minute: 20 },
  { worker: 'ann', to: 'Offline', minute: 30 },
  { worker: 'ann', to: 'Ready', minute: 50 },
  { worker: 'ann', to: 'Break', minute: 60 },
]

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables({ partitions: 2 })
  hub.feeds.composersOf({
    argus: targetSchema.parse({
      ...{ kind: 'http', url: 'http://127.0.0.1:9/ccwfm/api/rest/status' },
      states: {
        ...{ mapping: 'wfm', connector: 'argus', form: 'status', settings: { systemId: 'ledger' } },
      },
    }),
  })
  await hub.tell([toMappingEvent({ mapping, version: 1, from: start, now: start })])
  // One after the other, so that each is told: whoever is behind tells only what somebody is by then.
  for (const { worker, to, minute } of changes) {
    const at = start + minute * minuteMs
    const activity = { activity: `WA-${to}`, activityName: to }
    const id = `${worker}-${minute}`
    await hub.tell([anEvent({ type: 'worker.activity.update', id, at, worker, ...activity })])
  }
  await hub.tell([hubEvent({ type: 'clock.ticked', id: 'tick', at: now })])
  await until('it is ready', () => hub.feeds.mayTell('wfm').isReady, {
    ...{ seen: () => JSON.stringify(hub.feeds.mayTell('wfm')), forMs: 60_000 },
  })
})
afterAll(() => hub.close())

async function ask<T>(what: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const span = { startDate: new Date(start).toISOString(), endDate: new Date(now).toISOString() }
  const params = new URLSearchParams(span)
  const answer = await fetch(`${hub.url}/v1/feeds/argus/historic/${what}?${params.toString()}`)
  return z.array(schema).parse(await answer.json())
}

const statesOf = z.object({
  agentId: z.string(),
  states: z.array(
    z.object({ startDate: z.string(), endDate: z.string().nullable(), stateCode: z.string() }),
  ),
})
const loginsOf = z.object({
  agentId: z.string(),
  logins: z.array(z.object({ loginDate: z.string(), logoutDate: z.string().nullable() })),
})

test('ARGUS reads of the past what the stream has told', async () => {
  const feed = await feedSince(hub.url, 'wfm', start)
  const iso = (at: number) => new Date(at).toISOString()
  const told = [...feed]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([agentId, states]) => ({
      agentId,
      states: states.map(({ since, code }, index) => {
        const next = states[index + 1]
        const endDate = next === undefined ? null : iso(next.since)
        return { startDate: iso(since), endDate, stateCode: code }
      }),
    }))
  expect(told.map(({ states }) => states.length)).toEqual([5, 2])
  expect(await ask('agentStatusData', statesOf)).toEqual(told)

  const at = (minute: number) => iso(start + minute * minuteMs)
  expect(await ask('agentLoginData', loginsOf)).toEqual([
    {
      agentId: 'ann',
      logins: [
        { loginDate: at(1), logoutDate: at(30) },
        { loginDate: at(50), logoutDate: null },
      ],
    },
    { agentId: 'bob', logins: [{ loginDate: at(2), logoutDate: at(20) }] },
  ])
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import {
  ann,
  available,
  billing,
  ends,
  enters,
  goes,
  start,
  step,
  ticks,
} from '../services/live/contact-centre.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'

const minute = 60
const moment = (seconds: number) => new Date(start + seconds * 1_000).toISOString()
const call = { task: 'T1', worker: ann, queue: billing }
const next = { task: 'T2', worker: ann, queue: billing }

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables({ clock: { ...systemClock, now: () => start + 3_600_000 } })
  await hub.tell([
    goes(ann, available, 0),
    ...enters('T1', billing, 10),
    step('created', call, 12),
    step('accepted', call, 15),
    step('wrapup', call, 2 * minute),
    // The task ends, and nobody ever says that with it the reservation does; even of the task it is heard late.
    { ...ends('T1', 3 * minute), receivedAt: start + 12 * minute * 1_000 },
    ...enters('T2', billing, 4 * minute),
    step('created', next, 5 * minute),
    step('accepted', next, 5 * minute + 5),
    step('wrapup', next, 9 * minute),
    step('completed', next, 11 * minute),
    ends('T2', 11 * minute),
    ticks(20 * minute),
  ])
})
afterAll(() => hub.close())

async function annAt(query: string) {
  const response = await hub.app.inject({
    url: `/v1/state${query}`,
    headers: { host: 'localhost' },
  })
  expect(response.statusCode, response.body).toBe(200)
  const [agent] = stateSchema.parse(response.json()).agents
  return { state: agent?.state, phases: agent?.legs.map(({ phase }) => phase) }
}

test('a handle that ends with its task goes on for as long as nobody has heard of the task’s end', async () => {
  const at = `?at=${moment(10 * minute)}`
  expect(await annAt(`${at}&as=known`)).toEqual({ state: 'acw', phases: ['acw', 'acw'] })
  expect(await annAt(`${at}&as=happened`)).toEqual({ state: 'acw', phases: ['acw'] })
  const later = `?at=${moment(14 * minute)}`
  expect(await annAt(`${later}&as=known`)).toEqual({ state: 'idle', phases: [] })
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import type { WhatIfQuestion, WhatIfResult } from '../../schemas/feeds/whatif.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { isOfTaskRouter } from '../../services/simulator/model/happening.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { ledgerEvents } from '../support/simulated-ledger.ts'
import { twilioConfig } from '../../services/simulator/wire/configuration.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'

// Two hours of the simulator's centre, whose router is code of its own. Its first half hour, in which it fills, and its last
// are replayed and not counted. How close a whole day comes: test/services/whatif/simulated-day.test.ts.

const hourMs = 3_600_000
const beganAt = Date.parse('2026-03-10T08:00:00Z')
const endedAt = beganAt + 2 * hourMs
const [from, to] = ['2026-03-10T08:30:00Z', '2026-03-10T09:30:00Z']
const centre = createCentre({ seed: 'what if', agents: 16, queues: 6, hours: 'always' })
const routing = twilioConfig(centre)
const clock: Clock = { ...systemClock, now: () => endedAt + 60_000 }

let folder: Awaited<ReturnType<typeof tempFolder>>
let hub: HubWithTables
let client: OperationsClient
beforeAll(async () => {
  folder = await tempFolder()
  hub = await openHubWithTables({ clock })
  const simulation = openSimulation({
    ...{ centre, seed: 'what if', startAt: beganAt, endAt: endedAt },
  })
  const happened = [...simulation.happenings].filter(isOfTaskRouter)
  await hub.tell([
    ...happened.flatMap((event) => ledgerEvents(event, centre)),
    hubEvent({ type: 'clock.ticked', id: 'tick', at: endedAt + 60_000 }),
  ])
  client = createOperationsClient({ url: hub.url })
}, 180_000)
afterAll(async () => {
  await hub.close()
  await folder.remove()
})

function asked(question: Partial<WhatIfQuestion> = {}): Promise<WhatIfResult> {
  return client.whatIf({ from, to, routing, runs: 4, ...question }, () => undefined)
}

function measureIn({ total }: WhatIfResult, name: string) {
  const found = total.find((one) => one.name === name)
  return { was: found?.recorded ?? NaN, is: found?.replayed?.mean ?? NaN }
}

test('what is recorded is what the tables hold, and the same question has the same answer', async () => {
  const [result, again] = [await asked(), await asked()]
  expect(JSON.stringify(again)).toBe(JSON.stringify(result))
  expect(result).toMatchObject({ workflows: 'given', runs: 4, workspace: centre.workspaceSid })
  const [stays] = await hub.warehouse.query<{ offered: number; answered: number }>(
    `SELECT count() AS offered, countIf(disposition = 'answered') AS answered FROM queue_visits FINAL
     WHERE entered_at >= '2026-03-10 08:30:00' AND entered_at < '2026-03-10 09:30:00'`,
  )
  expect(stays?.offered).toBeGreaterThan(60)
  expect(measureIn(result, 'offered_count').was).toBe(stays?.offered)
  expect(measureIn(result, 'answered_count').was).toBe(stays?.answered)
  const { was, is } = measureIn(result, 'answered_count')
  expect(Math.abs(is - was)).toBeLessThan(0.1 * was)
  expect(result.sameFate?.mean).toBeGreaterThan(0.75)
  expect(result.queues.map(({ name }) => name)).toContain('Support EN')
})

test('with less staff fewer are answered, and with a queue’s name it is that queue’s', async () => {
  const voice = centre.queues.find(({ name }) => name === 'Support EN')
  const result = await asked({ staff: [{ queue: 'Support EN', by: -2 }] })
  const answered = (of: WhatIfResult) =>
    of.queues
      .find(({ queue }) => queue === voice?.sid)
      ?.measures.find(({ name }) => name === 'answered_count')?.replayed?.mean ?? NaN
  expect(answered(result)).toBeLessThan(answered(await asked()))
})

test('all that is wrong with a question is told at once', async () => {
  const wrong = async (payload: object) => {
    const answer = await hub.app.inject({
      ...{ method: 'POST', url: '/v1/operations/whatif', payload, headers: { host: 'localhost' } },
    })
    expect(answer.statusCode).toBe(400)
    return problemSchema.parse(answer.json()).errors?.map(({ field }) => field)
  }
  const filter = { expression: 'a ==', targets: [] }
  expect(
    await wrong({
      ...{ from: 'soon', to, runs: 1, sed: '1' },
      routing: { task_routing: { filters: [filter] } },
    }),
  ).toEqual([
    ...['runs', 'sed', 'from', 'routing.task_routing.filters[0].expression'],
    'routing.task_routing.filters[0].targets[0]',
  ])
  expect(await wrong({ from: to, to: from })).toEqual(['to'])
  expect(await wrong({ from, to, staff: [{ queue: 'Nobody', by: 1 }] })).toEqual([
    'staff[0].queue',
    // TaskRouter's events do not tell configurations.
    ...['workflow', 'workflow'],
  ])
  expect(await wrong({ from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' })).toEqual([
    'from',
  ])
})

test('a command compares, and names what is not as it was recorded', async () => {
  const path = join(folder.path, 'routing.json')
  await writeFile(path, JSON.stringify(routing))
  const env = { LEDGERLINE_PORT: new URL(hub.url).port }
  const options = ['--from', from, '--to', to, '--workflow', path, '--runs', '2']
  const { exitCode, out } = await runCli(['whatif', ...options], env)
  expect(exitCode).toBe(0)
  expect(out).toMatch(/^2026-03-10T08:30Z to 2026-03-10T09:30Z, replayed by the file 2 times$/m)
  expect(out).toMatch(/^service level +\d+\.\d % +\d+\.\d % +-?\d+\.\d % and \d+\.\d %$/m)
  expect(out).toContain('how long they would have waited is drawn')
  const none = await runCli(['whatif', '--day', '2026-03-10', '--from', from], env)
  expect(none.exitCode).not.toBe(0)
  expect(none.err).toContain('--day, or --from and --to')
})

test('what was imported routes where no file does', async () => {
  await client.importTwilioConfig(routing)
  await hub.inStep()
  const [given, imported] = [await asked(), await asked({ routing: undefined })]
  expect(imported.workflows).toBe('recorded')
  expect(imported.total).toEqual(given.total)
})

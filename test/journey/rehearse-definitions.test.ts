import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { WorkProgress } from '../../schemas/feeds/operations.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { rehearsalResultSchema } from '../../schemas/feeds/rehearsal.ts'
import { readTopics } from '../../services/runner/shards.ts'
import type { Clock } from '../../services/runtime/clock.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { anEvent } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'

const now = Date.parse('2026-03-12T09:30:00Z')
const clock: Clock = { ...systemClock, now: () => now }

/** A call that waits for so long and is talked with for a minute. */
function call(task: string, time: string, waitSeconds: number) {
  const began = Date.parse(time)
  const own = { task, channel: 'voice', direction: 'inbound', queue: 'WQ1', queueName: 'Billing' }
  const leg = { ...own, reservation: `R${task}`, worker: 'WK1', workerName: 'ann' }
  const answered = waitSeconds * 1000
  const steps = [
    ['task.created', own, 0],
    ['task-queue.entered', own, 0],
    ['reservation.created', leg, answered],
    ['reservation.accepted', leg, answered],
    ['reservation.completed', leg, answered + 60_000],
    ['task.completed', own, answered + 60_000],
  ] as const
  return steps.map(([type, fields, after], n) =>
    anEvent({ id: `${task}-${n}`, type, at: began + after, ...fields }),
  )
}

/** Three are answered within twenty seconds, and two within a minute: on the 10th, 11th and 12th, and long before. */
const events = [
  ...call('WT0', '2026-01-05T10:00:00Z', 40),
  ...call('WT1', '2026-03-10T10:01:00Z', 10),
  ...call('WT2', '2026-03-10T10:02:00Z', 50),
  ...call('WT3', '2026-03-11T11:00:00Z', 20),
  ...call('WT4', '2026-03-11T12:00:00Z', 30),
  ...call('WT5', '2026-03-12T08:00:00Z', 5),
  hubEvent({ type: 'clock.ticked', id: 'tick', at: now }),
]

let folder: Awaited<ReturnType<typeof tempFolder>>
let hub: HubWithTables
let client: OperationsClient
let env: Record<string, string>
beforeAll(async () => {
  folder = await tempFolder()
  hub = await openHubWithTables({ clock })
  await hub.tell(events)
  client = createOperationsClient({ url: hub.url })
  env = { LEDGERLINE_PORT: new URL(hub.url).port }
}, 180_000)
afterAll(async () => {
  await hub.close()
  await folder.remove()
})

async function fileOf(text: string): Promise<string> {
  const path = join(folder.path, 'definitions.yaml')
  await writeFile(path, text)
  return path
}

async function asked(payload: string, query = '') {
  const answer = await hub.app.inject({
    ...{ method: 'POST', url: `/v1/operations/definitions/rehearse${query}`, payload },
    headers: { 'content-type': 'application/yaml', host: 'localhost' },
  })
  expect(answer.headers['content-type']).toContain('application/problem+json')
  return problemSchema.parse(answer.json())
}

test('what a longer threshold would change is told, and nothing is set', async () => {
  const ends = () => Promise.all(readTopics.map((topic) => hub.log.end(topic)))
  const before = await ends()
  const progress: WorkProgress[] = []
  const result = await client.rehearseDefinitions('slThresholdMs: 60000', { days: 2 }, (one) =>
    progress.push(one),
  )
  expect(rehearsalResultSchema.parse(result)).toEqual(result)
  expect(result).toMatchObject({
    ...{ version: 1, isNew: true, isWhole: true, entities: 6 },
    ...{ from: Date.parse('2026-03-10T00:00Z'), since: Date.parse('2026-03-10T00:00Z') },
    intervalMinutes: { old: 15, new: 15 },
  })
  const met = result.changes.find(({ metric }) => metric === 'answered_in_sl_count')
  expect(met).toEqual({
    ...{ table: 'queue_intervals', metric: 'answered_in_sl_count', unit: 'count' },
    ...{ workspace: 'WS1', queue: 'WQ1', queueName: 'Billing', agent: '', agentName: '' },
    ...{ days: 2, old: 3, new: 5 },
  })
  expect(progress.at(-1)).toMatchObject({ done: 6, total: 6 })
  expect(await ends()).toEqual(before)
  expect((await client.definitions()).versions).toEqual([])
})

test('a table shows what would change, an example of it, and what to do next', async () => {
  const path = await fileOf('slThresholdMs: 60000')
  const { exitCode, out } = await runCli(['definitions', 'rehearse', path, '--days', '2'], env)
  expect(exitCode).toBe(0)
  expect(out).toMatch(/version 1 from 2026-03-10T00:00Z: 6 contacts and agents/)
  expect(out).toMatch(/^answered_in_sl_count +Billing +2 +3 +5 +\+2$/m)
  expect(out).toContain('WT2 counts 0, and would count 1')
  expect(out).toMatch(/ledgerline explain queue WQ1 2026-03-10T10:00:00.000Z \w+ --channel voice/)
  expect(out).toContain(`ledgerline definitions set ${path} --from 2026-03-10T00:00Z`)
  const later = ['--days', '2', '--from', '2026-03-11T12:00:00Z', '--json']
  const json = await runCli(['definitions', 'rehearse', path, ...later], env)
  expect(rehearsalResultSchema.parse(JSON.parse(json.out)).changes).toContainEqual(
    expect.objectContaining({ metric: 'answered_in_sl_count', days: 1, old: 3, new: 4 }),
  )
})

test('where nothing would change it says so', async () => {
  const path = await fileOf('slThresholdMs: 20000')
  const { out } = await runCli(['definitions', 'rehearse', path], env)
  expect(out).toContain('no sum of an interval table would be another')
  expect(out).not.toContain('explain')
  const wider = await runCli(['definitions', 'rehearse', await fileOf('intervalMinutes: 30')], env)
  expect(wider.out).toContain('would be of 30 minutes instead of 15')
})

test('all that is wrong with a call is told at once', async () => {
  const wrong = 'slThresholdMs: fast\nsites: {A: {zone: Europe/Berlni}}\n'
  const answer = await asked(wrong, '?days=0&since=2026-01-01')
  expect(answer.status).toBe(400)
  expect(answer.errors).toMatchObject([
    { field: 'days' },
    { field: 'since', choices: ['days', 'from'] },
    { field: 'slThresholdMs', line: 1, column: 16 },
    { field: 'sites.A.zone', line: 2 },
  ])
  expect((await asked('slThresholdMs: 60000', '?days=401')).errors).toMatchObject([
    { field: 'days' },
  ])
  const early = await asked('slThresholdMs: 60000', '?days=2&from=2026-03-01T12:00:00Z')
  expect(early.errors).toEqual([
    {
      field: 'from',
      detail: 'lies before the days that are looked at: ask for 11 days or more',
    },
  ])
})

test('what a set would refuse, a rehearsal refuses', async () => {
  await hub.tell([
    hubEvent({
      ...{ type: 'interval.finalised', id: 'F', at: now, table: 'queue_intervals' },
      ...{ since: now - 7_200_000, until: now - 3_600_000 },
    }),
  ])
  const answer = await asked('intervalMinutes: 5')
  expect(answer.status).toBe(409)
  expect(answer.errors).toMatchObject([{ field: 'intervalMinutes', choices: ['15'] }])
  await expect(client.setDefinitions('intervalMinutes: 5', now)).rejects.toThrow(
    'these definitions do not fit the ledger',
  )
})

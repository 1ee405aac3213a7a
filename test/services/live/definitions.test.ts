import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hubEvent } from '../../../schemas/events/hub-event.ts'
import {
  definitionsAnswerSchema,
  definitionsSetResultSchema,
} from '../../../schemas/feeds/definitions.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { createOperationsClient, HubError } from '../../../client/operations.ts'
import { registerOperations } from '../../../services/live/operations.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { appendEvents } from '../../../services/runner/shard-runner.ts'
import type { Clock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { openServerWarehouse } from '../../../services/warehouse/server.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const now = Date.parse('2026-03-10T08:00:00Z')
const hourMs = 3_600_000
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() }

let folder: Awaited<ReturnType<typeof tempFolder>>
let log: EventLog
let app: FastifyInstance

beforeEach(async () => {
  folder = await tempFolder()
  log = await openEmbeddedLog({ folder: folder.path, partitions: 3 })
  app = openApp()
})

afterEach(async () => {
  await app.close()
  await log.close()
  await folder.remove()
})

/** A process that writes no tables, so its warehouse is never asked. */
function openApp(): FastifyInstance {
  const made = fastify()
  registerOperations(made, {
    ...{ log, clock, runner: null, stateFolder: folder.path, logger: silentLogger },
    warehouse: openServerWarehouse({ url: 'http://127.0.0.1:9', database: 'ledgerline' }),
    apiTokens: [],
  })
  return made
}

async function set(payload: string, query = '') {
  return app.inject({
    ...{ method: 'POST', url: `/v1/operations/definitions${query}`, payload },
    headers: { 'content-type': 'application/yaml' },
  })
}

async function shown(query = '') {
  const answer = await app.inject({ url: `/v1/definitions${query}` })
  return definitionsAnswerSchema.parse(answer.json())
}

test('where nobody has set any, the defaults hold', async () => {
  expect(await shown()).toMatchObject({
    ...{ at: now, versions: [] },
    inForce: { version: 0, from: null, definitions: { slThresholdMs: 20_000 } },
  })
})

test('what is set holds from its instant on, also after a start', async () => {
  const first = await set('slThresholdMs: 30000')
  expect(definitionsSetResultSchema.parse(first.json())).toEqual({
    ...{ version: 1, from: now, isNew: true },
  })
  expect((await set('slThresholdMs: 10000', '?from=2026-03-10T06:00:00Z')).json()).toMatchObject({
    ...{ version: 2, from: now - 2 * hourMs },
  })
  await app.close()
  app = openApp()
  const all = await shown()
  expect(all.versions.map(({ version, from, setAt }) => [version, from, setAt])).toEqual([
    [2, now - 2 * hourMs, now],
    [1, now, now],
  ])
  expect(all.inForce.definitions).toMatchObject({ version: 1, slThresholdMs: 30_000 })
  expect((await shown('?at=2026-03-10T07:59:59Z')).inForce.version).toBe(2)
  expect((await shown('?at=2026-03-10T05:59:59Z')).inForce.version).toBe(0)
})

test('of two sets for one instant the later holds, also the tenth', async () => {
  for (let seconds = 1; seconds <= 11; seconds++) await set(`slThresholdMs: ${seconds + 10}000`)
  expect((await shown()).inForce).toMatchObject({
    version: 11,
    definitions: { slThresholdMs: 21_000 },
  })
})

test('the same file said twice for one instant is said once', async () => {
  const text = 'activities: {A: aux, B: offline}'
  const same = 'activities:\n  B: offline\n  A: aux'
  const answers = await Promise.all([set(text), set(same), set(text)])
  expect(answers.map((answer) => answer.json<{ isNew: boolean }>().isNew).sort()).toEqual([
    ...[false, false, true],
  ])
  expect((await shown()).versions).toHaveLength(1)
  await set(text, '?from=2026-03-10T09:00:00Z')
  expect((await shown()).versions).toHaveLength(2)
})

test('a wrong file is refused with every line, and what is in force stays', async () => {
  await set('slThresholdMs: 30000')
  const answer = await set('slThresholdMs: fast\nsites: {A: {zone: Europe/Berlni}}\n')
  expect(answer.statusCode).toBe(400)
  expect(problemSchema.parse(answer.json()).errors).toMatchObject([
    { line: 1, column: 16, field: 'slThresholdMs' },
    {
      line: 2,
      field: 'sites.A.zone',
      choices: ['Europe/Berlin', expect.anything(), expect.anything()],
    },
  ])
  expect((await shown()).versions).toHaveLength(1)
})

test('a call that is no file, or has no such parameter or time, is refused', async () => {
  const json = await app.inject({ method: 'POST', url: '/v1/operations/definitions', payload: {} })
  expect(json.statusCode).toBe(415)
  for (const query of [
    '?from=yesterday',
    '?from=2026-13-01',
    '?since=2026-01-01',
    '?from=9999-01-01',
  ]) {
    const answer = await set('slThresholdMs: 1000\nshortAbandonMs: 0', query)
    expect(answer.statusCode, query).toBe(400)
    expect(problemSchema.parse(answer.json()).errors, query).toHaveLength(1)
  }
  expect((await shown()).versions).toEqual([])
})

test('the length of intervals is that of the earliest set, and never changes once rows are final', async () => {
  expect((await set('intervalMinutes: 30')).statusCode).toBe(200)
  const later = await set('intervalMinutes: 5', '?from=2026-03-10T09:00:00Z')
  expect(later.statusCode).toBe(409)
  expect(problemSchema.parse(later.json()).errors).toMatchObject([
    { field: 'intervalMinutes', choices: ['30'] },
  ])
  expect((await set('intervalMinutes: 5', '?from=2026-03-01')).statusCode).toBe(200)
  await appendEvents(log, [
    hubEvent({
      ...{ type: 'interval.finalised', id: 'F', at: now, table: 'queue_intervals' },
      ...{ since: now - 2 * hourMs, until: now - hourMs },
    }),
  ])
  const refused = await set('intervalMinutes: 15', '?from=2026-01-01')
  expect(refused.statusCode).toBe(409)
  expect(problemSchema.parse(refused.json()).errors?.[0]?.detail).toContain('final')
  expect((await set('intervalMinutes: 5', '?from=2026-01-01')).statusCode).toBe(200)
})

test('the client sets and shows what the routes do', async () => {
  const client = createOperationsClient({ url: await app.listen({ port: 0, host: '127.0.0.1' }) })
  expect(await client.setDefinitions('slThresholdMs: 7000', now - hourMs)).toEqual({
    ...{ version: 1, from: now - hourMs, isNew: true },
  })
  expect((await client.definitions(now - hourMs)).inForce.version).toBe(1)
  expect((await client.definitions(now - hourMs - 1)).inForce.version).toBe(0)
  await expect(client.setDefinitions('slThreshold: 1')).rejects.toThrow(HubError)
})

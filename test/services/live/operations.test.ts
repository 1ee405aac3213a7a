import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  deadLettersSchema,
  progressSchema,
  redriveResultSchema,
  wholeDeadLetterSchema,
} from '../../../schemas/feeds/operations.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { deadLetterId, toRecords } from '../../../services/ingest/dead-letter-records.ts'
import { registerOperations } from '../../../services/live/operations.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { openServerWarehouse } from '../../../services/warehouse/server.ts'
import { tempFolder } from '../../support/temp-folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let log: EventLog
let app: FastifyInstance

beforeEach(async () => {
  folder = await tempFolder()
  log = await openEmbeddedLog({ folder: folder.path, partitions: 2 })
  app = openApp([])
})

afterEach(async () => {
  await app.close()
  await log.close()
  await folder.remove()
})

/** A process that writes no tables, so its warehouse is never asked. */
function openApp(apiTokens: readonly string[]): FastifyInstance {
  const made = fastify()
  registerOperations(made, {
    log,
    warehouse: openServerWarehouse({ url: 'http://127.0.0.1:9', database: 'ledgerline' }),
    runner: null,
    stateFolder: folder.path,
    clock: systemClock,
    logger: silentLogger,
    apiTokens,
  })
  return made
}

test('without tokens only this machine is answered', async () => {
  const url = '/v1/operations/progress'
  expect((await app.inject({ url })).statusCode).toBe(200)
  expect((await app.inject({ url, remoteAddress: '192.0.2.1' })).statusCode).toBe(401)
  const forwarded = { 'x-forwarded-for': '192.0.2.1' }
  expect((await app.inject({ url, headers: forwarded })).statusCode).toBe(401)
})

test('with tokens only who shows one is answered, from wherever', async () => {
  await app.close()
  app = openApp(['one', 'two'])
  const url = '/v1/dead-letters'
  const refused = await app.inject({ url })
  expect(refused.statusCode).toBe(401)
  expect(problemSchema.parse(refused.json()).detail).toBe('an API token is needed')
  const headers = { authorization: 'Bearer two' }
  const remoteAddress = '192.0.2.1'
  expect((await app.inject({ url, headers, remoteAddress })).statusCode).toBe(200)
})

test('a page of another site cannot make the browser ask', async () => {
  const call = { method: 'POST', url: '/v1/operations/rebuild' } as const
  const elsewhere = { host: 'localhost:8080', origin: 'https://example.com' }
  expect((await app.inject({ ...call, headers: elsewhere })).statusCode).toBe(403)
  const here = { host: 'localhost:8080', origin: 'http://localhost:8080' }
  expect((await app.inject({ ...call, headers: here })).statusCode).toBe(409)
})

test('a process that writes no tables says so instead of rebuilding', async () => {
  for (const work of ['rebuild', 'verify']) {
    const answer = await app.inject({ method: 'POST', url: `/v1/operations/${work}` })
    expect(answer.statusCode).toBe(409)
    expect(problemSchema.parse(answer.json()).detail).toBe(
      'this process writes no tables: ask one with the role projections',
    )
  }
})

test('a rebuild from what is no date, or is yet to come, is refused with what would be right', async () => {
  const asked = (query: string) =>
    app.inject({ method: 'POST', url: `/v1/operations/rebuild?${query}` })
  const faults = {
    'from=2026-02-30': { field: 'from', detail: 'is no date such as 2026-03-01' },
    'from=march': { field: 'from', detail: 'is no date such as 2026-03-01' },
    'from=9999-01-01': { field: 'from', detail: '9999-01-01 is yet to come' },
    'form=2026-03-01': { field: 'form', detail: 'there is no such parameter' },
  }
  for (const [query, fault] of Object.entries(faults)) {
    const answer = await asked(query)
    expect(answer.statusCode).toBe(400)
    expect(problemSchema.parse(answer.json()).errors).toEqual([fault])
  }
})

test('where no work was asked for there is none to look at or to end', async () => {
  const url = '/v1/operations/job'
  expect((await app.inject({ url })).statusCode).toBe(404)
  expect((await app.inject({ method: 'DELETE', url })).statusCode).toBe(409)
})

test('progress names every shard with its end', async () => {
  await log.append('ledgerline.tasks', [{ key: '', value: Buffer.from('a record'), partition: 1 }])
  const progress = progressSchema.parse((await app.inject('/v1/operations/progress')).json())
  expect(progress.holdsAll).toBe(false)
  expect(progress.shards).toHaveLength(10)
  const { shards } = progress
  expect(shards.find((each) => each.topic === 'ledgerline.tasks' && each.partition === 1)).toEqual({
    topic: 'ledgerline.tasks',
    partition: 1,
    end: 1,
    nextOffset: null,
    lagRecords: null,
    tick: null,
    ageMs: null,
  })
})

const body = Buffer.from('EventType=reservation.created&nothing=else\xff', 'latin1')
const source = 'twilio-taskrouter'
const id = deadLetterId(source, body)

async function appendLetter(): Promise<void> {
  const letter = {
    ...{ id, source, body },
    receivedAt: Date.UTC(2026, 2, 10, 9),
    reason: 'shape',
    detail: 'Sid is missing',
    contentType: 'application/x-www-form-urlencoded',
    path: '/twilio/taskrouter',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }
  await log.append('ledgerline.dead-letters', toRecords(letter))
}

test('dead letters are listed without their bodies, and filtered', async () => {
  await appendLetter()
  await appendLetter()
  const list = async (query: string) =>
    deadLettersSchema.parse((await app.inject(`/v1/dead-letters${query}`)).json()).deadLetters
  expect(await list('')).toEqual([
    {
      ...{ id, source, reason: 'shape', detail: 'Sid is missing', times: 2 },
      path: '/twilio/taskrouter',
      contentType: 'application/x-www-form-urlencoded',
      bodyBytes: body.length,
      firstReceivedAt: Date.UTC(2026, 2, 10, 9),
      lastReceivedAt: Date.UTC(2026, 2, 10, 9),
    },
  ])
  expect(await list('?reason=shape&limit=1')).toHaveLength(1)
  expect(await list('?reason=account')).toHaveLength(0)
})

test('one letter comes with its bytes as they were', async () => {
  await appendLetter()
  const letter = wholeDeadLetterSchema.parse((await app.inject(`/v1/dead-letters/${id}`)).json())
  expect(letter.bodyEncoding).toBe('base64')
  expect(Buffer.from(letter.body, 'base64').equals(body)).toBe(true)
  expect((await app.inject('/v1/dead-letters/none')).statusCode).toBe(404)
})

test('a wrong filter is told which field is wrong', async () => {
  const answer = await app.inject('/v1/dead-letters?limit=none')
  expect(answer.statusCode).toBe(400)
  expect(problemSchema.parse(answer.json()).errors?.map(({ field }) => field)).toEqual(['limit'])
})

test('a redrive tells what is understood now', async () => {
  await appendLetter()
  const answer = await app.inject({
    method: 'POST',
    url: '/v1/dead-letters/redrive',
    payload: { source },
  })
  expect(redriveResultSchema.parse(answer.json())).toMatchObject({ resolved: 0, open: 1 })
})

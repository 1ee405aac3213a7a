import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  deliveryAgainResultSchema,
  deliveryAnswerSchema,
  deliveryJournalSchema,
} from '../../../schemas/feeds/delivery.ts'
import { openConfiguredDelivery } from '../../../services/delivery/configured-delivery.ts'
import type { Dispatch } from '../../../services/delivery/dispatch.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { readConfig } from '../../../services/runtime/config.ts'
import { silentLogger, type Logger } from '../../../services/runtime/logger.ts'
import { createMetrics } from '../../../services/runtime/metrics.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { noStreams } from '../../support/terminal.ts'
import { until } from '../../support/until.ts'
import { openHttpReceiver, type HttpReceiver } from '../../vendors/http-receiver.ts'
import { runCommand } from '../../../services/cli/program.ts'
import { openTestHub, type TestHub } from '../live/hub-with-state.ts'
import { documentOf, stateOf } from './dispatch-place.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let receiver: HttpReceiver
let log: EventLog
let dispatch: Dispatch
let hub: TestHub

beforeEach(async () => {
  folder = await tempFolder()
  receiver = await openHttpReceiver()
  log = await openEmbeddedLog({ folder: join(folder.path, 'own-log') })
  dispatch = await openDelivery()
  hub = await openTestHub({ dispatch })
})

afterEach(async () => {
  await hub.close()
  await dispatch.close()
  await log.close()
  await receiver.close()
  await folder.remove()
})

const token = 'a-secret-of-the-test'

async function openDelivery(logger: Logger = silentLogger): Promise<Dispatch> {
  const path = join(folder.path, 'targets.yaml')
  writeFileSync(
    path,
    `
targets:
  wfm:
    kind: http
    url: ${receiver.url}?tenant=${token}
    auth: { kind: bearer, token: { env: WFM_TOKEN } }
    retry: { firstSeconds: 0.1, maxSeconds: 0.1 }
  files:
    kind: directory
    folder: ${folder.path}
`,
  )
  const config = readConfig({ LEDGERLINE_DATA_DIR: folder.path, LEDGERLINE_TARGETS: path })
  const opened = await openConfiguredDelivery(config, {
    ...{ appender: log, clock: systemClock, logger, metrics: createMetrics() },
    env: { WFM_TOKEN: token },
  })
  if (opened === null) throw new Error('nothing is delivered')
  return opened
}

function soon(what: string, isSo: () => boolean): Promise<void> {
  return until(what, isSo, { seen: () => JSON.stringify(dispatch.status()), forMs: 60_000 })
}

async function status() {
  const response = await hub.app.inject('/v1/delivery')
  return deliveryAnswerSchema.parse(response.json()).targets
}

async function journal(query = '') {
  const response = await hub.app.inject(`/v1/delivery/journal${query}`)
  return deliveryJournalSchema.parse(response.json())
}

test('how each target stands can be asked, without what is secret about it', async () => {
  receiver.become('failing')
  await dispatch.putStates('wfm', [stateOf(1, 1)])
  await dispatch.putDocument('wfm', documentOf(1))
  await soon('an attempt', () => dispatch.status().some(({ lastFailure }) => lastFailure !== null))
  const [wfm, files] = await status()
  expect(wfm).toMatchObject({
    ...{ name: 'wfm', kind: 'http', address: receiver.url },
    lastFailure: { reason: 'status 503' },
    states: { waiting: 1 },
    documents: { waiting: 1, bytes: 10, deadLetters: 0 },
  })
  expect(files).toMatchObject({ breaker: 'closed', lastDeliveredAt: null, states: { waiting: 0 } })
  expect((await hub.app.inject('/v1/delivery')).body).not.toContain(token)
  receiver.become('well')
  await soon('nothing waits', () => receiver.taken.length === 2)
  expect(receiver.headers.at(-1)?.authorization).toBe(`Bearer ${token}`)
})

test('no line of the log has a secret, an address or a body in it', async () => {
  await dispatch.close()
  const lines: string[] = []
  const heard = pino({ level: 'trace' }, { write: (line) => void lines.push(line) })
  dispatch = await openDelivery(heard)
  for (const mood of ['failing', 'disconnecting', 'refusing'] as const) {
    receiver.become(mood)
    await dispatch.putDocument('wfm', documentOf(mood.length))
    await soon('a line', () => lines.length > 0)
  }
  await soon('it is refused', () => dispatch.status().some(({ refused }) => refused > 0))
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) {
    expect(line).not.toContain(token)
    expect(line).not.toContain('127.0.0.1')
    expect(line).not.toContain('rows of')
  }
})

test('the journal is read by target, key, outcome and time, page by page, and what it has can go again', async () => {
  receiver.answerBy((_request, body) => ({
    status: body.toString().includes('rows of 2') ? 400 : 200,
    text: '',
  }))
  for (const number of [1, 2, 3]) await dispatch.putDocument('wfm', documentOf(number))
  await dispatch.putDocument('files', documentOf(4))
  await soon('all is settled', () => dispatch.journal({ limit: 10 }).length === 4)

  expect((await journal()).lines).toHaveLength(4)
  expect((await journal('?target=files')).lines).toMatchObject([{ name: 'document-4.csv' }])
  expect((await journal('?outcome=refused')).lines).toMatchObject([{ key: 'document-2' }])
  expect((await journal('?to=2020-01-01T00:00:00Z')).lines).toEqual([])
  const page = await journal('?limit=3')
  expect(page.isWhole).toBe(false)
  const rest = await journal(`?limit=3&before=${page.lines.at(-1)?.id}`)
  expect(rest.isWhole).toBe(true)
  expect(new Set([...page.lines, ...rest.lines].map(({ id }) => id)).size).toBe(4)
  expect((await hub.app.inject('/v1/delivery/journal?limit=0')).statusCode).toBe(400)

  const again = (payload: object) =>
    hub.app.inject({ method: 'POST', url: '/v1/operations/delivery/resend', payload })
  expect((await again({ target: 'nobody', key: 'x' })).statusCode).toBe(404)
  expect((await again({ target: 'wfm' })).statusCode).toBe(400)
  receiver.answerBy(null)
  const result = await again({ target: 'wfm', key: 'document-2' })
  expect(deliveryAgainResultSchema.parse(result.json())).toEqual({ put: 1, waiting: 0, gone: 0 })
  await soon('it has arrived', () => receiver.taken.length === 3)
})

test('the commands tell the same, and have documents sent again', async () => {
  await dispatch.putDocument('wfm', documentOf(1))
  await soon('it has arrived', () => dispatch.journal({ limit: 1 }).length === 1)
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    ...{ out: (text: string) => void out.push(text), err: (text: string) => void err.push(text) },
    env: { LEDGERLINE_PORT: new URL(hub.url).port, LEDGERLINE_DATA_DIR: folder.path },
    ...noStreams,
    ...{ isInteractive: false, stopping: new AbortController().signal },
  }
  const run = (...argv: string[]) => runCommand(['delivery', ...argv], terminal)
  expect(await run('check', join(folder.path, 'targets.yaml'))).toBe(0)
  expect(await run('status')).toBe(0)
  expect(out.join('\n')).toMatch(/wfm +http +closed +0/)
  expect(await run('journal', '--target', 'wfm')).toBe(0)
  expect(out.join('\n')).toMatch(/delivered +status 200 +1 +10 .* document-1/)
  expect(await run('resend', 'wfm')).toBe(2)
  expect(await run('resend', 'wfm', '--key', 'document-1', '--new-keys')).toBe(0)
  expect(out.at(-1)).toBe('1 sent again, 0 waited already, 0 are no longer kept')
  await soon('it has arrived again', () => receiver.taken.length === 2)
  expect(await run('resend', 'nobody', '--key', 'x')).not.toBe(0)
  expect(err.join('')).toContain('there is no target nobody')
})

test('a file with faults keeps the hub from starting, and says where', async () => {
  const path = join(folder.path, 'wrong.yaml')
  writeFileSync(path, 'targets:\n  wfm:\n    kind: directory\n')
  const config = readConfig({ LEDGERLINE_DATA_DIR: folder.path, LEDGERLINE_TARGETS: path })
  const surroundings = { appender: log, clock: systemClock, logger: silentLogger }
  await expect(
    openConfiguredDelivery(config, { ...surroundings, metrics: createMetrics(), env: {} }),
  ).rejects.toThrow(/CONFIG_INVALID.*line 2, column \d+, targets\.wfm\.folder/)
})

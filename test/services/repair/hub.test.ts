import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient } from '../../../client/operations.ts'
import { openHub, type Hub } from '../../../services/main.ts'
import { readConfig } from '../../../services/runtime/config.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { runCli } from '../../support/terminal.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import {
  openTwilioRestServer,
  testAccount,
  testPassword,
  type TwilioRestServer,
} from '../../support/twilio-rest-server.ts'
import { until } from '../../support/until.ts'
import { workspace } from './ledger.ts'
import { numberedEvents } from './rest-items.ts'

const minuteMs = 60_000
const publicUrl = 'https://hub.example.com'
const from = Math.floor(Date.now() / minuteMs) * minuteMs - 180 * minuteMs
const to = from + 120 * minuteMs
/** Older than what a first look reads by itself. */
const events = numberedEvents(40, from, minuteMs)

const patience = { seen: () => 'nothing of it', forMs: 60_000 }

let folder: Awaited<ReturnType<typeof tempFolder>>
let twilio: TwilioRestServer
let hub: Hub
let env: Record<string, string>

beforeAll(async () => {
  folder = await tempFolder()
  twilio = await openTwilioRestServer({ events, onSinkTest: sendTest })
  env = {
    LEDGERLINE_DATA_DIR: folder.path,
    LEDGERLINE_PORT: '0',
    LEDGERLINE_ENGINE_PORT: '0',
    LEDGERLINE_PUBLIC_URL: publicUrl,
    LEDGERLINE_REPAIR_REQUESTS_PER_SECOND: '100',
    TWILIO_ACCOUNT_SID: testAccount,
    TWILIO_AUTH_TOKENS: testPassword,
    TWILIO_WORKSPACE_SID: workspace,
    TWILIO_API_BASE_URL: twilio.url,
  }
  hub = await openHub(readConfig(env), { logger: silentLogger })
  env = { ...env, LEDGERLINE_PORT: new URL(hub.url).port }
})

afterAll(async () => {
  await hub.close()
  await twilio.close()
  await folder.remove()
})

/** Twilio's own signature over a test event, as its sink would send it. */
async function sendTest(destination: string, testId: string): Promise<void> {
  const body = JSON.stringify([
    {
      ...{ specversion: '1.0', type: 'com.twilio.eventstreams.test-event', source: 'Sink' },
      ...{ id: testAccount, time: new Date().toISOString(), data: { test_id: testId } },
    },
  ])
  const hash = createHash('sha256').update(body).digest('hex')
  const path = `/twilio/event-streams?bodySHA256=${hash}`
  const signature = createHmac('sha1', testPassword).update(`${publicUrl}${path}`).digest('base64')
  expect(destination).toBe(`${publicUrl}/twilio/event-streams`)
  await fetch(new URL(path, hub.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-twilio-signature': signature },
    body,
  })
}

test('a backfill adds what is missing once, and the second time nothing', async () => {
  const argv = ['backfill', 'twilio', '--resource', 'taskrouter', '--json']
  const range = ['--from', new Date(from).toISOString(), '--to', new Date(to).toISOString()]
  const dry = await runCli([...argv, ...range, '--dry-run'], env)
  expect(JSON.parse(dry.out)).toMatchObject({ dryRun: true, resources: [{ added: 40, known: 0 }] })

  const { out, exitCode } = await runCli([...argv, ...range], env)
  expect(exitCode).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    ...{ from, to, dryRun: false },
    resources: [{ resource: 'taskrouter', read: 40, added: 40, known: 0, refused: 0, skipped: 0 }],
  })

  const client = createOperationsClient({ url: hub.url })
  await until(
    'the tables hold what was added',
    async () => {
      const { shards } = await client.progress()
      return shards.every(({ lagRecords }) => lagRecords === 0)
    },
    patience,
  )
  const again = await runCli([...argv, ...range], env)
  expect(JSON.parse(again.out)).toMatchObject({ resources: [{ added: 0, known: 40 }] })
})

test('a stretch that cannot be is refused with what is wrong about it', async () => {
  const answer = await fetch(new URL('/v1/operations/backfill', hub.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ from: to, to: from, resources: ['faxes'] }),
  })
  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('resources.0')
})

test('Twilio is set up through the hub that runs, and the doctor finds nothing to say of it then', async () => {
  const before = await runCli(['doctor'], env)
  expect(before.out).toContain('the workspace has no event callback: run "ledgerline twilio setup"')
  expect(before.out).toContain('no sink of Event Streams sends to the hub')

  const { out, exitCode } = await runCli(['twilio', 'setup'], env)
  expect(out).toContain('is active')
  expect(exitCode).toBe(0)
  const second = await runCli(['twilio', 'setup'], env)
  expect(second.out).toContain('everything was so already')

  const after = await runCli(['doctor'], env)
  expect(after.out).toMatch(/^ok +twilio +sends everything to https:\/\/hub\.example\.com$/m)
  const subscription = twilio.account.subscriptions[0]
  subscription?.types.set('com.twilio.taskrouter.task.created', 1)
  const [sink] = twilio.account.sinks
  if (sink !== undefined) sink.status = 'failed'
  const worse = await runCli(['doctor'], env)
  expect(worse.out).toMatch(/^FAULT +twilio +the sink is failed/m)
  expect(worse.out).toContain(
    'types in another schema version than the hub is tested with: 1, such as',
  )
})

test('sources tells of those who were never heard, and of requests that nobody known has signed', async () => {
  await fetch(new URL('/twilio/taskrouter', hub.url), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'EventType=task.created',
  })
  const client = createOperationsClient({ url: hub.url })
  await until(
    'the answer is a new one',
    async () => {
      const { sources } = await client.sources()
      return sources.some(({ signatureFailures }) => signatureFailures === 1)
    },
    patience,
  )
  const { sources } = await client.sources()
  expect(sources.find(({ source }) => source === 'twilio-taskrouter')).toMatchObject({
    // What was read again does not show that it speaks.
    ...{ state: 'never', lastReceivedAt: null, signatureFailures: 1, gaps: [] },
  })
  const { out } = await runCli(['sources'], env)
  expect(out).toMatch(/^twilio-taskrouter +never/m)
  expect((await runCli(['doctor'], env)).out).toContain(
    'twilio-taskrouter: requests without a known signature: 1',
  )
  const docs = await (await fetch(new URL('/docs/json', hub.url))).text()
  expect(docs).toContain('/v1/sources')
  expect(docs).toContain('/v1/operations/backfill')
})

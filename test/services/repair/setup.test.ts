import { afterEach, expect, test } from 'vitest'
import { createSetupPlan } from '../../../services/repair/setup/setup-plan.ts'
import { setUp } from '../../../services/repair/setup/setup-work.ts'
import { openTwilioRest } from '../../../services/repair/twilio-rest.ts'
import { runCli } from '../../support/terminal.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import {
  openTwilioRestServer,
  testAccount,
  testPassword,
  type TwilioRestServer,
} from '../../support/twilio-rest-server.ts'
import { workspace } from './ledger.ts'

const plan = createSetupPlan('https://hub.example.com', workspace)
const clock = createJumpingClock(Date.parse('2026-03-10T12:00:00Z'))

let server: TwilioRestServer | undefined
afterEach(() => server?.close())

/** A Twilio whose tests reach the hub. */
async function openConnected() {
  let testId: string | null = null
  const opened = await openTwilioRestServer({
    clock,
    onSinkTest: (_destination, id) => {
      testId = id
      return Promise.resolve()
    },
  })
  server = opened
  const rest = openTwilioRest({
    ...{ account: testAccount, username: testAccount, password: testPassword },
    ...{ baseUrl: opened.url, clock, requestsPerSecond: 100 },
  })
  const lastTestId = () => Promise.resolve(testId)
  return {
    server: opened,
    setUp: (replace = false) => setUp({ rest, plan, replace, lastTestId, clock }),
  }
}

test('everything is made at the first run, and nothing at the second', async () => {
  const { server: twilio, setUp: run } = await openConnected()
  const steps = await run()
  expect(steps.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done', 'done'])
  const { account } = twilio
  expect(account.workspace.event_callback_url).toBe(plan.eventCallbackUrl)
  expect(account.conversations).toMatchObject({
    post_webhook_url: 'https://hub.example.com/twilio/conversations',
    pre_webhook_url: '',
    filters: plan.conversations.filters,
  })
  expect(account.sinks).toMatchObject([
    {
      status: 'active',
      sink_configuration: {
        ...{ destination: 'https://hub.example.com/twilio/event-streams', method: 'POST' },
        batch_events: true,
      },
    },
  ])
  expect(Object.fromEntries(account.subscriptions[0]?.types ?? [])).toEqual(plan.types)
  const before = [...account.changes]

  expect(await run()).toEqual([])
  expect(account.changes).toEqual(before)
})

test('only what differs is changed: a type that is missing, a version that is not pinned', async () => {
  const { server: twilio, setUp: run } = await openConnected()
  await run()
  const { account } = twilio
  const types = account.subscriptions[0]?.types
  types?.delete('com.twilio.taskrouter.task.created')
  types?.set('com.twilio.taskrouter.task.updated', 1)
  types?.set('com.twilio.iam.ip.blocked', 1)
  account.changes.length = 0
  expect(await run()).toHaveLength(2)
  expect(account.changes).toEqual([
    'type com.twilio.taskrouter.task.created',
    'type com.twilio.taskrouter.task.updated',
  ])
  expect(types?.get('com.twilio.taskrouter.task.updated')).toBe(4)
  expect(types?.get('com.twilio.iam.ip.blocked')).toBe(1)
})

test('nobody loses his events unless that was said', async () => {
  const { server: twilio, setUp: run } = await openConnected()
  const { account } = twilio
  account.workspace.event_callback_url = 'https://reports.example.com/events'
  account.conversations.post_webhook_url = 'https://bot.example.com/hook'
  account.conversations.filters.push('onMessageAdd')
  const steps = await run()
  expect(steps.filter(({ outcome }) => outcome === 'left').map(({ what }) => what)).toEqual([
    'the workspace sends its events to reports.example.com; --replace sends them to the hub instead',
    'Conversations sends its webhooks to bot.example.com; --replace sends them to the hub instead',
  ])
  expect(account.workspace.event_callback_url).toBe('https://reports.example.com/events')
  await run(true)
  expect(account.workspace.event_callback_url).toBe(plan.eventCallbackUrl)
  expect(account.conversations.filters).toEqual(['onMessageAdd', ...plan.conversations.filters])
})

test('a sink whose test never reaches the hub is told, and nothing is subscribed', async () => {
  server = await openTwilioRestServer({ clock })
  const rest = openTwilioRest({
    ...{ account: testAccount, username: testAccount, password: testPassword },
    ...{ baseUrl: server.url, clock, requestsPerSecond: 100 },
  })
  const lastTestId = () => Promise.resolve(null)
  const steps = await setUp({ rest, plan, replace: false, lastTestId, clock })
  expect(steps.at(-1)).toMatchObject({ outcome: 'failed' })
  expect(steps.at(-1)?.what).toContain('is validating: is the hub running')
  expect(server.account.subscriptions).toEqual([])
})

test('the plan can be read without credentials', async () => {
  const argv = ['twilio', 'setup', '--dry-run', '--public-url', 'https://hub.example.com']
  const { exitCode, out } = await runCli(argv, {
    TWILIO_ACCOUNT_SID: testAccount,
    TWILIO_WORKSPACE_SID: workspace,
  })
  expect(exitCode).toBe(0)
  expect(out).toMatchSnapshot()
})

test('without credentials nothing can be set up, and what to set is said', async () => {
  const argv = ['twilio', 'setup', '--public-url', 'https://hub.example.com']
  const { exitCode, err } = await runCli(argv)
  expect(exitCode).toBe(2)
  expect(err).toContain('set TWILIO_ACCOUNT_SID')
})

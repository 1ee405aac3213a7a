import { z } from 'zod'
import type { Clock } from '../../runtime/clock.ts'
import type { TwilioRest } from '../twilio-rest.ts'
import { setupDifferences, type Difference } from './setup-differences.ts'
import { addresses, findSetup, sinkSchema, type FoundSink, type SetupFound } from './setup-found.ts'
import type { SetupPlan } from './setup-plan.ts'

export interface SetupStep {
  readonly outcome: 'done' | 'left' | 'failed'
  readonly what: string
}

export interface SetupOptions {
  readonly rest: TwilioRest
  readonly plan: SetupPlan
  /** Also what sends to somebody else now. */
  readonly replace: boolean
  /** The last test that Event Streams has sent to the hub; null if the hub knows of none. */
  readonly lastTestId: () => Promise<string | null>
  readonly clock: Clock
}

/** Makes what is missing and changes what differs, and nothing else: done again, it does nothing. */
export async function setUp(options: SetupOptions): Promise<readonly SetupStep[]> {
  const { rest, plan } = options
  const found = await findSetup(rest, plan)
  const steps: SetupStep[] = []
  for (const difference of setupDifferences(plan, found)) {
    // The stream needs an active sink, so its parts are made one after the other below.
    if (difference.part === 'workspace') steps.push(await setWorkspace(options, difference))
    if (difference.part === 'conversations') {
      steps.push(await setConversations(options, difference, found))
    }
    if (difference.part === 'sink' && difference.kind === 'unbatched') {
      const what = `sink ${found.sink?.sid ?? ''} sends one event at a time; Twilio cannot change that: delete it, and run this again`
      steps.push({ outcome: 'left', what })
    }
  }
  return [...steps, ...(await setUpStream(options, found))]
}

type OfWebhook = Extract<Difference, { part: 'workspace' | 'conversations' }>

async function setWorkspace(
  { rest, plan, replace }: SetupOptions,
  difference: OfWebhook,
): Promise<SetupStep> {
  if (plan.workspace === null) throw new Error('a workspace that is not configured differs')
  if (difference.kind === 'elsewhere' && !replace) {
    return leftAlone('the workspace sends its events', difference.address)
  }
  const form = {
    // All of them: what is not understood is kept.
    EventsFilter: '',
    ...(difference.kind === 'incomplete' ? {} : { EventCallbackUrl: plan.eventCallbackUrl }),
  }
  await rest.post(addresses.workspace(plan.workspace), form)
  return { outcome: 'done', what: `the workspace sends all events to ${plan.eventCallbackUrl}` }
}

async function setConversations(
  { rest, plan, replace }: SetupOptions,
  difference: OfWebhook,
  { conversations: { filters: present } }: SetupFound,
): Promise<SetupStep> {
  const { postWebhookUrl, filters } = plan.conversations
  if (difference.kind === 'elsewhere' && !replace) {
    return leftAlone('Conversations sends its webhooks', difference.address)
  }
  // Filters of questions that somebody else answers stay as they are.
  const all = [...new Set([...present, ...filters])]
  await rest.post(addresses.conversations, { PostWebhookUrl: postWebhookUrl, Filters: all })
  return { outcome: 'done', what: `Conversations sends its webhooks to ${postWebhookUrl}` }
}

/** Room for one address: whoever has it would lose his events. */
function leftAlone(who: string, address: string): SetupStep {
  const place = URL.canParse(address) ? new URL(address).host : 'somebody else'
  return { outcome: 'left', what: `${who} to ${place}; --replace sends them to the hub instead` }
}

async function setUpStream(
  options: SetupOptions,
  found: SetupFound,
): Promise<readonly SetupStep[]> {
  const steps: SetupStep[] = []
  let { sink } = found
  if (sink === null) {
    sink = await makeSink(options)
    const what = `sink ${sink.sid} sends to ${options.plan.sink.destination}`
    steps.push({ outcome: 'done', what })
  }
  if (sink.status !== 'active') {
    const status = await shakeHands(options, sink)
    const isActive = status === 'active'
    const advice = isActive ? '' : ': is the hub running, and is its public address right?'
    const what = `sink ${sink.sid} is ${status}${advice}`
    steps.push({ outcome: isActive ? 'done' : 'failed', what })
    if (!isActive) return steps
  }
  return [...steps, ...(await subscribe(options, sink, found))]
}

async function makeSink({ rest, plan }: SetupOptions): Promise<FoundSink> {
  const { description, type, destination, method, batchEvents } = plan.sink
  const configuration = { destination, method, batch_events: batchEvents }
  const made = await rest.post(addresses.sinks, {
    Description: description,
    SinkType: type,
    SinkConfiguration: JSON.stringify(configuration),
  })
  return sinkSchema.parse(made)
}

const handshakeMs = 30_000
const askAgainMs = 1_000

/** Twilio sends a test to the sink; what it says is told back to Twilio. Answers the sink's status after that. */
async function shakeHands(options: SetupOptions, sink: FoundSink): Promise<string> {
  const { rest, lastTestId, clock } = options
  const url = `${addresses.sinks}/${sink.sid}`
  const before = await lastTestId()
  await rest.post(`${url}/Test`, {})
  const until = clock.now() + handshakeMs
  while (clock.now() < until) {
    const testId = await lastTestId()
    if (testId !== null && testId !== before) {
      await rest.post(`${url}/Validate`, { TestId: testId })
      break
    }
    // Some accounts see the sink active without being told.
    if ((await statusOf(rest, url)) === 'active') break
    await clock.sleep(askAgainMs)
  }
  return statusOf(rest, url)
}

async function statusOf(rest: TwilioRest, url: string): Promise<string> {
  return z.object({ status: z.string() }).parse(await rest.get(url)).status
}

async function subscribe(
  { rest, plan }: SetupOptions,
  sink: FoundSink,
  { subscription }: SetupFound,
): Promise<readonly SetupStep[]> {
  if (subscription === null) {
    const types = Object.entries(plan.types)
    await rest.post(addresses.subscriptions, {
      Description: plan.sink.description,
      SinkSid: sink.sid,
      Types: types.map(([type, version]) => JSON.stringify({ type, schema_version: version })),
    })
    return [{ outcome: 'done', what: `subscribed to ${types.length} types` }]
  }
  const steps: SetupStep[] = []
  const url = `${addresses.subscriptions}/${subscription.sid}/SubscribedEvents`
  for (const [type, version] of Object.entries(plan.types)) {
    const present = subscription.types.get(type)
    if (present === version) continue
    if (present === undefined) await rest.post(url, { Type: type, SchemaVersion: version })
    else await rest.post(`${url}/${type}`, { SchemaVersion: version })
    const was = present === undefined ? '' : `, not ${present}`
    steps.push({ outcome: 'done', what: `subscribed to ${type}, version ${version}${was}` })
  }
  return steps
}

import { z } from 'zod'
import { listOf } from '../rest-pages.ts'
import type { TwilioRest } from '../twilio-rest.ts'
import type { SetupPlan } from './setup-plan.ts'

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')

const workspaceSchema = z.object({ event_callback_url: text, events_filter: text })
const conversationsSchema = z.object({
  post_webhook_url: text,
  filters: z
    .array(z.string())
    .nullish()
    .transform((filters) => filters ?? []),
})
export const sinkSchema = z.object({
  sid: z.string(),
  sink_type: text,
  status: text,
  sink_configuration: z
    .object({ destination: text, method: text, batch_events: z.boolean().nullish() })
    .catch({ destination: '', method: '', batch_events: null }),
})
const subscriptionSchema = z.object({ sid: z.string(), sink_sid: z.string() })
const typeSchema = z.object({ type: z.string(), schema_version: z.int() })

export type FoundSink = z.infer<typeof sinkSchema>

/** What is set up at Twilio now, as far as the plan is about it. */
export interface SetupFound {
  /** Null where no workspace is configured. */
  readonly workspace: z.infer<typeof workspaceSchema> | null
  readonly conversations: z.infer<typeof conversationsSchema>
  /** The sink that sends to the hub. */
  readonly sink: FoundSink | null
  /** The subscription of that sink, and the version of each of its types. */
  readonly subscription: {
    readonly sid: string
    readonly types: ReadonlyMap<string, number>
  } | null
}

export const addresses = {
  workspace: (sid: string) => `https://taskrouter.twilio.com/v1/Workspaces/${sid}`,
  conversations: 'https://conversations.twilio.com/v1/Configuration/Webhooks',
  sinks: 'https://events.twilio.com/v1/Sinks',
  subscriptions: 'https://events.twilio.com/v1/Subscriptions',
}

export async function findSetup(rest: TwilioRest, plan: SetupPlan): Promise<SetupFound> {
  const sinks = await listOf(rest, addresses.sinks, 'sinks', sinkSchema)
  const sink = sinks.find(
    ({ sink_type: type, sink_configuration: { destination } }) =>
      type === 'webhook' && destination === plan.sink.destination,
  )
  return {
    workspace:
      plan.workspace === null
        ? null
        : workspaceSchema.parse(await rest.get(addresses.workspace(plan.workspace))),
    conversations: conversationsSchema.parse(await rest.get(addresses.conversations)),
    sink: sink ?? null,
    subscription: sink === undefined ? null : await subscriptionOf(rest, sink.sid),
  }
}

async function subscriptionOf(rest: TwilioRest, sink: string) {
  const all = await listOf(rest, addresses.subscriptions, 'subscriptions', subscriptionSchema)
  const own = all.find(({ sink_sid: of }) => of === sink)
  if (own === undefined) return null
  const url = `${addresses.subscriptions}/${own.sid}/SubscribedEvents`
  const types = await listOf(rest, url, 'types', typeSchema)
  return {
    sid: own.sid,
    types: new Map(types.map(({ type, schema_version: version }) => [type, version])),
  }
}

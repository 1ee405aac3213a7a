import type { SetupFound } from './setup-found.ts'
import type { SetupPlan } from './setup-plan.ts'

/** What is not as the plan has it, and what it would take. */
export type Difference =
  | OfWebhook<'workspace'>
  | OfWebhook<'conversations'>
  | { readonly part: 'sink'; readonly kind: 'missing' }
  | { readonly part: 'sink'; readonly kind: 'inactive'; readonly status: string }
  | { readonly part: 'sink'; readonly kind: 'unbatched' }
  | { readonly part: 'subscription'; readonly kind: 'missing' }
  | { readonly part: 'type'; readonly kind: 'missing'; readonly type: string }
  | {
      readonly part: 'type'
      readonly kind: 'version'
      readonly type: string
      readonly found: number
    }

type OfWebhook<Part extends string> =
  | { readonly part: Part; readonly kind: 'unset' | 'incomplete' }
  /** Somebody else receives these events; there is room for one. */
  | { readonly part: Part; readonly kind: 'elsewhere'; readonly address: string }

/** Pure: from the plan and what is there, in the order in which it is to be put right. */
export function setupDifferences(plan: SetupPlan, found: SetupFound): readonly Difference[] {
  return [
    ...workspaceDifferences(plan, found),
    ...conversationsDifferences(plan, found),
    ...sinkDifferences(found),
    ...subscriptionDifferences(plan, found),
  ]
}

function workspaceDifferences(plan: SetupPlan, { workspace }: SetupFound): readonly Difference[] {
  if (workspace === null) return []
  const { event_callback_url: address, events_filter: filter } = workspace
  if (address === '') return [{ part: 'workspace', kind: 'unset' }]
  // How often Twilio tries again is for the customer to say.
  if (withoutOverride(address) !== withoutOverride(plan.eventCallbackUrl)) {
    return [{ part: 'workspace', kind: 'elsewhere', address }]
  }
  return filter === '' ? [] : [{ part: 'workspace', kind: 'incomplete' }]
}

function conversationsDifferences(
  { conversations: wanted }: SetupPlan,
  { conversations }: SetupFound,
): readonly Difference[] {
  const { post_webhook_url: address, filters } = conversations
  if (address === '') return [{ part: 'conversations', kind: 'unset' }]
  if (address !== wanted.postWebhookUrl) {
    return [{ part: 'conversations', kind: 'elsewhere', address }]
  }
  const isWhole = wanted.filters.every((filter) => filters.includes(filter))
  return isWhole ? [] : [{ part: 'conversations', kind: 'incomplete' }]
}

function sinkDifferences({ sink }: SetupFound): readonly Difference[] {
  if (sink === null) return [{ part: 'sink', kind: 'missing' }]
  return [
    ...(sink.status === 'active'
      ? []
      : [{ part: 'sink', kind: 'inactive', status: sink.status } as const]),
    ...(sink.sink_configuration.batch_events === true
      ? []
      : [{ part: 'sink', kind: 'unbatched' } as const]),
  ]
}

function subscriptionDifferences(
  { types }: SetupPlan,
  { subscription }: SetupFound,
): readonly Difference[] {
  if (subscription === null) return [{ part: 'subscription', kind: 'missing' }]
  return Object.entries(types).flatMap(([type, version]): Difference[] => {
    const found = subscription.types.get(type)
    if (found === undefined) return [{ part: 'type', kind: 'missing', type }]
    return found === version ? [] : [{ part: 'type', kind: 'version', type, found }]
  })
}

function withoutOverride(address: string): string {
  return address.split('#', 1).join('')
}

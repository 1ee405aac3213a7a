/** What the hub wants of one schema. The version is pinned: a subscription without one gets whatever is newest that day. */
export interface SubscribedSchema {
  readonly schemaVersion: number
  /** Why this version, and why the types are wanted. */
  readonly reason: string
  /** Without `com.twilio.`. */
  readonly types: readonly string[]
}

export const subscribedSchemas: readonly SubscribedSchema[] = [
  {
    schemaVersion: 4,
    reason:
      'TaskRouter.WDSEvent: the newest; from 2 on it has milliseconds in the activity before. Routing, queues, agents.',
    types: [
      ...prefixed('taskrouter.task', [
        ...['created', 'updated', 'wrapup', 'completed', 'canceled', 'deleted', 'system-deleted'],
        ...['transfer-initiated', 'transfer-completed', 'transfer-failed'],
        ...['transfer-attempt-failed', 'transfer-canceled'],
      ]),
      ...prefixed('taskrouter.reservation', [
        ...['created', 'accepted', 'rejected', 'timeout', 'canceled', 'rescinded'],
        ...['failed', 'wrapup', 'completed'],
      ]),
      ...prefixed('taskrouter.worker', [
        ...['created', 'activity.update', 'attributes.update', 'capacity.update'],
        ...['channel.availability.update', 'deleted'],
      ]),
      ...prefixed('taskrouter.task-queue', [
        ...['created', 'deleted', 'entered', 'moved', 'timeout', 'expression-updated'],
      ]),
      ...prefixed('taskrouter.workflow', [
        ...['entered', 'target-matched', 'timeout', 'skipped', 'rejected'],
      ]),
    ],
  },
  {
    schemaVersion: 2,
    reason: 'Conversations.*Added: has the binding by which a customer is told from an agent.',
    types: [
      'conversations.conversation.added',
      'conversations.message.added',
      'conversations.participant.added',
    ],
  },
  {
    schemaVersion: 1,
    reason: 'Conversations, the other changes: the only version that is known of them.',
    types: [
      'conversations.conversation-state.updated',
      ...prefixed('conversations.conversation', ['updated', 'removed']),
      ...prefixed('conversations.message', ['updated', 'removed']),
      ...prefixed('conversations.participant', ['updated', 'removed']),
    ],
  },
  {
    schemaVersion: 2,
    reason:
      "Voice.WebhookEvent: holds the callback's own parameters. Calls, hold and recordings; they fire only where the call asked for that callback.",
    types: [
      ...prefixed('voice.status-callback.call', ['initiated', 'ringing', 'answered', 'completed']),
      'voice.status-callback.conference.updated',
      'voice.status-callback.conference.participant.updated',
      'voice.status-callback.recording.processed',
    ],
  },
  {
    schemaVersion: 3,
    reason: 'VoiceInsights.CallSummary: who hung up, and how long it rang. Needs Voice Insights.',
    types: ['voice.insights.call-summary.complete'],
  },
  {
    schemaVersion: 1,
    reason: 'VoiceInsights.Conference*: the second source of hold. Needs Voice Insights.',
    types: [
      'voice.insights.conference-summary.complete',
      'voice.insights.conference-participant-summary.complete',
    ],
  },
  {
    schemaVersion: 7,
    reason: 'Messaging.MessageStatus: the newest; how far a message got.',
    types: prefixed('messaging.message', [
      ...['queued', 'sent', 'delivered', 'read', 'undelivered', 'failed'],
    ]),
  },
  {
    schemaVersion: 6,
    reason: 'Messaging.InboundMessageV1: the newest; messages that are in no conversation.',
    types: ['messaging.inbound-message.received'],
  },
  {
    schemaVersion: 1,
    reason: 'Studio: time in self-service; the only version.',
    types: [
      'studio.flow.execution.started',
      'studio.flow.execution.ended',
      'studio.flow.step.ended',
    ],
  },
  {
    schemaVersion: 1,
    reason: 'ErrorLogs.Error: tells when Twilio could not reach the hub; the only version.',
    types: ['error-logs.error.logged'],
  },
]

/** Full name of a type → its version. */
export const subscribedTypes: ReadonlyMap<string, number> = new Map(
  subscribedSchemas.flatMap(({ types, schemaVersion }) =>
    types.map((type) => [`com.twilio.${type}`, schemaVersion] as const),
  ),
)

function prefixed(prefix: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${prefix}.${name}`)
}

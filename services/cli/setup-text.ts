import { subscribedSchemas } from '../repair/setup/subscribed-types.ts'
import { connectionOverride, type SetupPlan } from '../repair/setup/setup-plan.ts'

/** The whole plan for a person to read. */
export function setupText(plan: SetupPlan): string {
  const { workspace, eventCallbackUrl, sink, types, conversations, byHand } = plan
  return [
    `TaskRouter workspace ${workspace ?? '(set TWILIO_WORKSPACE_SID)'}`,
    `  EventCallbackUrl: ${eventCallbackUrl}`,
    '  EventsFilter: empty, which is all events',
    `  ${connectionOverride} asks Twilio for three more tries, after a failed connection, a timeout or a 5xx;`,
    '  without it there is one, and only after a failed connection. It is no part of what is signed.',
    '',
    `Event Streams sink "${sink.description}" (${sink.type})`,
    `  destination: ${sink.destination}`,
    `  method: ${sink.method}, batch_events: ${sink.batchEvents}`,
    '',
    `Event Streams subscription of that sink, ${Object.keys(types).length} types; a sink serves one subscription`,
    ...subscribedSchemas.flatMap(({ schemaVersion, reason, types: own }) => [
      `  version ${schemaVersion}. ${reason}`,
      ...own.map((type) => `    com.twilio.${type}`),
    ]),
    '',
    'Conversations webhooks of the account',
    `  PostWebhookUrl: ${conversations.postWebhookUrl}`,
    `  Filters: ${conversations.filters.join(' ')}`,
    '  A service with webhooks of its own, or a conversation with scoped ones, sends those besides.',
    '',
    'By hand, if you use it',
    ...byHand.flatMap(({ what, value, why }) => [`  ${what}`, `    ${value}`, `    ${why}`]),
  ].join('\n')
}

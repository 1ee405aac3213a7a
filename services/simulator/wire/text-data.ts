import type { Instant } from '../../../schemas/events/instant.ts'
import type { Centre } from '../model/centre.ts'
import type { TextReceived, TextStatus } from '../model/said-in-texts.ts'
import { textSetupOf } from './account-sids.ts'
import { bindingOf, type ConversationSaying } from './conversation-form.ts'
import { toIso } from './form.ts'

/** Event Streams offers no deliveries. */
export type StreamedConversationSaying = Exclude<ConversationSaying, { type: 'delivery.updated' }>

/** The same facts as the webhook's, some of them under other names. */
export function conversationData(
  saying: StreamedConversationSaying,
  at: Instant,
  centre: Centre,
): object {
  const { messagingService, customerRole, agentRole } = textSetupOf(centre)
  const { conversation } = saying
  const common = { AccountSid: centre.accountSid, ConversationSid: conversation.sid }
  switch (saying.type) {
    case 'conversation.added':
      return {
        ...common,
        FriendlyName: saying.friendlyName,
        UniqueName: `contact-${conversation.sid.slice(2)}`,
        State: 'active',
        DateCreated: toIso(at),
        MessagingServiceSid: messagingService,
      }
    case 'participant.added':
    case 'participant.removed': {
      const { participant } = saying
      const binding = bindingOf(participant, conversation)
      return {
        ...common,
        ParticipantSid: participant.sid,
        ...(participant.identity === null ? {} : { Identity: participant.identity }),
        RoleSid: participant.role === 'agent' ? agentRole : customerRole,
        ...(Object.keys(binding).length === 0 ? {} : { MessagingBinding: binding }),
        DateCreated: toIso(participant.addedAt),
        ...(saying.type === 'participant.removed' ? { DateRemoved: toIso(at) } : {}),
      }
    }
    case 'message.added':
      return {
        ...common,
        Author: saying.author,
        ...(saying.participant === null ? {} : { ParticipantSid: saying.participant }),
        MessageSid: saying.message,
        Index: saying.index,
        MessageBody: saying.body,
        DateCreated: toIso(at),
        MessagingServiceSid: messagingService,
      }
    case 'state.updated':
      return {
        ...common,
        StateFrom: saying.from,
        StateTo: saying.to,
        StateUpdated: toIso(at),
        Reason: saying.reason,
        MessagingServiceSid: messagingService,
      }
  }
}

/** A text outside of conversations: here it bears its time. */
export function messagingData(
  saying: TextStatus | TextReceived,
  at: Instant,
  centre: Centre,
): object {
  const { text } = saying
  const common = {
    messageSid: text.sid,
    accountSid: centre.accountSid,
    messagingServiceSid: textSetupOf(centre).messagingService,
    from: text.from,
    to: text.to,
    timestamp: toIso(at),
  }
  if (saying.type === 'text.status') {
    const { status } = saying
    return {
      ...common,
      messageStatus: status.toUpperCase(),
      eventName: `com.twilio.messaging.message.${status}`,
      apiVersion: '2010-04-01',
      numberOfSegments: 1,
      ...(status === 'undelivered' ? { errorCode: '30003' } : {}),
      ...(status === 'delivered' ? { rawDlrDoneDate: shortDate(at) } : {}),
    }
  }
  return {
    ...common,
    numMedia: 0,
    recipients: [],
    numSegments: 1,
    eventName: 'com.twilio.messaging.inbound-message.received',
    body: saying.body,
    ...{ fromCity: '', fromCountry: 'US', fromState: '', fromZip: '' },
    ...{ toCity: '', toCountry: 'US', toState: '', toZip: '' },
  }
}

/** `YYMMDDHHMM`. */
function shortDate(at: Instant): string {
  return toIso(at).replaceAll(/\D/g, '').slice(2, 12)
}

import type { Instant } from '../../../schemas/events/instant.ts'
import type { Centre } from '../model/centre.ts'
import type { ConversationGroup, TextParticipant, TextSaying } from '../model/said-in-texts.ts'
import { textSetupOf } from './account-sids.ts'
import { toIso, type Form } from './form.ts'

export type ConversationSaying = Extract<TextSaying, { source: 'conversations' }>

/** The webhook that Conversations sends after something has happened. */
export function toConversationForm(saying: ConversationSaying, at: Instant, centre: Centre): Form {
  const { chatService, messagingService } = textSetupOf(centre)
  const { conversation } = saying
  const common = {
    EventType: eventTypes[saying.type],
    AccountSid: centre.accountSid,
    ChatServiceSid: chatService,
    ConversationSid: conversation.sid,
  }
  const inService = { ...common, MessagingServiceSid: messagingService }
  switch (saying.type) {
    case 'conversation.added':
      return {
        ...inService,
        DateCreated: toIso(at),
        DateUpdated: toIso(at),
        FriendlyName: saying.friendlyName,
        Attributes: '{}',
        State: 'active',
        RetryCount: '0',
        Source: sourceOf(conversation),
      }
    case 'participant.added':
      return {
        ...inService,
        ...participantOf(saying.participant, centre, conversation),
        DateCreated: toIso(at),
        RetryCount: '0',
        Source: saying.participant.role === 'agent' ? 'API' : sourceOf(conversation),
      }
    case 'participant.removed':
      return {
        ...inService,
        ...participantOf(saying.participant, centre, conversation),
        DateCreated: toIso(saying.participant.addedAt),
        DateUpdated: toIso(at),
        DateRemoved: toIso(at),
      }
    case 'message.added':
      return {
        ...inService,
        MessageSid: saying.message,
        Index: String(saying.index),
        DateCreated: toIso(at),
        Body: saying.body,
        Author: saying.author,
        ...(saying.participant === null ? {} : { ParticipantSid: saying.participant }),
        Attributes: '{}',
        Source: saying.participant === null ? 'API' : sourceOf(conversation),
        RetryCount: '0',
      }
    case 'delivery.updated':
      return {
        ...common,
        MessageSid: saying.message,
        DeliveryReceiptSid: saying.receipt,
        ChannelMessageSid: saying.channelMessage,
        ParticipantSid: saying.participant,
        Status: saying.status,
        ErrorCode: '0',
        DateCreated: toIso(saying.createdAt),
        DateUpdated: toIso(at),
      }
    case 'state.updated':
      return {
        ...inService,
        StateFrom: saying.from,
        StateTo: saying.to,
        StateUpdated: toIso(at),
        Reason: saying.reason,
      }
  }
}

const eventTypes: Readonly<Record<ConversationSaying['type'], string>> = {
  'conversation.added': 'onConversationAdded',
  'participant.added': 'onParticipantAdded',
  'participant.removed': 'onParticipantRemoved',
  'message.added': 'onMessageAdded',
  'delivery.updated': 'onDeliveryUpdated',
  'state.updated': 'onConversationStateUpdated',
}

/** From where it was written: browsers use the SDK. */
function sourceOf({ binding }: ConversationGroup): string {
  return binding === 'web' ? 'SDK' : binding.toUpperCase()
}

/** Of a website's visitor the type of his binding is all that there is. */
export function bindingOf(
  { role, address, proxyAddress }: TextParticipant,
  { binding }: ConversationGroup,
): Form {
  if (role === 'agent') return {}
  return {
    Type: binding === 'web' ? 'chat' : binding,
    ...(address === null ? {} : { Address: address }),
    ...(proxyAddress === null ? {} : { ProxyAddress: proxyAddress }),
  }
}

function participantOf(
  participant: TextParticipant,
  centre: Centre,
  conversation: ConversationGroup,
): Form {
  const { customerRole, agentRole } = textSetupOf(centre)
  const { sid, identity, role } = participant
  const binding = Object.entries(bindingOf(participant, conversation))
  return {
    ...Object.fromEntries(binding.map(([name, value]) => [`MessagingBinding.${name}`, value])),
    ParticipantSid: sid,
    ...(identity === null ? {} : { Identity: identity }),
    RoleSid: role === 'agent' ? agentRole : customerRole,
    Attributes: '{}',
  }
}

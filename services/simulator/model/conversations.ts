import type { ChatState } from './chat-state.ts'
import type { MessageRecord } from './chronicle.ts'
import { phoneOf, webIdentityOf, knownAs } from './customer.ts'
import { chance, integer } from './draws.ts'
import { endFlow, openFlow } from './flows.ts'
import { judgeConversation } from './judgement.ts'
import type { ConversationGroup, ConversationState, TextParticipant } from './said-in-texts.ts'
import { noteIdentities, say, type Speech } from './speech.ts'
import { later, type LegState, type World } from './world.ts'

export interface ConversationOptions {
  readonly customer: number
  readonly binding: ConversationGroup['binding']
  readonly sid: string
  /** Whether a bot speaks first. */
  readonly hasFlow: boolean
}

/** A conversation comes to be, and its customer is in it. */
export function openConversation(
  world: World,
  speech: Speech,
  options: ConversationOptions,
): ChatState {
  const { customer, binding, sid } = options
  const random = speech.random.split('conversation', sid)
  const address = addressOf(customer, binding)
  const asCustomer: TextParticipant = {
    sid: speech.sids.participant(),
    identity: address === null ? webIdentityOf(customer) : null,
    address,
    proxyAddress: address === null ? null : `${prefixOf(binding)}${ours}`,
    addedAt: world.now + joinsAfterMs,
    role: 'customer',
  }
  const flow = {
    flow: speech.textFlow,
    address: address ?? webIdentityOf(customer),
    startedBy: sid,
    random,
  }
  const chat: ChatState = {
    group: { sid, binding, createdAt: world.now },
    customer,
    record: {
      kind: 'conversation',
      sid,
      channel: binding === 'web' ? 'chat' : binding,
      customer,
      startedAt: world.now,
      endedAt: null,
      tasks: [],
      messages: [],
    },
    random,
    flow: options.hasFlow ? openFlow(world, speech, flow) : null,
    asCustomer,
    agents: new Map(),
    state: 'active',
    messagesCount: 0,
    openTasks: new Set(),
    isHandedOver: false,
    returnsCount: 0,
  }
  if (speech.sources.has('conversations')) world.chronicle.contacts.push(chat.record)
  const friendlyName = address ?? `Customer ${customer}`
  say(world, {
    source: 'conversations',
    type: 'conversation.added',
    conversation: chat.group,
    friendlyName,
  })
  later(world, joinsAfterMs, () => {
    if (binding !== 'web') {
      noteIdentities(world, 'conversations', customer, [knownAs.phone(customer)], sid)
    }
    tellParticipant(world, chat, 'participant.added', asCustomer)
  })
  return chat
}

/** Somebody writes; in one millisecond only one line, or nobody could tell which came first. */
export function write(
  world: World,
  chat: ChatState,
  author: MessageRecord['author'],
  leg: LegState | null = null,
): void {
  const { speech } = world
  if (speech === null || chat.state === 'closed') return
  if (chat.record.messages.at(-1)?.at === world.now) {
    later(world, 1, () => write(world, chat, author, leg))
    return
  }
  if (chat.state === 'inactive') setState(world, chat, 'active', 'EVENT')
  const writer =
    author === 'customer' ? chat.asCustomer : leg === null ? undefined : chat.agents.get(leg)
  if (author === 'agent' && writer === undefined) return
  chat.record.messages.push({ at: world.now, author })
  const message = speech.sids.message()
  say(world, {
    source: 'conversations',
    type: 'message.added',
    conversation: chat.group,
    message,
    index: chat.messagesCount++,
    author: author === 'bot' ? 'bot' : (writer?.identity ?? writer?.address ?? ''),
    participant: author === 'bot' ? null : (writer?.sid ?? null),
    body: bodies[author],
  })
  if (author !== 'customer' && chat.group.binding !== 'web') deliver(world, speech, chat, message)
}

export function agentJoins(world: World, speech: Speech, chat: ChatState, leg: LegState): void {
  if (chat.state === 'closed') return
  const agent: TextParticipant = {
    sid: speech.sids.participant(),
    identity: leg.worker.agent.name,
    address: null,
    proxyAddress: null,
    addedAt: world.now,
    role: 'agent',
  }
  chat.agents.set(leg, agent)
  tellParticipant(world, chat, 'participant.added', agent)
}

export function agentLeaves(world: World, chat: ChatState, leg: LegState): void {
  const agent = chat.agents.get(leg)
  if (agent === undefined) return
  chat.agents.delete(leg)
  tellParticipant(world, chat, 'participant.removed', agent)
}

export function setState(
  world: World,
  chat: ChatState,
  to: ConversationState,
  reason: 'API' | 'TIMER' | 'EVENT',
): void {
  const from = chat.state
  if (from === to || from === 'closed') return
  chat.state = to
  const { group: conversation } = chat
  say(world, { source: 'conversations', type: 'state.updated', conversation, from, to, reason })
}

export function closeConversation(world: World, chat: ChatState): void {
  if (chat.state === 'closed') return
  for (const leg of [...chat.agents.keys()]) agentLeaves(world, chat, leg)
  setState(world, chat, 'closed', 'API')
  chat.record.endedAt = world.now
  if (chat.flow !== null) endFlow(world, chat.flow, 'conversation closed')
  judgeConversation(world, chat)
}

export function addressOf(customer: number, binding: ConversationGroup['binding']): string | null {
  return binding === 'web' ? null : `${prefixOf(binding)}${phoneOf(customer)}`
}

function prefixOf(binding: ConversationGroup['binding']): string {
  return binding === 'whatsapp' ? 'whatsapp:' : ''
}

const ours = '+15550100100'
const joinsAfterMs = 40

/** What is written matters to nobody; who writes it, and when, does. */
const bodies: Readonly<Record<MessageRecord['author'], string>> = {
  customer: 'I have a question about my order',
  agent: 'Let me see what I can do',
  bot: 'What can we help you with?',
}

function tellParticipant(
  world: World,
  chat: ChatState,
  type: 'participant.added' | 'participant.removed',
  participant: TextParticipant,
): void {
  const { group: conversation } = chat
  say(world, { source: 'conversations', type, conversation, participant })
}

/** A telephone tells that a line has come, and WhatsApp also that it was read. */
function deliver(world: World, speech: Speech, chat: ChatState, message: string): void {
  const { random, group, asCustomer } = chat
  const receipt = speech.sids.receipt()
  const channelMessage = speech.sids.text()
  const createdAt = world.now + 300
  const statuses = group.binding === 'whatsapp' && chance(random, 0.6) ? all : withoutRead
  let afterMs = 0
  for (const status of statuses) {
    afterMs += status === 'sent' ? 300 : integer(random, 700, 4_000)
    later(world, afterMs, () =>
      say(world, {
        source: 'conversations',
        type: 'delivery.updated',
        conversation: group,
        message,
        receipt,
        channelMessage,
        participant: asCustomer.sid,
        status,
        createdAt,
      }),
    )
  }
}

const all = ['sent', 'delivered', 'read'] as const
const withoutRead = ['sent', 'delivered'] as const

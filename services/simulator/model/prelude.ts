import type { Instant } from '../../../schemas/events/instant.ts'
import { openCall, ring, hangUp } from './calls.ts'
import { addressOf, closeConversation, openConversation, write } from './conversations.ts'
import { phoneOf } from './customer.ts'
import { chance, integer } from './draws.ts'
import { openFlow, runFlow, type FlowState } from './flows.ts'
import type { Random } from './random.ts'
import type { ConversationGroup } from './said-in-texts.ts'
import { drawCustomer, type Speech } from './speech.ts'
import { sendNotice } from './notices.ts'
import { visitWebsite } from './website.ts'
import { later, type NewContact, type QueueState, type World } from './world.ts'

/**
 * A contact of a queue will come at a moment: here is what happens before it has a task. Beside those who want to speak to
 * somebody there are some who are content with the menu, and never become a task.
 */
export function comes(world: World, speech: Speech, queue: QueueState, at: Instant): void {
  const random = speech.random.split('contact', speech.contactsCount++)
  approach(world, speech, queue, at, random.split('own'), false)
  const { contained } = world.behaviour
  const isText = queue.definition.channel.uniqueName !== 'email'
  if (isText && chance(random, contained / (1 - contained))) {
    const moment = at + integer(random, 0, 60_000)
    approach(world, speech, queue, moment, random.split('contained'), true)
  }
  if (chance(random, world.behaviour.notice)) sendNotice(world, speech, random.split('notice'))
}

/** Comes by the website, or not, and then through the menu of a call or a conversation. */
function approach(
  world: World,
  speech: Speech,
  queue: QueueState,
  at: Instant,
  random: Random,
  isContained: boolean,
): void {
  const customer = drawCustomer(speech, random)
  const { uniqueName } = queue.definition.channel
  const menuMs = Math.min(at - world.now, menuLengthMs(random, uniqueName))
  const begins = at - menuMs
  if (chance(random, world.behaviour.website)) {
    const visits = Math.max(world.now, begins - integer(random, 20_000, 90_000))
    later(world, visits - world.now, () =>
      visitWebsite(world, speech, customer, begins, random.split('website')),
    )
  }
  later(world, begins - world.now, () => {
    switch (uniqueName) {
      case 'voice':
        callIn(world, speech, { queue, at, customer, random, isContained })
        return
      case 'chat':
      case 'sms':
        writeIn(world, speech, { queue, at, customer, random, isContained })
        return
      case 'email':
        arrive(world, { queue, at, customer, random, isContained }, {})
    }
  })
}

interface Approach {
  readonly queue: QueueState
  /** When the task is made, or the contact ends without one. */
  readonly at: Instant
  readonly customer: number
  readonly random: Random
  readonly isContained: boolean
}

function callIn(world: World, speech: Speech, approach: Approach): void {
  const { at, customer, random, isContained } = approach
  const sid = speech.sids.call()
  const address = phoneOf(customer)
  const flow = openFlow(world, speech, { flow: speech.voiceFlow, address, startedBy: sid, random })
  const call = openCall(world, speech, { customer, direction: 'inbound', sid, flow })
  ring(world, call, true, () => lead(world, speech, flow, approach))
  later(world, at - world.now, () => {
    if (isContained) hangUp(world, call)
    else arrive(world, approach, { call, party: { customer, call: sid } })
  })
}

function writeIn(world: World, speech: Speech, approach: Approach): void {
  const { at, customer, queue, random, isContained } = approach
  const isChat = queue.definition.channel.uniqueName === 'chat'
  const binding: ConversationGroup['binding'] = isChat
    ? 'web'
    : chance(random, world.behaviour.whatsapp)
      ? 'whatsapp'
      : 'sms'
  const sid = speech.sids.conversation()
  const chat = openConversation(world, speech, { customer, binding, sid, hasFlow: true })
  const { flow } = chat
  later(world, 60, () => write(world, chat, 'customer'))
  later(world, 90, () => {
    if (flow !== null) lead(world, speech, flow, approach)
  })
  const menuMs = at - world.now
  later(world, Math.min(1_200, menuMs), () => write(world, chat, 'bot'))
  if (menuMs > 6_000) {
    later(world, menuMs * 0.5, () => write(world, chat, 'customer'))
    later(world, menuMs * 0.5 + 900, () => write(world, chat, 'bot'))
  }
  later(world, menuMs, () => {
    if (isContained) {
      // Some forget to say goodbye; the flow closes the conversation when nothing more comes.
      later(world, integer(random, 2_000, 90_000), () => closeConversation(world, chat))
      return
    }
    const party = { customer, conversation: sid, binding, address: addressOf(customer, binding) }
    arrive(world, approach, { chat, party })
  })
}

function lead(world: World, speech: Speech, flow: FlowState, approach: Approach): void {
  const { at, isContained } = approach
  runFlow(
    world,
    speech,
    flow,
    Math.max(world.now, at - 200),
    isContained ? 'goodbye' : 'send_to_flex',
  )
}

function arrive(
  world: World,
  { queue, customer, random, isContained }: Approach,
  contact: Partial<NewContact>,
): void {
  if (isContained) return
  const isRecognised = chance(random, world.behaviour.recognised)
  const party = { customer, isRecognised, ...contact.party }
  world.rules.openContact(world, { origin: queue, direction: 'inbound', ...contact, party })
}

/** From the first ring, or the first line, to the agents' queue; an e-mail goes there at once. */
function menuLengthMs(random: Random, channel: string): number {
  if (channel === 'email') return 0
  return channel === 'voice' ? integer(random, 12_000, 90_000) : integer(random, 3_000, 60_000)
}

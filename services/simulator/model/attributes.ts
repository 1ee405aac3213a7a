import type { Instant } from '../../../schemas/events/instant.ts'
import type { Queue } from './centre.ts'
import type { TaskRecord } from './chronicle.ts'
import { emailOf, knownAs, phoneOf, userIdOf, webIdentityOf, type KnownAs } from './customer.ts'
import { integer } from './draws.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

export interface AttributeChanges {
  readonly parentTask?: string
  readonly continuesTask?: string
  readonly requestedAt?: Instant | null
}

/** Who is at the other end, and by which way. */
export interface Party {
  readonly customer: number
  /** Of a text: the conversation, which a transferred chat keeps. */
  readonly conversation: string | null
  /** Of a call that has gone through a menu already. */
  readonly call: string | null
  /** From where a text is written, if by telephone. */
  readonly address: string | null
  /** Whether somebody has found out which customer this is. */
  readonly isRecognised: boolean
}

export function drawParty(
  world: World,
  queue: Queue,
  random: Random,
  known: Partial<Party> = {},
): Party {
  const { uniqueName } = queue.channel
  const isText = uniqueName !== 'voice' && (uniqueName !== 'email' || world.speech === null)
  return {
    customer: known.customer ?? integer(random, 1, 99_999),
    conversation: isText ? (known.conversation ?? world.sids.conversation()) : null,
    call: known.call ?? null,
    address: known.address ?? null,
    isRecognised: known.isRecognised ?? true,
  }
}

/**
 * Task attributes as Flex and the usual plug-ins write them. What TaskRouter has no field for stands under `ledgerline`:
 * direction, parent_task, continues_task, requested_at.
 */
export function writeAttributes(
  world: World,
  task: TaskRecord,
  queue: Queue,
  party: Party,
  changes: AttributeChanges,
): string {
  const parties =
    queue.channel.uniqueName === 'voice'
      ? voiceParties(world, task, party)
      : textParties(world, queue, party)
  const ours = ledgerline(task, changes)
  return JSON.stringify({
    ...parties,
    topic: queue.skill,
    language: 'en',
    conversations: { conversation_id: changes.continuesTask ?? task.sid, hang_up_by: 'Customer' },
    customers: customersOf(world, task, party),
    ...(ours === null ? {} : { ledgerline: ours }),
  })
}

/** What Flex adds when the conference of a call stands. */
export function withConference(attributes: string, conference: object): string {
  return `${attributes.slice(0, -1)},${JSON.stringify({ conference }).slice(1)}`
}

/** The same without it: when another agent has come, it is written anew. */
export function withoutConference(attributes: string): string {
  const at = attributes.indexOf(',"conference":{')
  return at < 0 ? attributes : `${attributes.slice(0, at)}}`
}

/** By which names a task tells of its customer. */
export function namesOf(task: TaskRecord, party: Party): readonly KnownAs[] {
  const { customer, isRecognised } = party
  const reached = isByTelephone(task) ? knownAs.phone(customer) : knownAs.email(customer)
  return isRecognised ? [knownAs.user(customer), reached] : [reached]
}

/** As soon as other sources speak, not everybody is known by everything: finding that out is what they are there for. */
function customersOf(
  world: World,
  task: TaskRecord,
  { customer, isRecognised }: Party,
): Record<string, string> {
  const user = { external_id: userIdOf(customer) }
  if (world.speech === null) return { ...user, phone: phoneOf(customer) }
  const reached: Record<string, string> = isByTelephone(task)
    ? { phone: phoneOf(customer) }
    : { email: emailOf(customer) }
  return isRecognised ? { ...user, ...reached } : reached
}

function isByTelephone({ channel }: TaskRecord): boolean {
  return channel === 'voice' || channel === 'sms'
}

function voiceParties(world: World, task: TaskRecord, party: Party): Record<string, string> {
  const ours = '+15550100100'
  const phone = phoneOf(party.customer)
  const call = party.call ?? world.sids.call()
  if (task.direction === 'inbound') {
    return {
      from: phone,
      called: ours,
      to: ours,
      caller: phone,
      call_sid: call,
      account_sid: world.centre.accountSid,
      api_version: '2010-04-01',
      direction: 'inbound',
      type: 'inbound',
      name: phone,
    }
  }
  return {
    from: ours,
    to: phone,
    outbound_to: phone,
    call_sid: call,
    direction: 'outbound',
    type: 'outbound',
    name: phone,
  }
}

function textParties(
  world: World,
  queue: Queue,
  { customer, conversation, address }: Party,
): Record<string, string> {
  const { uniqueName } = queue.channel
  const isWhatsApp = address?.startsWith('whatsapp:') === true
  const isMail = uniqueName === 'email' && world.speech !== null
  const web = isMail ? emailOf(customer) : webIdentityOf(customer)
  return {
    channelType: uniqueName === 'chat' ? 'web' : isWhatsApp ? 'whatsapp' : uniqueName,
    ...(conversation === null ? {} : { conversationSid: conversation }),
    customerName: `Customer ${customer}`,
    customerAddress: address ?? (uniqueName === 'sms' ? phoneOf(customer) : web),
    initiatedBy: 'customer',
    direction: 'inbound',
  }
}

function ledgerline(task: TaskRecord, changes: AttributeChanges): Record<string, string> | null {
  const ours = {
    ...(task.direction === 'callback' ? { direction: 'callback' } : {}),
    ...(changes.parentTask === undefined ? {} : { parent_task: changes.parentTask }),
    ...(changes.continuesTask === undefined ? {} : { continues_task: changes.continuesTask }),
    ...(typeof changes.requestedAt === 'number'
      ? { requested_at: new Date(changes.requestedAt).toISOString() }
      : {}),
  }
  return Object.keys(ours).length === 0 ? null : ours
}

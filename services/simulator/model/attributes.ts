import type { Instant } from '../../../schemas/events/instant.ts'
import type { Queue } from './centre.ts'
import type { TaskRecord } from './chronicle.ts'
import { integer } from './draws.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

export interface AttributeChanges {
  readonly parentTask?: string
  readonly continuesTask?: string
  readonly requestedAt?: Instant | null
}

/** Who is at the other end. */
export interface Party {
  readonly customer: number
  /** Of a text: the conversation, which a transferred chat keeps. */
  readonly conversation: string | null
}

export function drawParty(
  world: World,
  queue: Queue,
  random: Random,
  known: Partial<Party> = {},
): Party {
  return {
    customer: known.customer ?? integer(random, 1, 99_999),
    conversation:
      known.conversation ??
      (queue.channel.uniqueName === 'voice' ? null : world.sids.conversation()),
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
  { customer, conversation }: Party,
  changes: AttributeChanges,
): string {
  const phone = `+1555${String(1_000_000 + customer)}`
  const parties =
    conversation === null
      ? voiceParties(world, task, phone)
      : textParties(conversation, queue, customer, phone)
  const ours = ledgerline(task, changes)
  return JSON.stringify({
    ...parties,
    topic: queue.skill,
    language: 'en',
    conversations: { conversation_id: changes.continuesTask ?? task.sid, hang_up_by: 'Customer' },
    customers: { external_id: `CUST-${String(customer).padStart(5, '0')}`, phone },
    ...(ours === null ? {} : { ledgerline: ours }),
  })
}

/** What Flex adds when the conference of a call stands. */
export function withConference(attributes: string, conference: string): string {
  const added = JSON.stringify({ conference: { sid: conference.replace('CA', 'CF') } })
  return `${attributes.slice(0, -1)},${added.slice(1)}`
}

function voiceParties(world: World, task: TaskRecord, phone: string): Record<string, string> {
  const ours = '+15550100100'
  const call = world.sids.call()
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
  conversation: string,
  queue: Queue,
  customer: number,
  phone: string,
): Record<string, string> {
  const { uniqueName } = queue.channel
  return {
    channelType: uniqueName === 'chat' ? 'web' : uniqueName,
    conversationSid: conversation,
    customerName: `Customer ${customer}`,
    customerAddress: uniqueName === 'sms' ? phone : `customer-${customer}`,
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

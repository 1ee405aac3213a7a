import { blankEvent } from '../../../schemas/events/blank-event.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { refused, type Verdict } from '../verdict.ts'
import { toEventId } from './event-id.ts'
import { toInstant } from './event-time.ts'
import { isMembers, type Members } from './members.ts'
import { hashId } from './told.ts'

export interface UnknownCloudEvent {
  readonly event: {
    readonly type: string
    readonly id?: unknown
    readonly time?: unknown
    readonly datacontenttype?: unknown
  }
  readonly data: Members
  readonly text: string
  readonly bytes: Uint8Array
  readonly source: string
  readonly road: LedgerEvent['road']
  readonly receivedAt: Instant
  readonly clockSkewMaxMs: number
}

/**
 * An event of a type that nobody here reads yet. It is kept whole under the entities that it names in plain words, so
 * that a projection which learns to read it finds it where it would have looked.
 */
export function keepUnknown(sent: UnknownCloudEvent): Verdict {
  const { event, data, text, source, road, receivedAt } = sent
  const at = eventTime(sent)
  if (at > receivedAt + sent.clockSkewMaxMs) {
    return refused('future', 'the event has not happened yet', sent.bytes)
  }
  const places = [data, requestParameters(data)]
  const type = 'unknown' as const
  const id = typeof event.id === 'string' && event.id !== '' ? toEventId(event.id) : hashId(text)
  return {
    kind: 'unknown',
    event: Object.assign(blankEvent({ type, id, source, road, at, receivedAt }), {
      type,
      sourceType: event.type.slice(0, 256),
      account: idIn(places, accountNames) ?? '',
      workspace: idIn(places, workspaceNames) ?? '',
      task: idIn(places, taskNames),
      worker: idIn(places, workerNames),
      conversation: idIn(places, conversationNames),
      payload: text,
    }),
  }
}

/** Whether the data say what they are about, so that they can be kept under it. */
export function namesSomething(data: Members): boolean {
  const names = [...taskNames, ...workerNames, ...conversationNames]
  return idIn([data, requestParameters(data)], names) !== null
}

const accountNames = ['account_sid', 'AccountSid', 'accountSid']
const workspaceNames = ['workspace_sid', 'WorkspaceSid']
const taskNames = ['task_sid', 'TaskSid', 'taskSid']
const workerNames = ['worker_sid', 'WorkerSid', 'workerSid']

/** What the event is a part of before what it is: a message belongs to its conversation, a step to its call. */
const conversationNames = [
  ...['ConversationSid', 'conversation_sid', 'conversationSid'],
  ...['CallSid', 'call_sid', 'callSid', 'started_by'],
  ...['ConferenceSid', 'conference_sid'],
  ...['RoomSid', 'room_sid'],
  ...['execution_sid'],
  ...['MessageSid', 'message_sid', 'messageSid', 'SmsSid'],
  ...['RecordingSid', 'TranscriptSid', 'transcript_sid', 'TranscriptionSid'],
]

/** When it happened, before when it was published, before when we had it. */
const timeNames = [
  'timestamp',
  'Timestamp',
  'DateUpdated',
  'date_updated',
  'DateRemoved',
  'DateCreated',
  'date_created',
  'created_at',
]

function eventTime({ event, data, receivedAt }: UnknownCloudEvent): Instant {
  for (const name of timeNames) {
    const at = toInstant(data[name])
    if (at !== null) return at
  }
  // Twilio's documentation shows envelopes whose time stands in the member for the content type.
  return toInstant(event.time) ?? toInstant(event.datacontenttype) ?? receivedAt
}

/** Voice events carry the classic callback inside, with the names of its parameters. */
export function requestParameters(data: Members): Members {
  const { request } = data
  const parameters = isMembers(request) ? request['parameters'] : null
  return isMembers(parameters) ? parameters : {}
}

function idIn(places: readonly Members[], names: readonly string[]): string | null {
  for (const name of names) {
    for (const place of places) {
      const value = place[name]
      if (typeof value === 'string' && value !== '' && value.length <= 256) return value
    }
  }
  return null
}

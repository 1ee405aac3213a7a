import { segmentCallSchema, type SegmentCall } from '../../../schemas/inbound/segment.ts'
import type { profileEventTypes } from '../../../schemas/events/event-types.ts'
import { refused, type Verdict } from '../verdict.ts'
import {
  addressIdentity,
  anonymousIdentity,
  emailIdentity,
  identitiesOf,
  userIdentity,
  type Identity,
} from './identities.ts'
import { readJson, type JsonElement } from './json-body.ts'
import { membersOf } from './members.ts'
import { textOf, timeOf } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand, type Telling } from './told.ts'
import { keepUnknown } from './unknown-cloud-event.ts'

export const segmentSource = 'segment'

/** Reads what a webhook destination of Segment's sends: a call or a batch of them. */
export function readSegment(request: SourceRequest): SourceReading {
  return { judged: readJson(request.body, (element) => verdictOn(element, request)) }
}

function verdictOn(element: JsonElement, request: SourceRequest): Verdict {
  const { value, text, bytes } = element
  const { receivedAt, clockSkewMaxMs } = request
  const parsed = segmentCallSchema.safeParse(value)
  if (!parsed.success) return refused('shape', 'the element is no call with a type', bytes)
  const call = parsed.data
  const source = segmentSource
  const telling: Telling = {
    ...{ source, road: 'callback', receivedAt, clockSkewMaxMs, payload: text, bytes },
  }
  const type = types.get(call.type)
  if (type === undefined) {
    const envelope = { type: call.type, id: call['messageId'], time: call['timestamp'] }
    return keepUnknown({ ...telling, event: envelope, data: call, text })
  }
  return understand(telling, {
    type,
    id: textOf(call, 'messageId'),
    // Corrected by Segment for a wrong clock of the sender, where it could.
    at: timeOf(call, 'timestamp') ?? timeOf(call, 'originalTimestamp'),
    sourceType: call.type,
    reason: call.type === 'track' ? textOf(call, 'event') : textOf(call, 'name'),
    subjects: subjectsOf(call),
  })
}

const types = new Map<string, (typeof profileEventTypes)[number]>([
  ['identify', 'profile.identified'],
  ['alias', 'profile.aliased'],
  ['group', 'profile.grouped'],
  ['track', 'profile.tracked'],
  ['page', 'profile.viewed'],
  ['screen', 'profile.viewed'],
])

/** By all names that the call gives the person. The traits of a group are those of a company. */
function subjectsOf(call: SegmentCall): Identity[] {
  const own = call.type === 'group' ? {} : membersOf(call['traits'])
  const inContext = membersOf(membersOf(call['context'])['traits'])
  return identitiesOf([
    userIdentity(call['userId']),
    call.type === 'alias' ? userIdentity(call['previousId']) : null,
    anonymousIdentity(call['anonymousId']),
    emailIdentity(own['email'] ?? inContext['email']),
    addressIdentity(own['phone'] ?? inContext['phone']),
  ])
}

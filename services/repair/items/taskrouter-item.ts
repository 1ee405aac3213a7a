import type { Instant } from '../../../schemas/events/instant.ts'
import { taskRouterRestEventSchema } from '../../../schemas/inbound/twilio-rest.ts'
import type { Parameters } from '../../ingest/sources/parameters.ts'
import { normaliseTaskRouter } from '../../ingest/sources/twilio-taskrouter.ts'
import { refused, type Judged } from '../../ingest/verdict.ts'

/** What an item of TaskRouter's Events says: the same event as its callback, under the same sid. */
export function judgeTaskRouterItem(item: unknown, receivedAt: Instant): Judged {
  const payload = JSON.stringify(item)
  const body = Buffer.from(payload)
  const read = taskRouterRestEventSchema.safeParse(item)
  if (!read.success) return { verdict: refused('shape', 'the item is no event', body), body }
  const { event_data: data, ...about } = read.data
  const verdict = normaliseTaskRouter({ ...membersOf(data), ...aroundData(about) }, receivedAt, {
    road: 'rest',
    payload,
    body,
  })
  return { verdict, body }
}

/** What stands beside `event_data` says when and what it was; the rest there is of this list alone. */
function aroundData(about: Parameters): Parameters {
  return Object.fromEntries(
    outerNames.flatMap((name) => (about[name] === undefined ? [] : [[name, about[name]]])),
  )
}

const outerNames = [
  'sid',
  'event_type',
  'event_date',
  'event_date_ms',
  'account_sid',
  'workspace_sid',
  'resource_type',
  'resource_sid',
]

function membersOf(data: unknown): Parameters {
  if (typeof data === 'string') return membersOf(parsed(data))
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

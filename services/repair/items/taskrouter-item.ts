import type { RestItem } from '../../../schemas/inbound/twilio-rest.ts'
import { membersOf } from '../../ingest/sources/members.ts'
import { normaliseTaskRouter, taskRouterSource } from '../../ingest/sources/twilio-taskrouter.ts'
import { judgeItem } from './judged-item.ts'

/** What an item of TaskRouter's Events says: the same event as its callback, under the same sid. */
export const judgeTaskRouterItem = judgeItem(taskRouterSource, (item, telling) => {
  const { receivedAt, road, payload, bytes, clockSkewMaxMs } = telling
  const parameters = { ...membersOf(item['event_data']), ...besideData(item) }
  return normaliseTaskRouter(parameters, receivedAt, { road, payload, body: bytes, clockSkewMaxMs })
})

/** What stands beside `event_data` says when and what it was; the rest there is of this list alone. */
function besideData(item: RestItem): RestItem {
  return Object.fromEntries(
    outerNames.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
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

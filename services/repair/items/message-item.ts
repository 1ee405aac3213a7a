import type { RestItem } from '../../../schemas/inbound/twilio-rest.ts'
import { textOf, timeOf } from '../../ingest/sources/parameters.ts'
import { messagingSource, normaliseMessaging } from '../../ingest/sources/twilio-messaging.ts'
import { judgeItem, nothingYet } from './judged-item.ts'

/** A message as the list of messages has it: that it came in, or how far it got. The same events as by callback. */
export const judgeMessage = judgeItem(messagingSource, (item, telling) => {
  const isInbound = textOf(item, 'direction') === 'inbound'
  const sentAt = timeOf(item, 'date_sent') ?? timeOf(item, 'date_created')
  const at = isInbound ? sentAt : timeOf(item, 'date_updated')
  if (at === null) return nothingYet
  return normaliseMessaging(callbackOf(item, isInbound), telling, at) ?? nothingYet
})

function callbackOf(item: RestItem, isInbound: boolean): RestItem {
  return {
    MessageSid: item['sid'],
    AccountSid: item['account_sid'],
    MessageStatus: isInbound ? 'received' : item['status'],
    From: item['from'],
    To: item['to'],
    NumMedia: item['num_media'],
    ErrorCode: item['error_code'],
  }
}

import type { Centre } from '../model/centre.ts'
import type { TextReceived, TextStatus } from '../model/said-in-texts.ts'
import { textSetupOf } from './account-sids.ts'
import type { Form } from './form.ts'

/** What Messaging calls back of a text outside of conversations. It bears no time: it is dated by its arrival. */
export function toMessagingForm(saying: TextStatus | TextReceived, centre: Centre): Form {
  const { text } = saying
  const common = {
    MessageSid: text.sid,
    SmsSid: text.sid,
    AccountSid: centre.accountSid,
    MessagingServiceSid: textSetupOf(centre).messagingService,
    From: text.from,
    To: text.to,
    ApiVersion: '2010-04-01',
  }
  if (saying.type === 'text.status') {
    const { status } = saying
    return {
      ...common,
      MessageStatus: status,
      SmsStatus: status,
      ...(status === 'undelivered' ? { ErrorCode: '30003' } : {}),
    }
  }
  return {
    ...common,
    SmsMessageSid: text.sid,
    SmsStatus: 'received',
    Body: saying.body,
    NumMedia: '0',
    NumSegments: '1',
    ...(text.from.startsWith('whatsapp:') ? whatsAppOf(text.from) : placesOfSms),
  }
}

const placesOfSms: Form = Object.fromEntries(
  ['From', 'To'].flatMap((side) => [
    [`${side}City`, ''],
    [`${side}State`, ''],
    [`${side}Zip`, ''],
    [`${side}Country`, 'US'],
  ]),
)

function whatsAppOf(from: string): Form {
  const id = from.slice('whatsapp:+'.length)
  const context = { ProfileName: 'Customer', WaId: id }
  return {
    ProfileName: 'Customer',
    WaId: id,
    MessageType: 'text',
    ReferralNumMedia: '0',
    ChannelMetadata: JSON.stringify({ type: 'whatsapp', data: { context } }),
  }
}

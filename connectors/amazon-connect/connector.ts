import { z } from 'zod'
import { channelWords, connector } from '../connector.ts'
import { intervalFormSchema } from '../form/interval-form.ts'

const options = z.strictObject({
  intervalMinutes: z.literal([15, 30]).default(15),
  channels: channelWords({
    ...{ voice: 'VOICE', chat: 'CHAT', web: 'CHAT', sms: 'CHAT', whatsapp: 'CHAT' },
  }),
  /** The id of the queue there, the last part of its ARN, by the sid of ours. */
  queueIds: z.record(z.string(), z.string().regex(/^[0-9a-f-]{36}$/, 'is no id of a queue')),
})

export const amazonConnect = connector({
  ...{ name: 'amazon-connect', title: 'Amazon Connect forecasting', status: 'verified' },
  sources: [
    'Amazon Connect administrator guide, “Import historical data for forecasting” and “Data requirements for forecasting”',
    'Not public: which interval owns a contact, and the order of columns but for the template’s, which this is',
  ],
  attribution:
    'not stated by the vendor: contacts by the interval in which they enter the queue, handles and their time by that in which they end',
  zone: 'UTC, ISO 8601',
  zeroRows: 'not needed, not written',
  closeDelayMinutes: 10,
  lateData: 'upsert',
  lateDataNote:
    'of rows that come again those of the file uploaded last hold; they go before the product’s own data',
  names:
    'letters, digits, blanks and - _ . ( ); ids of queues are set by hand, and a queue without one is refused by name',
  units: 'seconds with two decimals for the mean handle time, whole contacts',
  options,
  make: ({ intervalMinutes, channels, queueIds }) => ({
    files: {
      queues: intervalFormSchema.parse({
        ...{ rows: 'queues', intervalMinutes, zeroRows: false, format: { kind: 'csv' } },
        file: 'historical-data_{from:yyyyMMddHHmm}_{to:yyyyMMddHHmm}.csv',
        columns: [
          { name: 'QueueName', text: '{queue.name}', characters: '-_.()' },
          { name: 'QueueId', text: '{queue.id}', words: queueIds },
          { name: 'ChannelType', text: '{channel}', words: channels },
          { name: 'TimeStamp', time: 'iso-seconds' },
          { name: 'IntervalDuration', text: '{interval.minutes}mins' },
          { name: 'IncomingContactVolume', metric: 'offered_count' },
          { name: 'AverageHandleTime', metric: 'handle_wce_ms', per: 'handled_count', decimals: 2 },
          { name: 'ContactsHandled', metric: 'handled_count' },
        ],
      }),
    },
  }),
})

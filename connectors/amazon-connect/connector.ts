import { z } from 'zod'
import { channelWords, connector, zone } from '../connector.ts'
import { intervalFormSchema } from '../form/interval-form.ts'

const options = z.strictObject({
  /** Of the file for forecasts of the short term. */
  intervalMinutes: z.literal([15, 30]).default(15),
  /** The zone of forecasts there, by whose days those of the long term are made. */
  zone,
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
  zone: 'ISO 8601: UTC; days by the zone of forecasts there, of 23 and 25 hours where clocks change',
  zeroRows: 'not needed, not written',
  closeDelayMinutes: 10,
  lateData: 'upsert',
  lateDataNote:
    'of rows that come again those of the file uploaded last hold; they go before the product’s own data',
  names:
    'letters, digits, blanks and - _ . ( ); ids of queues are set by hand, and a queue without one is refused by name',
  units: 'seconds with two decimals for the mean handle time, whole contacts',
  options,
  make: (told) => ({
    files: {
      queues: form(told, { time: 'iso-seconds' }),
      days: form({ ...told, intervalMinutes: 1440 }, { time: "yyyy-MM-dd'T'HH:mm:ssXXX" }),
    },
  }),
})

type Options = Omit<z.infer<typeof options>, 'intervalMinutes'> & {
  readonly intervalMinutes: 15 | 30 | 1440
}

function form({ intervalMinutes, zone, channels, queueIds }: Options, start: { time: string }) {
  const isOfDays = intervalMinutes === 1440
  return intervalFormSchema.parse({
    ...{ rows: 'queues', intervalMinutes, zeroRows: false, format: { kind: 'csv' } },
    zone: isOfDays ? zone : 'UTC',
    file: `${isOfDays ? 'daily' : 'historical'}-data_{from:yyyyMMddHHmm}_{to:yyyyMMddHHmm}.csv`,
    columns: [
      { name: 'QueueName', text: '{queue.name}', characters: '-_.()' },
      { name: 'QueueId', text: '{queue.id}', words: queueIds },
      { name: 'ChannelType', text: '{channel}', words: channels },
      { name: 'TimeStamp', ...start },
      { name: 'IntervalDuration', text: isOfDays ? 'daily' : '{interval.minutes}mins' },
      { name: 'IncomingContactVolume', metric: 'offered_count' },
      { name: 'AverageHandleTime', metric: 'handle_wce_ms', per: 'handled_count', decimals: 2 },
      { name: 'ContactsHandled', metric: 'handled_count' },
    ],
  })
}

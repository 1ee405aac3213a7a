import { z } from 'zod'
import { directions } from '../../schemas/events/ledger-event.ts'
import { channelWords, connector } from '../connector.ts'
import { intervalFormSchema } from '../form/interval-form.ts'

const texts = z.record(z.string(), z.string()).default({})

const options = z.strictObject({
  channels: channelWords({
    ...{ voice: 'Voice', chat: 'Chat', web: 'Chat', email: 'Email' },
    ...{ sms: 'Message', whatsapp: 'Message', messenger: 'Message' },
  }),
  /** By queue sid; several with ||| between them. */
  skillSets: texts,
  languages: texts,
})

type Options = z.infer<typeof options>

export const genesysCloud = connector({
  ...{ name: 'genesys-cloud', title: 'Genesys Cloud WFM', status: 'verified' },
  sources: [
    'Genesys Cloud Resource Center, “Prepare the historical data import .csv file”, “Historical data import overview” and “Import historical data”',
    'Not public: which interval owns a contact',
  ],
  attribution:
    'not stated by the vendor: contacts by the interval in which they enter the queue, handles and their time by that in which they end',
  zone: 'UTC',
  zeroRows: 'not needed, not written',
  closeDelayMinutes: 10,
  lateData: 'replace',
  lateDataNote:
    'a file takes the place of the one before, so each has all the history that is wanted',
  names:
    'queues by their names as the product has them; a queue and a media type must not be in two files',
  units: 'whole seconds, each value rounded half up by itself',
  options,
  make: (told) => ({ files: { queues: historicalImport(told) } }),
})

function historicalImport({ channels, skillSets, languages }: Options) {
  return intervalFormSchema.parse({
    ...{ rows: 'queues', zeroRows: false, format: { kind: 'csv' } },
    file: 'historical-import-{from:yyyyMMdd}-{to:yyyyMMdd}.csv',
    columns: [
      { name: 'Interval Start UTC Date', time: 'iso-seconds' },
      { name: 'Queue', text: '{queue.name}' },
      { name: 'Media Type', text: '{channel}/{direction}', words: mediaTypes(channels) },
      { name: 'Skill Set', text: '{queue.id}', words: skillSets, otherwise: '' },
      { name: 'Language', text: '{queue.id}', words: languages, otherwise: '' },
      { name: 'Offered', metric: 'offered_count' },
      { name: 'Interactions Handled', metric: 'handled_count' },
      { name: 'Total Handle Time (Seconds)', metric: 'handle_wce_ms' },
    ],
  })
}

/** A call back is a medium of its own there. */
function mediaTypes(channels: Options['channels']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(channels).flatMap(([channel, word]) =>
      directions.map((direction) => [
        `${channel}/${direction}`,
        direction === 'callback' && word === 'Voice' ? 'Callback' : word,
      ]),
    ),
  )
}

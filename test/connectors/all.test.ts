import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectors } from '../../connectors/all.ts'
import { amazonConnect } from '../../connectors/amazon-connect/connector.ts'
import { assembled } from '../../connectors/assembled/connector.ts'
import { calabrioWfm } from '../../connectors/calabrio-wfm/connector.ts'
import type { Connector } from '../../connectors/connector.ts'
import { metricsOf } from '../../connectors/form/columns.ts'
import { intervalFile } from '../../connectors/form/interval-file.ts'
import { list } from '../../connectors/form/interval-form.ts'
import { stateMessages } from '../../connectors/form/state-messages.ts'
import { genesysCloud } from '../../connectors/genesys-cloud/connector.ts'
import type { IntervalRow } from '../../connectors/interval-row.ts'
import { ringcx } from '../../connectors/ringcx/connector.ts'
import { batchOf, textOf } from './batches.ts'
import { agentHour, agentQueueHour, queueHour } from './canonical-hour.ts'
import { sampleOptions } from './sample-options.ts'
import { state } from './states.ts'
import { wfmFixture } from './wfm-fixture.ts'

function written(
  { forms }: Connector,
  file: string,
  rows: readonly IntervalRow[],
  options: object,
): string {
  const form = forms(options).files[file]
  if (form === undefined) throw new Error(`there is no file ${file}`)
  return textOf(intervalFile(form, batchOf(rows)))
}

test('agents in queues, and agents, for Calabrio WFM', () => {
  expect(written(calabrioWfm, 'agent-queues', agentQueueHour, {})).toBe(
    wfmFixture('calabrio-wfm/agent-queue-data.csv'),
  )
  // Contacts that nobody routes are not in the ledger.
  expect(written(calabrioWfm, 'agents', agentHour, {})).toBe(
    wfmFixture('calabrio-wfm/agent-data.csv'),
  )
})

test('the hour for Genesys Cloud', () => {
  const billing = { WQ101: 'billing|||payments' }
  const options = { skillSets: billing, languages: { WQ101: 'English', WQ102: 'English' } }
  const golden = wfmFixture('genesys-cloud/historical-import-20260302.csv')
  expect(written(genesysCloud, 'queues', queueHour, options)).toBe(golden)
})

test('a call back is a medium of its own to Genesys Cloud, and a channel without a word is told', () => {
  const at = (channel: string, direction: string) => ({
    ...{ from: 0, agent: null, values: {} },
    queue: { id: 'WQ1', channel, direction, number: null, name: 'A' },
  })
  expect(written(genesysCloud, 'queues', [at('voice', 'callback')], {})).toContain(',A,Callback,')
  expect(() => written(genesysCloud, 'queues', [at('fax', 'inbound')], {})).toThrow(
    'Media Type has no word for "fax/inbound"',
  )
})

test('a quarter of the hour for Amazon Connect', () => {
  const rows = queueHour.filter(({ from }) => from === Date.UTC(2026, 2, 2, 9))
  expect(written(amazonConnect, 'queues', rows, sampleOptions['amazon-connect'] ?? {})).toBe(
    wfmFixture('amazon-connect/historical-data.csv'),
  )
})

test('a day of the zone for the long term of Amazon Connect', () => {
  const day = queueHour
    .filter(({ queue }) => queue?.number === 101)
    .map((row, index) => ({ ...row, from: Date.UTC(2026, 2, 8, 5) + index * 20_700_000 }))
  const options = { ...sampleOptions['amazon-connect'], zone: 'America/New_York' }
  const form = amazonConnect.forms(options).files['days']
  if (form === undefined) throw new Error('there are no days')
  const span = { from: Date.UTC(2026, 2, 8, 5), to: Date.UTC(2026, 2, 9, 4) }
  const [, line] = textOf(intervalFile(form, batchOf(day, { span }))).split('\n')
  expect(line).toBe(
    'Billing voice,11111111-1111-1111-1111-111111111111,VOICE,2026-03-08T00:00:00-05:00,daily,21,180.94,16',
  )
})

describe('the hour as RingCX answers it', () => {
  const answers = z.array(z.record(z.string(), z.unknown()))
  const golden = (name: string) =>
    answers.parse(JSON.parse(wfmFixture(`ringcx/${name}.response.json`)))
  const told = (file: string, rows: readonly IntervalRow[]) =>
    answers.parse(JSON.parse(written(ringcx, file, rows, {})))
  // Contacts that nobody routes: the ledger has none of them.
  const direct = [
    'directOutIxnCnt',
    'directOutIxnDur',
    'directInIxnCnt',
    'directInIxnDur',
    'adminDur',
  ]

  test('by queue', () => {
    expect(told('queues', queueHour)).toEqual(golden('agg-queue-stats'))
  })

  test('by agent and queue', () => {
    const byKey = (rows: z.infer<typeof answers>) =>
      rows.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    const keyOf = (row: Readonly<Record<string, unknown>>) =>
      JSON.stringify([row['dateTimeFrom'], row['agentId'], row['queue']])
    expect(byKey(told('agent-queues', agentQueueHour))).toEqual(
      byKey(golden('agg-agent-extended-stats')),
    )
  })

  test('by agent, but for contacts that nobody routed', () => {
    const zeros = Object.fromEntries(direct.map((name) => [name, 0]))
    expect(told('agents', agentHour)).toEqual(
      golden('agg-agent-stats').map((row) => ({ ...row, ...zeros })),
    )
  })
})

test('changes for Assembled', () => {
  const form = assembled.forms({}).states['bulk']
  if (form === undefined) throw new Error('there is no form')
  const { messages } = stateMessages(form, {
    ...{ kind: 'changes', target: 'assembled', at: Date.UTC(2026, 2, 2, 9, 30, 5), settings: {} },
    states: [
      state('agent-2001', 'BREAK', 'Break', '2026-03-02T09:30:03Z', true, { reason: '7' }),
      state('agent-2003', 'WRAP', 'Wrap up', '2026-03-02T09:30:04Z'),
    ],
  })
  expect(messages.map(({ text }) => text)).toEqual([wfmFixture('assembled/agent-states-bulk.json')])
})

describe.each(connectors)('$name', ({ name, forms, options }) => {
  const made = forms(sampleOptions[name] ?? {})

  test('is made of metrics that there are', () => {
    for (const { rows, columns } of Object.values(made.files)) {
      const asked = columns.flatMap((one) => [
        ...list(one.metric),
        ...list(one.minus),
        ...list(one.per),
      ])
      expect(asked.filter((metric) => !metricsOf(rows).includes(metric))).toEqual([])
    }
  })

  test('refuses settings that it has not', () => {
    expect(options.safeParse({ ...sampleOptions[name], colour: 'green' }).success).toBe(false)
  })
})

test('every connector has a name of its own', () => {
  expect(new Set(connectors.map(({ name }) => name)).size).toBe(connectors.length)
})

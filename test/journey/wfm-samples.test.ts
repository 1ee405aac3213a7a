import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { definitionsFileSchema } from '../../schemas/events/definitions.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import { toDefinitionsEvent } from '../../services/definitions/definitions-event.ts'
import { sampleOptions } from '../connectors/sample-options.ts'
import { wfmFixture } from '../connectors/wfm-fixture.ts'
import {
  canonicalActivities,
  canonicalContacts,
  elsewhere,
  slThresholdMs,
} from '../support/canonical-events.ts'
import { openHubWithExports, type HubWithExports } from '../support/hub-with-exports.ts'
import { runCli } from '../support/terminal.ts'

// What happened in the hour of the vendors' samples goes into a hub, and what `ledgerline export` writes of it is the samples.

const from = '2026-03-02T09:00:00Z'
const to = '2026-03-02T10:00:00Z'
const minuteMs = 60_000
const start = Date.parse(from)

const yaml = `
exports:
  calabrio:
    connector: calabrio-wfm
    identities: calabrio.yaml
    deliver: calabrio
    files:
      queues: { windowMinutes: 15, since: '${from}' }
      agent-queues: { windowMinutes: 15, since: '${from}' }
      agents: { windowMinutes: 15, since: '${from}' }
  commas:
    connector: calabrio-wfm
    options: { separator: ',' }
    identities: commas.yaml
    files: { queues: {} }
  swedish:
    connector: calabrio-wfm
    identities: swedish.yaml
    files: { queues: {} }
  genesys:
    connector: genesys-cloud
    options:
      skillSets: { WQ101: 'billing|||payments' }
      languages: { WQ101: English, WQ102: English }
    identities: genesys.yaml
    files: { queues: {} }
  amazon:
    connector: amazon-connect
    options: ${JSON.stringify(sampleOptions['amazon-connect'])}
    identities: amazon.yaml
    files: { queues: {} }
  polled:
    connector: ringcx
    identities: polled.yaml
    files: { queues: {}, agent-queues: {}, agents: {} }
`

/** By what a product knows the queues and agents of the samples. */
function identities(target: string, queues: readonly object[] = numbered): string {
  return JSON.stringify({
    target,
    agents: ['2001', '2002', '2003', '2004'].map((logon) => ({ agent: `WK${logon}`, logon })),
    queues: [...queues, { queue: elsewhere.queue, leaveOut: true }],
  })
}

const numbered = [101, 102, 201].map((number) => ({ queue: `WQ${number}`, number }))
const onlyBilling = [
  { queue: 'WQ101', number: 101, name: 'Förfrågningar – ärenden' },
  ...['WQ102', 'WQ201'].map((queue) => ({ queue, leaveOut: true })),
]

const definitions = definitionsFileSchema.parse({
  slThresholdMs,
  activities: { Available: 'available', Break: 'aux', Offline: 'offline' },
})

let hub: HubWithExports

beforeAll(async () => {
  hub = await openHubWithExports({
    ...{ start: Date.parse(to), yaml, targets: ['calabrio'] },
    beside: {
      'swedish.yaml': identities('swedish', onlyBilling),
      ...Object.fromEntries(
        ['calabrio', 'commas', 'genesys', 'amazon', 'polled'].map((target) => [
          `${target}.yaml`,
          identities(target),
        ]),
      ),
    },
  })
  await hub.tell([
    toDefinitionsEvent({ definitions, version: 1, from: start - minuteMs, now: start }),
    ...canonicalContacts([101], [0, 30]),
  ])
}, 200_000)

afterAll(() => hub.close())

/** What the command prints; it must have nothing to complain of. */
async function exported(
  target: string,
  file = 'queues',
  span: { readonly from: string; readonly to: string } = { from, to },
): Promise<string> {
  const asked = ['--target', target, '--file', file, '--from', span.from, '--to', span.to]
  const { exitCode, out, err } = await runCli(['export', ...asked], hub.env)
  expect([exitCode, err]).toEqual([0, ''])
  return out
}

const sorted = (text: string) => text.trim().split('\n').toSorted()

test('a quarter hour in which nothing came is zeros', async () => {
  await hub.tell([hubEvent({ type: 'clock.ticked', id: 'at ten', at: Date.parse(to) })])
  const span = { from, to: '2026-03-02T09:45:00Z' }
  expect(await exported('calabrio', 'queues', span)).toBe(
    wfmFixture('calabrio-wfm/queue-data_zero-interval.csv'),
  )
})

describe('once all of the hour is known', () => {
  beforeAll(async () => {
    const all = [...canonicalActivities(), ...canonicalContacts()]
    // What is known already comes a second time, and all of it backwards.
    await hub.tell(all.toReversed())
    await hub.at(Date.parse(to) + 10 * minuteMs)
  }, 200_000)

  test('Calabrio’s queue file is the sample, whatever separates its fields', async () => {
    const golden = wfmFixture('calabrio-wfm/queue-data_20260302T0900Z_20260302T1000Z.csv')
    expect(await exported('calabrio')).toBe(golden)
    const byQueue = wfmFixture('calabrio-wfm/queue-data_by-queue_comma.csv')
    expect(sorted(await exported('commas'))).toEqual(sorted(byQueue))
  })

  test('names keep their letters', async () => {
    expect(await exported('swedish')).toBe(wfmFixture('calabrio-wfm/queue-data_utf8-name.csv'))
  })

  test('what the scheduler delivers, file by file, is the same lines', async () => {
    const golden = wfmFixture('calabrio-wfm/queue-data_20260302T0900Z_20260302T1000Z.csv')
    expect(await delivered('queue-data_')).toBe(golden)
    const ofAgents = wfmFixture('calabrio-wfm/agent-queue-data.csv')
    expect(await delivered('agent-queues-data_')).toBe(ofAgents)
  })

  test('agents in queues, and agents but for calls that nobody routed, are Calabrio’s', async () => {
    expect(await exported('calabrio', 'agent-queues')).toBe(
      wfmFixture('calabrio-wfm/agent-queue-data.csv'),
    )
    const golden = wfmFixture('calabrio-wfm/agent-data.csv')
    expect(await exported('calabrio', 'agents')).toBe(withoutDirect(golden))
  })

  test('Genesys Cloud gets its sample', async () => {
    expect(await exported('genesys')).toBe(
      wfmFixture('genesys-cloud/historical-import-20260302.csv'),
    )
  })

  test('Amazon Connect gets its sample', async () => {
    expect(await exported('amazon', 'queues', { from, to: '2026-03-02T09:15:00Z' })).toBe(
      wfmFixture('amazon-connect/historical-data.csv'),
    )
  })

  test('answers as RingCX gives them are the samples', async () => {
    const told = async (file: string) => byKey(JSON.parse(await exported('polled', file)))
    const golden = (name: string) => byKey(JSON.parse(wfmFixture(`ringcx/${name}.response.json`)))
    expect(await told('queues')).toEqual(golden('agg-queue-stats'))
    expect(await told('agent-queues')).toEqual(golden('agg-agent-extended-stats'))
    expect(await told('agents')).toEqual(golden('agg-agent-stats').map(routedOnly))
  })
})

/** The lines of all files of a sort that came into Calabrio's folder. */
async function delivered(prefix: string): Promise<string> {
  const folder = join(hub.folder, 'calabrio')
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith(prefix) && name.endsWith('.csv'),
  )
  const texts = names.toSorted().map((name) => readFile(join(folder, name), 'utf8'))
  return (await Promise.all(texts)).join('')
}

/** Calls that an agent made or took past all queues are in no ledger: while he had them he was idle to the hub. */
function withoutDirect(golden: string): string {
  return golden
    .replace('15;20260302;09:00;2002;Ben Example;780;780;0;120', withMore(45))
    .replace('15;20260302;09:15;2002;Ben Example;900;900;0;140', withMore(30))
}

function withMore(seconds: number) {
  return (line: string) => line.replace(/\d+$/, (idle) => String(Number(idle) + seconds))
}

type Answer = Readonly<Record<string, unknown>>

function routedOnly(row: Answer): Answer {
  const { directOutIxnDur, directInIxnDur, waitDur } = row
  const direct = Number(directOutIxnDur) + Number(directInIxnDur)
  const none = { directOutIxnCnt: 0, directOutIxnDur: 0, directInIxnCnt: 0, directInIxnDur: 0 }
  return { ...row, ...none, waitDur: Number(waitDur) + direct }
}

const answers = z.array(z.record(z.string(), z.unknown()))

function byKey(answer: unknown): readonly Answer[] {
  const keyOf = (row: Answer) => JSON.stringify([row['dateTimeFrom'], row['agentId'], row['queue']])
  return answers.parse(answer).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSender } from '../../client/event-sender.ts'
import { createOperationsClient } from '../../client/operations.ts'
import { createClosing } from '../../services/runtime/closing.ts'
import { createRandom } from '../../services/simulator/model/random.ts'
import { mappingOf, startChanging, type ChangingAgents } from '../support/changing-agents.ts'
import { feedSince } from '../support/feed-since.ts'
import {
  exactMsInSoap,
  hearing,
  keysReused,
  overtakenAmong,
  statesInSoap,
} from '../support/heard-states.ts'
import type { HubProcess } from '../support/hub-process.ts'
import { openKafkaPlace, type KafkaPlace } from '../support/kafka-place.ts'
import { until } from '../support/until.ts'
import { createCalabrioRta } from '../vendors/calabrio-rta.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'

// Two processes fold the shards of workers while agents change all the time, and a third one tells a product of them. Whoever
// has a shard of workers is killed, and others go on with what he had.

const agents = Array.from({ length: 40 }, (_, index) => `WK${1_000 + index}`)
const availableSince = Date.now() - 60_000
const partitions = { LEDGERLINE_PARTITIONS: '2' }

const opened = createClosing()
const rta = createCalabrioRta('a-key', 'acd-1')
const vendor = hearing(statesInSoap, (request, body) => rta.handle(request, body))
let place: KafkaPlace
let receiver: HttpReceiver
let front: HubProcess
let changing: ChangingAgents
const folding: HubProcess[] = []

beforeAll(async () => {
  place = await openKafkaPlace(opened)
  receiver = await openHttpReceiver()
  opened.add(() => receiver.close())
  receiver.answerBy(vendor.handle)
  const targets = join(place.folder, 'targets.yaml')
  await writeFile(
    targets,
    `targets:
  rta:
    kind: http
    url: http://127.0.0.1:${receiver.port}/RTA/TeleoptiRtaService.svc
    auth: { kind: body, key: { env: A_KEY } }
    states: { mapping: wfm, connector: calabrio-wfm, form: soap, settings: { sourceId: acd-1 } }
`,
  )
  for (const name of ['first', 'second']) {
    folding.push(await place.start(['projections'], name, partitions))
  }
  const delivery = { LEDGERLINE_TARGETS: targets, A_KEY: 'a-key' }
  front = await place.start(['ingest', 'api'], 'front', { ...partitions, ...delivery })
  await createOperationsClient({ url: front.url }).setMapping(mappingOf('wfm'), availableSince)
  changing = await startChanging({
    sender: createSender({ url: front.url, source: '/pbx', workspace: 'WS1' }),
    ...{ agents, availableSince, everyMs: 50, random: createRandom('a feed') },
  })
})

afterAll(() => opened.close())

const reports = () => [front, ...folding].map((one) => one.report()).join('\n')

/** Which shards of workers a process has. */
async function workersOf({ url }: HubProcess): Promise<readonly number[]> {
  const { shards } = await createOperationsClient({ url }).progress()
  return shards
    .filter(({ topic, nextOffset }) => topic === 'ledgerline.workers' && nextOffset !== null)
    .map(({ partition }) => partition)
}

async function ownerOf(partition: number): Promise<HubProcess | undefined> {
  for (const one of folding) if ((await workersOf(one)).includes(partition)) return one
  return undefined
}

/** Of whom the product does not know what he is by now. */
function notKnown(): readonly string[] {
  return agents.filter(
    (agent) => rta.agents.get(agent)?.code !== changing.turns.get(agent)?.at(-1)?.activity,
  )
}

test('when the owner of a shard is killed the product still hears of everybody, as he is in the end', async () => {
  const isBegun = () => rta.agents.size === agents.length
  const seen = () => `${rta.agents.size} agents are known, not ${notKnown().join()}\n${reports()}`
  await until('the product knows everybody', isBegun, { seen, forMs: 120_000 })
  const owner = await ownerOf(0)
  if (owner === undefined) throw new Error('nobody has the shard')
  await owner.kill('itself')
  const killedAt = Date.now()
  folding.splice(folding.indexOf(owner), 1)
  // One that comes to the group has it count its members, which else takes a minute.
  folding.push(await place.start(['projections'], 'third', partitions))
  const isInherited = async () =>
    (await ownerOf(0)) !== undefined && (await ownerOf(1)) !== undefined
  await until('others have its shards', isInherited, { seen, forMs: 120_000 })
  const isHeard = () =>
    new Set(
      vendor.heard
        .flatMap(({ states }) => states)
        .flatMap(({ agent, since }) => (since > killedAt ? [agent] : [])),
    ).size === agents.length
  await until('changes since are told, of everybody', isHeard, { seen, forMs: 120_000 })
  await sleep(1_000)
  await changing.stop()
  await until('it knows them all', () => notKnown().length === 0, { seen, forMs: 120_000 })
})

test('what it was told never goes back, and nothing has come twice under one key or another', () => {
  const states = vendor.heard.flatMap((one) => one.states)
  expect(states.length).toBeGreaterThan(2 * agents.length)
  expect(overtakenAmong(states, exactMsInSoap)).toEqual([])
  expect(keysReused(receiver.received)).toEqual([])
  const keys = vendor.heard.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('what it knows is what the table says, and the table has every change', async () => {
  const truth = agents.flatMap((agent) =>
    (changing.turns.get(agent) ?? []).map(({ activity, at }) => `${agent} ${at} ${activity}`),
  )
  const stored = async () => {
    const rows = await place.warehouse.query<Record<'agent' | 'started' | 'code', unknown>>(`
      SELECT agent, toUnixTimestamp64Milli(t.started_at) AS started, code
      FROM agent_wfm_states AS t FINAL WHERE target = 'wfm' ORDER BY agent, t.started_at`)
    return rows.map(({ agent, started, code }) => [agent, started, code].join(' '))
  }
  const isThere = async () => (await stored()).length >= truth.length
  const seen = async () => `${(await stored()).length} of ${truth.length}\n${reports()}`
  await until('all of it is in the table', isThere, { seen, forMs: 120_000 })
  expect(await stored()).toEqual(truth)
  const open = await place.warehouse.query<{ agent: string; code: string }>(
    `SELECT agent, code FROM agent_wfm_states FINAL WHERE target = 'wfm' AND is_open`,
  )
  const known = new Map([...rta.agents].map(([agent, { code }]) => [agent, code]))
  expect(new Map(open.map(({ agent, code }) => [agent, code]))).toEqual(known)
})

test('the feed has told of each agent without a gap, and under one number one thing', async () => {
  const told = await feedSince(front.url, 'wfm', availableSince)
  expect([...told.keys()].sort()).toEqual(agents)
  for (const [agent, states] of told) {
    // What was told and not yet noted when the owner was killed may be there twice.
    const bySequence = new Map(states.map((one) => [one.sequence, one]))
    const numbers = [...bySequence.keys()].toSorted((a, b) => a - b)
    expect(numbers, agent).toEqual(numbers.map((_, index) => index + 1))
    for (const { sequence, code, since } of states) {
      expect({ agent, code, since }).toEqual({
        ...{ agent, code: bySequence.get(sequence)?.code },
        since: bySequence.get(sequence)?.since,
      })
    }
    // No number goes back in time: the product would believe it.
    const inOrder = numbers.map((number) => bySequence.get(number)?.since ?? 0)
    expect(inOrder, agent).toEqual(inOrder.toSorted((a, b) => a - b))
    expect(states.at(-1)?.code).toBe(changing.turns.get(agent)?.at(-1)?.activity)
  }
})

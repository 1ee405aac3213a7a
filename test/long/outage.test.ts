import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createSender } from '../../client/event-sender.ts'
import { createExportsClient, type ExportsClient } from '../../client/exports.ts'
import { createOperationsClient } from '../../client/operations.ts'
import { backoffMs } from '../../services/runtime/backoff.ts'
import { createRandom } from '../../services/simulator/model/random.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import { mappingOf, startChanging, type ChangingAgents } from '../support/changing-agents.ts'
import { feedSince } from '../support/feed-since.ts'
import {
  exactMsInJson,
  exactMsInSoap,
  hearing,
  keysReused,
  overtakenAmong,
  staleAmong,
  statesInJson,
  statesInSoap,
} from '../support/heard-states.ts'
import { freePort, startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { metricsOf, watchHub } from '../support/hub-watch.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { createCalabrioRta } from '../vendors/calabrio-rta.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'
import type { Mood, Taken } from '../vendors/mood.ts'

// One target is away for an hour while two hundred agents never rest: first nobody listens at its address, then its server takes
// calls and says nothing, then it answers 503. Another one is well and slow for a minute, and something else for the next.

const outageMs = 1000 * Number(process.env['LEDGERLINE_OUTAGE_SECONDS'] ?? 3_600)
const flapMs = Math.min(60_000, outageMs / 6)
const quarterMs = 900_000
const agents = Array.from({ length: 200 }, (_, index) => `WK${1_000 + index}`)
const changeEveryMs = 200
const pause = { firstSeconds: 1, maxSeconds: 60 }
const timeoutMs = 5_000
/** From the hub's having taken an event in to its having told a target that is well, at the latest. */
const slackMs = 5_000
/** The longest pause, an attempt, and all states in two messages. */
const recoveryMsMax = 1000 * pause.maxSeconds + timeoutMs + slackMs
const residentBytesMax = 512 * 1024 ** 2
const outboxBytesMax = 64 * 1024 ** 2

const form = `
target: wfm
files:
  agents:
    rows: agents
    file: 'agents_{from:yyyyMMddHHmm}.json'
    format: { kind: json, body: { from: '{from}', rows: '{rows}' } }
    columns:
      - { name: start, time: iso }
      - { name: agent, text: '{agent.id}' }
      - { name: availableMs, metric: available_ms, unit: ms }
states:
  statesMax: 100
  body: { states: '{states}' }
  each: { agent: '{agent.id}', code: '{state.code}', since: '{since:iso-ms}' }
`
const exports = `
exports:
  wfm: { form: wfm.yaml, deliver: away, files: { agents: { closeDelayMinutes: 1, patienceMinutes: 3 } } }
`

const rta = createCalabrioRta('a-key', 'acd-1')
const away = hearing(statesInJson, () => ({ status: 200, text: '' }))
const flapping = hearing(statesInSoap, (request, body) => rta.handle(request, body))
/** All that came to either, in any mood. */
const received: { readonly away: Taken[]; readonly flapping: Taken[] } = { away: [], flapping: [] }
// Below the ports that a system gives to whoever asks for any: nobody else must come by it while it is closed.
const awayPort = 20_000 + (process.pid % 10_000)
const availableSince = Math.floor(Date.now() / quarterMs) * quarterMs - 2 * quarterMs
const twoQuarters = {
  from: new Date(availableSince).toISOString(),
  to: new Date(availableSince + 2 * quarterMs).toISOString(),
}

let folder: Awaited<ReturnType<typeof tempFolder>>
let hub: HubProcess
let enginePort: string
let awayReceiver: HttpReceiver
let flappingReceiver: HttpReceiver
let changing: ChangingAgents
let files: ExportsClient
let recoveredAt = 0

async function openAway(mood: Mood): Promise<void> {
  awayReceiver = await openHttpReceiver(awayPort)
  awayReceiver.become(mood)
  awayReceiver.answerBy(away.handle)
}

async function closeAway(): Promise<void> {
  await awayReceiver.close()
  received.away.push(...awayReceiver.received)
}

beforeAll(async () => {
  folder = await tempFolder()
  await openAway('well')
  flappingReceiver = await openHttpReceiver()
  flappingReceiver.answerBy(flapping.handle)
  const targets = `
targets:
  away:
    kind: http
    url: http://127.0.0.1:${awayPort}/push
    timeoutSeconds: ${timeoutMs / 1000}
    retry: ${JSON.stringify(pause)}
    states: { mapping: wfm, form: wfm.yaml }
  flapping:
    kind: http
    url: http://127.0.0.1:${flappingReceiver.port}/RTA/TeleoptiRtaService.svc
    auth: { kind: body, key: { env: A_KEY } }
    retry: { firstSeconds: 0.5, maxSeconds: 5 }
    failuresToOpen: 2
    states: { mapping: wfm, connector: calabrio-wfm, form: soap, settings: { sourceId: acd-1 } }
`
  for (const [name, text] of Object.entries({ wfm: form, exports, targets })) {
    await writeFile(join(folder.path, `${name}.yaml`), text)
  }
  enginePort = String(await freePort())
  hub = await startHubProcess([], {
    ...{ LEDGERLINE_DATA_DIR: folder.path, LEDGERLINE_ENGINE_PORT: enginePort, A_KEY: 'a-key' },
    LEDGERLINE_TARGETS: join(folder.path, 'targets.yaml'),
    LEDGERLINE_EXPORTS: join(folder.path, 'exports.yaml'),
    LEDGERLINE_PARTITIONS: '2',
  })
  await createOperationsClient({ url: hub.url }).setMapping(mappingOf('wfm'), availableSince)
  changing = await startChanging({
    sender: createSender({ url: hub.url, source: '/pbx', workspace: 'WS1' }),
    ...{ agents, availableSince, everyMs: changeEveryMs, random: createRandom('an outage') },
  })
  const isTold = () => toldAt(away).size === agents.length
  const seen = () => `${toldAt(away).size} are told; ${hub.report()}`
  await until('everybody is told', isTold, { seen, forMs: 60_000 })
  files = createExportsClient({ url: hub.url })
  const asOfNow = async () => {
    const { documents } = await files.content('wfm', 'agents', twoQuarters)
    return documents.map(({ text }) => text).join()
  }
  const isInTables = async () =>
    (await asOfNow()).split('"availableMs": 900000').length > 2 * agents.length
  await until('that they were available is in the tables', isInTables, {
    ...{ seen: async () => (await asOfNow()).slice(0, 1_000), forMs: 120_000 },
  })
})

afterAll(async () => {
  await hub.stop()
  await awayReceiver.close()
  await flappingReceiver.close()
  await folder.remove()
})

/** Of whoever is told since, when he was first. */
function toldAt({ heard }: typeof away, since = 0): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const { agent, heardAt } of heard.flatMap(({ states }) => states)) {
    if (heardAt >= since && !first.has(agent)) first.set(agent, heardAt)
  }
  return first
}

function documentsOf({ heard }: typeof away) {
  return heard.filter(({ states }) => states.length === 0)
}

/** Well and slow, and then not, until it is told to stop. */
async function flap(stopping: AbortSignal): Promise<void> {
  const moods: readonly Mood[] = ['slow', 'failing', 'slow', 'disconnecting', 'slow', 'forgetting']
  for (let turn = 0; !stopping.aborted; turn++) {
    flappingReceiver.become(moods[turn % moods.length] ?? 'slow')
    await sleep(flapMs, undefined, { signal: stopping }).catch(() => undefined)
  }
  flappingReceiver.become('well')
}

async function failedAttempts(): Promise<number> {
  const metrics = await metricsOf(hub)
  const name = 'ledgerline_delivery_attempts_total'
  return (
    (metrics.get(`${name}{target="away",kind="states",outcome="failed"}`) ?? 0) +
    (metrics.get(`${name}{target="away",kind="document",outcome="failed"}`) ?? 0)
  )
}

/** As many as there are if every pause is as short as chance makes it. */
function attemptsMax(forMs: number): number {
  const policy = { firstDelayMs: 1000 * pause.firstSeconds, delayMaxMs: 1000 * pause.maxSeconds }
  let attempts = 1
  for (let atMs = 0; atMs <= forMs; attempts++) atMs += backoffMs(attempts, policy, 0)
  return attempts
}

test('while a target is away and another flaps the hub keeps its memory, its outbox and its patience', async () => {
  const watching = watchHub(hub, folder.path, 'away')
  const stopping = new AbortController()
  const flaps = flap(stopping.signal)
  await closeAway()
  // What waits behind the states: of each quarter hour a file.
  const written = await files.write('wfm', 'agents', { ...twoQuarters, deliver: true })
  expect(written).toMatchObject({ refused: [], next: null })
  await sleep(outageMs / 2)
  await openAway('stalling')
  await sleep(outageMs / 4)
  awayReceiver.become('failing')
  await sleep(outageMs / 4)
  expect(hub.hasFallen()).toBe(false)
  const attempts = await failedAttempts()
  const watched = await watching.stop()
  stopping.abort()
  await flaps
  const turns = [...changing.turns.values()].reduce((sum, own) => sum + own.length, 0)
  console.info(JSON.stringify({ outageMs, turns, attempts, ...watched }))
  expect(attempts).toBeGreaterThan(3)
  expect(attempts).toBeLessThanOrEqual(attemptsMax(outageMs))
  expect(watched.looks).toBeGreaterThan(outageMs / 20_000)
  expect(watched.statesWaitingMax).toBeLessThanOrEqual(agents.length)
  expect(watched.residentBytesMax).toBeLessThan(residentBytesMax)
  expect(watched.outboxBytesMax).toBeLessThan(outboxBytesMax)
})

test('when it is back everybody is told as he is by then, at once, and the files come behind', async () => {
  const before = away.heard.length
  recoveredAt = Date.now()
  awayReceiver.become('well')
  const told = () => toldAt(away, recoveredAt)
  const isDone = () => told().size === agents.length && documentsOf(away).length >= 2
  const seen = () => `${told().size} agents, ${documentsOf(away).length} files; ${hub.report()}`
  await until('everybody is told, and the files are there', isDone, { seen, forMs: recoveryMsMax })
  const after = away.heard.slice(before)
  const first = after.findIndex(({ states }) => states.length === 0)
  const ahead = new Set(after.slice(0, first).flatMap(({ states }) => states.map((s) => s.agent)))
  expect(ahead.size).toBe(agents.length)
  const tookMs = Math.max(...told().values()) - recoveredAt
  const beginsMs = Math.min(...told().values()) - recoveredAt
  console.info(JSON.stringify({ beginsMs, tookMs, messages: first }))
  // And some time of peace, in which they go on changing.
  await sleep(20_000)
  await changing.stop()
  const last = () =>
    agents.filter((agent) => {
      const code = changing.turns.get(agent)?.at(-1)?.activity
      const atAway = away.heard.findLast(({ states }) => states.some((s) => s.agent === agent))
      const isAtAway = atAway?.states.findLast((s) => s.agent === agent)?.code === code
      return !isAtAway || rta.agents.get(agent)?.code !== code
    })
  await until('both know what everybody is in the end', () => last().length === 0, {
    ...{ seen: () => `not ${last().join()}`, forMs: 30_000 },
  })
})

test('nothing that was stale has come to either, nor anything twice under one key or under two', async () => {
  await closeAway()
  received.flapping.push(...flappingReceiver.received)
  const { turns } = changing
  const atAway = away.heard.flatMap(({ states }) => states)
  const atFlapping = flapping.heard.flatMap(({ states }) => states)
  console.info(JSON.stringify({ away: atAway.length, flapping: atFlapping.length }))
  expect(atFlapping.length).toBeGreaterThan(agents.length)
  expect(staleAmong(atAway, turns, { slackMs, exactMs: exactMsInJson })).toEqual([])
  expect(staleAmong(atFlapping, turns, { slackMs, exactMs: exactMsInSoap })).toEqual([])
  expect(overtakenAmong(atAway, exactMsInJson)).toEqual([])
  expect(overtakenAmong(atFlapping, exactMsInSoap)).toEqual([])
  expect(keysReused(received.away)).toEqual([])
  expect(keysReused(received.flapping)).toEqual([])
  // It took nothing of which the hub did not hear that it had: nothing has come a second time.
  const keys = away.heard.map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
  const states = atAway.map(({ agent, since }) => `${agent} ${since}`)
  expect(new Set(states).size).toBe(states.length)
  // What it missed it was not told one after the other.
  const missed = atAway.filter(
    ({ heardAt, since }) => heardAt >= recoveredAt && since < recoveredAt,
  )
  expect(missed.length).toBeLessThanOrEqual(agents.length + slackMs / changeEveryMs)
  const { lines } = await journalOfRefused()
  expect(lines).toEqual([])
})

async function journalOfRefused() {
  const answer = await fetch(`${hub.url}/v1/delivery/journal?outcome=refused`)
  return z.object({ lines: z.array(z.unknown()) }).parse(await answer.json())
}

test('every change of the hour is in the table of states, when it was and for how long', async () => {
  const warehouse = openServerWarehouse({
    ...{ url: `http://127.0.0.1:${enginePort}`, database: 'ledgerline' },
  })
  const truth = agents.flatMap((agent) =>
    (changing.turns.get(agent) ?? []).map(({ activity, at }, index, own) =>
      [agent, at, own[index + 1]?.at ?? null, activity].join(' '),
    ),
  )
  const stored = async () => {
    const rows = await warehouse.query<Record<string, unknown>>(`
      SELECT agent, toUnixTimestamp64Milli(t.started_at) AS started,
        toUnixTimestamp64Milli(t.ended_at) AS ended, code
      FROM agent_wfm_states AS t FINAL WHERE target = 'wfm' ORDER BY agent, t.started_at`)
    return rows.map(({ agent, started, ended, code }) => [agent, started, ended, code].join(' '))
  }
  try {
    const isThere = async () => (await stored()).length >= truth.length
    const seen = async () => `${(await stored()).length} of ${truth.length}`
    await until('all of it is in the table', isThere, { seen, forMs: 60_000 })
    expect(await stored()).toEqual(truth)
  } finally {
    await warehouse.close()
  }
})

test('the feed has told of them without a gap, and of nothing that was not', async () => {
  const told = await feedSince(hub.url, 'wfm', availableSince)
  expect([...told.keys()].sort()).toEqual([...agents])
  for (const agent of agents) {
    const own = told.get(agent) ?? []
    const turns = new Set(changing.turns.get(agent)?.map(({ activity, at }) => `${activity} ${at}`))
    expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, index) => index + 1))
    expect(own.filter(({ code, since }) => !turns.has(`${code} ${since}`))).toEqual([])
    expect(own.at(-1)?.code).toBe(changing.turns.get(agent)?.at(-1)?.activity)
  }
})

test('the files of its quarter hours say what was, each under one key', () => {
  const fileSchema = z.object({
    from: z.coerce.date(),
    rows: z.array(z.object({ agent: z.string(), availableMs: z.coerce.number() })),
  })
  const documents = documentsOf(away)
  const written = documents.map(({ body }) => fileSchema.parse(JSON.parse(body.toString())))
  // The last one of a quarter hour holds.
  const byQuarter = new Map(written.map(({ from, rows }) => [from.getTime(), rows]))
  // Its delay and all patience are over.
  const closed = recoveredAt - 5 * 60_000
  for (let at = availableSince; at + quarterMs <= closed; at += quarterMs) {
    const rows = byQuarter.get(at) ?? []
    const said = Object.fromEntries(rows.map(({ agent, availableMs }) => [agent, availableMs]))
    const truth = Object.fromEntries(
      agents.map((agent) => [agent, availableMs(agent, at)] as const),
    )
    expect(said, new Date(at).toISOString()).toEqual(truth)
  }
  expect(byQuarter.size).toBeGreaterThanOrEqual(2)
  console.info(JSON.stringify({ documents: documents.length, quarters: byQuarter.size }))
})

/** How long an agent was available in the quarter hour that begins then. */
function availableMs(agent: string, from: number): number {
  const to = from + quarterMs
  const turns = changing.turns.get(agent) ?? []
  return turns.reduce((sum, { activity, at }, index) => {
    const end = Math.min(to, turns[index + 1]?.at ?? Infinity)
    return activity === 'Available' ? sum + Math.max(0, end - Math.max(from, at)) : sum
  }, 0)
}

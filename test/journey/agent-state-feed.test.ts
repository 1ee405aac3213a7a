import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient } from '../../client/operations.ts'
import { agentStatesSchema } from '../../schemas/feeds/agent-states.ts'
import { feedPath } from '../../services/feeds/routes.ts'
import { openHub, type Hub } from '../../services/main.ts'
import { readConfig } from '../../services/runtime/config.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { readEvents } from '../services/live/event-stream-reader.ts'
import { next } from '../services/live/stream-roads.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { createCalabrioRta, type CalabrioRta } from '../vendors/calabrio-rta.ts'
import { openHttpReceiver, type HttpReceiver } from '../vendors/http-receiver.ts'

/** Long enough that the beginning of a break is told before, also by a machine that has much else to do. */
const lateAfterMs = 15_000

const mapping = `
target: calabrio
rules:
  - {when: {activity: [Ready]}, give: {code: READY, class: available}}
  - {when: {activity: [Lunch]}, give: {code: LUNCH, class: signed_on}}
  - {when: {activity: [Break], longerThanMs: ${lateAfterMs}}, give: {code: LATE, class: signed_on}}
  - {when: {activity: [Break]}, give: {code: BREAK, class: signed_on}}
  - {when: {activity: [Offline]}, give: {code: OUT, class: signed_off}}
`

const identities = `
target: calabrio
agents:
  - {agent: ann, logon: '101'}
  - {agent: bob, logon: '102'}
`

let folder: Awaited<ReturnType<typeof tempFolder>>
let soap: Vendor
let json: Vendor
let hub: Hub

interface Vendor {
  readonly receiver: HttpReceiver
  readonly rta: CalabrioRta
}

async function openVendor(): Promise<Vendor> {
  const receiver = await openHttpReceiver()
  const rta = createCalabrioRta('a-key', 'acd-1')
  receiver.answerBy((request, body) => rta.handle(request, body))
  return { receiver, rta }
}

function targetOf({ receiver }: Vendor, path: string, form: string): string {
  return `
    kind: http
    url: http://127.0.0.1:${receiver.port}${path}
    auth: { kind: body, key: { env: A_KEY } }
    retry: { firstSeconds: 0.1, maxSeconds: 0.3 }
    failuresToOpen: 2
    states:
      mapping: calabrio
      connector: calabrio-wfm
      form: ${form}
      settings: { sourceId: acd-1 }
      identities: ${join(folder.path, 'identities.yaml')}
`
}

async function openTheHub(): Promise<Hub> {
  const settings = {
    ...{ LEDGERLINE_DATA_DIR: folder.path, LEDGERLINE_TARGETS: join(folder.path, 'targets.yaml') },
    ...{ LEDGERLINE_PORT: '0', LEDGERLINE_ENGINE_PORT: '0', LEDGERLINE_PARTITIONS: '2' },
  }
  return openHub(readConfig(settings), { logger: silentLogger })
}

let count = 0

async function say(type: string, data: object, at = Date.now()): Promise<void> {
  const event = {
    ...{ specversion: '1.0', id: `e${++count}`, source: '/pbx', type },
    ...{ time: new Date(at).toISOString(), data: { workspace: 'acme', ...data } },
  }
  const answer = await fetch(`${hub.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  })
  expect(answer.status).toBe(202)
}

const names: Readonly<Record<string, string>> = {
  ...{ ready: 'Ready', lunch: 'Lunch', break: 'Break', off: 'Offline' },
}

function turnsTo(worker: string, activity: string, at = Date.now()): Promise<void> {
  const data = { worker, worker_name: worker, activity, activity_name: names[activity] }
  return say('worker.activity.update', { ...data, activity_available: activity === 'ready' }, at)
}

function codesOf({ rta }: Vendor): Readonly<Record<string, string>> {
  return Object.fromEntries([...rta.agents].map(([user, { code }]) => [user, code]))
}

function vendorHas(vendor: Vendor, codes: Readonly<Record<string, string>>): Promise<void> {
  const isSo = () => Object.entries(codes).every(([user, code]) => codesOf(vendor)[user] === code)
  return until(`the vendor has ${JSON.stringify(codes)}`, isSo, {
    ...{ seen: () => JSON.stringify(codesOf(vendor)), forMs: 90_000 },
  })
}

/** After that a state comes by itself, with the instant at which it began: in a snapshot it bears that of the snapshot. */
function toldEverybody({ receiver }: Vendor): Promise<void> {
  const isSnapshot = ({ key, body }: (typeof receiver.taken)[number]) =>
    key.startsWith('snapshot-') && body.includes('102')
  return until('everybody is told at once', () => receiver.taken.some(isSnapshot), {
    ...{ seen: () => receiver.taken.map(({ key }) => key).join(' '), forMs: 90_000 },
  })
}

beforeAll(async () => {
  process.env['A_KEY'] = 'a-key'
  folder = await tempFolder()
  soap = await openVendor()
  json = await openVendor()
  await writeFile(join(folder.path, 'identities.yaml'), identities)
  const targets = `targets:
  soap:${targetOf(soap, '/RTA/TeleoptiRtaService.svc', 'soap')}
  json:${targetOf(json, '/Web/Rta/State/Batch', 'json')}
`
  await writeFile(join(folder.path, 'targets.yaml'), targets)
  hub = await openTheHub()
}, 300_000)

afterAll(async () => {
  await hub.close()
  await soap.receiver.close()
  await json.receiver.close()
  await folder.remove()
})

test('a webhook is at the vendors in their words, with the instant at which it happened', async () => {
  const began = Date.now() - 60_000
  await turnsTo('ann', 'ready', began)
  await turnsTo('bob', 'ready', began)
  await turnsTo('cy', 'ready', began)
  const client = createOperationsClient({ url: hub.url })
  await client.setMapping(mapping, began - 3_600_000)
  for (const vendor of [soap, json]) {
    await vendorHas(vendor, { 101: 'READY', 102: 'READY' })
    await toldEverybody(vendor)
  }
  const at = Date.now()
  await turnsTo('ann', 'lunch', at)
  for (const vendor of [soap, json]) await vendorHas(vendor, { 101: 'LUNCH' })
  const seconds = new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z')
  expect(soap.rta.agents.get('101')?.timestamp).toBe(seconds)
  // Of cy nobody has said what the vendors know him by.
  expect(Object.keys(codesOf(soap)).sort()).toEqual(['101', '102'])
})

test('what time alone changes is told when it does, not with the next tick of the clock', async () => {
  const at = Date.now()
  await turnsTo('bob', 'break', at)
  await vendorHas(soap, { 102: 'LATE' })
  const bob = agentStatesSchema
    .parse(await (await fetch(`${hub.url}${feedPath}?target=calabrio&agents=bob`)).json())
    .states.find(({ agent }) => agent === 'bob')
  expect(bob).toMatchObject({ since: at + lateAfterMs, causeId: null, previousCode: 'BREAK' })
  expect((bob?.observedAt ?? Infinity) - at).toBeLessThan(lateAfterMs + 10_000)
})

test('after an outage everybody is told first, as he is by then, and nothing twice', async () => {
  soap.receiver.become('failing')
  await turnsTo('bob', 'ready')
  const failing = () => soap.receiver.headers.length
  const before = failing()
  await until('the vendor is found to be away', () => failing() >= before + 4, {
    ...{ seen: () => `${failing()} attempts`, forMs: 60_000 },
  })
  for (const activity of ['break', 'ready', 'break', 'off']) await turnsTo('ann', activity)
  await vendorHas(json, { 101: 'OUT', 102: 'READY' })
  expect(codesOf(soap)).toMatchObject({ 102: 'LATE' })
  const taken = soap.receiver.taken.length
  soap.receiver.become('well')
  await vendorHas(soap, { 102: 'READY' })
  await until('ann is out', () => soap.rta.agents.get('101')?.isLoggedOn === false, {
    ...{ seen: () => JSON.stringify([...soap.rta.agents]), forMs: 60_000 },
  })
  const keys = soap.receiver.taken.map(({ key }) => key)
  expect(keys[taken]).toMatch(/^snapshot-/)
  expect(new Set(keys).size).toBe(keys.length)
})

test('the feed is read as it is now, and as it changes; a restart goes on without telling anything twice', async () => {
  const address = `${hub.url}${feedPath}?target=calabrio`
  const answer = await fetch(address)
  expect(answer.status).toBe(200)
  const now = agentStatesSchema.parse(await answer.json())
  expect(now.states.map(({ agent, code }) => `${agent} ${code}`).sort()).toEqual([
    ...['ann OUT', 'bob READY', 'cy READY'],
  ])
  const events = readEvents(await fetch(address, { headers: { accept: 'text/event-stream' } }))
  const first = agentStatesSchema.parse((await next(events, 'snapshot')).data)
  expect(first.states).toEqual(now.states)
  await turnsTo('cy', 'off')
  const changed = agentStatesSchema.parse((await next(events, 'changes')).data)
  expect(changed.states).toMatchObject([{ agent: 'cy', code: 'OUT', previousCode: 'READY' }])
  const cyWas = first.states.find(({ agent }) => agent === 'cy')?.sequence ?? 0
  expect(changed.states[0]?.sequence).toBe(cyWas + 1)

  await hub.close()
  const keys = new Set(json.receiver.taken.map(({ key }) => key))
  hub = await openTheHub()
  await turnsTo('bob', 'off')
  await vendorHas(json, { 102: 'OUT' })
  const since = json.receiver.taken.slice(keys.size).filter(({ key }) => key.startsWith('states-'))
  const told = since.map(({ body }) => body.toString())
  expect(told.filter((text) => text.includes('"101"'))).toEqual([])
})

import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startDispatch, type Dispatch } from '../../../services/delivery/dispatch.ts'
import { policyOf } from '../../../services/delivery/configured-delivery.ts'
import { openOutbox } from '../../../services/delivery/outbox/outbox.ts'
import { addressOf, bodyKeyOf, createCarrier } from '../../../services/delivery/targets/carriers.ts'
import { targetSchema } from '../../../services/delivery/targets/target.ts'
import { openFeeds, type Feeds } from '../../../services/feeds/feeds.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { createMetrics } from '../../../services/runtime/metrics.ts'
import { createTeller, type Teller } from '../../support/told-feed.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'
import { createCalabrioRta, type CalabrioRta } from '../../vendors/calabrio-rta.ts'
import { openHttpReceiver, type HttpReceiver } from '../../vendors/http-receiver.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let receiver: HttpReceiver
let rta: CalabrioRta
let log: EventLog
let teller: Teller
let place: Place | null

interface Place {
  readonly feeds: Feeds
  readonly dispatch: Dispatch
  close(): Promise<void>
}

beforeEach(async () => {
  folder = await tempFolder()
  receiver = await openHttpReceiver()
  rta = createCalabrioRta('a-key', 'acd')
  receiver.answerBy((request, body) => rta.handle(request, body))
  log = await openEmbeddedLog({ folder: join(folder.path, 'log'), partitions: 2 })
  teller = createTeller(log)
  place = null
})

afterEach(async () => {
  await place?.close()
  await log.close()
  await receiver.close()
  await folder.remove()
})

/** A process that sends: the feed of a log, and a target over SOAP, with its outbox on the disk. */
async function open(states: object = {}, clock = systemClock): Promise<Place> {
  const target = targetSchema.parse({
    ...{ kind: 'http', url: `http://127.0.0.1:${receiver.port}/RTA/TeleoptiRtaService.svc` },
    ...{ auth: { kind: 'body', key: { env: 'A_KEY' } }, failuresToOpen: 2, timeoutSeconds: 5 },
    retry: { firstSeconds: 0.1, maxSeconds: 0.2 },
    states: {
      ...{ mapping: 'wfm', connector: 'calabrio-wfm', form: 'soap', windowSeconds: 0.05 },
      ...{ settings: { sourceId: 'acd' }, ...states },
    },
  })
  const [metrics, env] = [createMetrics(), { A_KEY: 'a-key' }]
  const shared = { clock, logger: silentLogger, metrics }
  const guard = { fallPercentMax: 50, fallMin: 10, believedAfterMs: 900_000 }
  const guardFile = join(folder.path, 'feed-guard.json')
  const feeds = await openFeeds({ log, ...shared, guard, guardFile })
  const dispatch = startDispatch({
    targets: [
      {
        ...{ name: 'rta', kind: 'http', address: addressOf(target), policy: policyOf(target) },
        ...{ carrier: createCarrier(target, env, silentLogger), bodyKey: bodyKeyOf(target, env) },
      },
    ],
    composers: feeds.composersOf({ rta: target }),
    outbox: openOutbox({ folder: join(folder.path, 'delivery'), spaceMinBytes: 0 }),
    ...{ appender: log, ...shared },
  })
  const stop = feeds.startSending(dispatch)
  place = {
    ...{ feeds, dispatch },
    async close() {
      place = null
      await stop()
      await dispatch.close()
      await feeds.close()
    },
  }
  return place
}

const codes = () => Object.fromEntries([...rta.agents].map(([user, { code }]) => [user, code]))

function vendorHas(wanted: Readonly<Record<string, string>>): Promise<void> {
  const isSo = () => Object.entries(wanted).every(([user, code]) => codes()[user] === code)
  return until(`the vendor has ${JSON.stringify(wanted)}`, isSo, {
    ...{ seen: () => JSON.stringify(codes()), forMs: 60_000 },
  })
}

const agents = Array.from({ length: 30 }, (_, n) => `agent-${n}`)
const all = (code: string) => Object.fromEntries(agents.map((agent) => [agent, code]))
const keys = () => receiver.taken.map(({ key }) => key)
const attempts = () => receiver.headers.length

function tried(count: number): Promise<void> {
  return until(`${count} attempts`, () => attempts() >= count, {
    ...{ seen: () => String(attempts()), forMs: 60_000 },
  })
}

test('a target that was away has everybody’s newest state first, and nothing twice by key', async () => {
  const now = Date.now()
  await teller.tell(all('READY'), now)
  await teller.toldUntil(now)
  const { feeds } = await open()
  await vendorHas(all('READY'))
  receiver.become('failing')
  await teller.tell(all('BREAK'), now + 1)
  await tried(attempts() + 5)
  for (const code of ['LUNCH', 'BREAK', 'READY', 'LATE']) await teller.tell(all(code), now + 2)
  const newest = () => [...feeds.board.newest('wfm').values()].map(({ state }) => state.code)
  await until('the feed knows the last', () => newest().every((code) => code === 'LATE'), {
    ...{ seen: () => newest().join(), forMs: 30_000 },
  })
  // What was under way by then had been made before.
  await tried(attempts() + 2)
  const before = keys().length
  receiver.become('well')
  await vendorHas(all('LATE'))
  const after = receiver.taken.slice(before)
  expect(after[0]?.key).toMatch(/^snapshot-/)
  expect(after.map(({ body }) => body.toString()).join('')).not.toMatch(/LUNCH|READY/)
  expect(new Set(keys()).size).toBe(keys().length)
})

test.each(['slow', 'forgetting', 'throttling', 'failing'] as const)(
  'a target that is now well and now %s has the last state of everybody in the end',
  async (mood) => {
    const now = Date.now()
    await teller.toldUntil(now)
    await open()
    for (let turn = 1; turn <= 4; turn++) {
      receiver.become(turn % 2 === 0 ? mood : 'well')
      const from = attempts()
      await teller.tell(all(`C${turn}`), now + turn)
      await tried(from + 1)
    }
    receiver.become('well')
    await vendorHas(all('C4'))
  },
  120_000,
)

test('what happens while nobody sends goes out after the next start, and what had left does not', async () => {
  const now = Date.now()
  await teller.tell(all('READY'), now)
  // No snapshot: the projections have told nothing yet.
  await (await open()).close()
  const first = await open()
  await vendorHas(all('READY'))
  await first.close()
  const before = keys().length
  await teller.tell({ 'agent-3': 'BREAK' }, now + 1)
  await open()
  await vendorHas({ 'agent-3': 'BREAK' })
  const sent = receiver.taken
    .slice(before)
    .map(({ body }) => body.toString())
    .join('')
  expect(sent).not.toContain('agent-4<')
})

test('while the projections are behind nobody is logged out by a snapshot, and changes go all the same', async () => {
  const now = Date.now()
  await teller.tell(all('READY'), now - 400_000)
  await teller.toldUntil(now - 400_000)
  const { feeds } = await open({ snapshotMinutes: 0.1 })
  await vendorHas(all('READY'))
  await teller.tell({ 'agent-1': 'OUT' }, now)
  await vendorHas({ 'agent-1': 'OUT' })
  expect(feeds.statusOf('rta')?.notReady).toMatch(/behind$/)
  expect(keys().some((key) => key.startsWith('snapshot-'))).toBe(false)
  await teller.toldUntil(now)
  await until('a snapshot is told', () => keys().some((key) => key.startsWith('snapshot-')), {
    ...{ seen: () => keys().join(), forMs: 60_000 },
  })
  expect(rta.loggedOut).toEqual([])
})

test('a state that is held back is not told when a newer one comes before it leaves', async () => {
  const began = Date.now()
  await teller.toldUntil(began)
  // Time stands still until both are told.
  let now = () => began
  const { feeds } = await open({ holdBackSeconds: 1 }, { ...systemClock, now: () => now() })
  const knows = (code: string) => {
    const newest = () => feeds.board.newest('wfm').get('ann')?.state.code
    const seen = () => String(newest())
    return until(`the feed knows of ${code}`, () => newest() === code, { seen, forMs: 30_000 })
  }
  for (const code of ['BREAK', 'READY']) {
    await teller.tell({ ann: code }, began)
    await knows(code)
  }
  now = () => Date.now()
  await vendorHas({ ann: 'READY' })
  const told = receiver.taken.filter(({ key }) => key.startsWith('states-'))
  expect(told.map(({ body }) => body.toString()).join('')).not.toContain('BREAK')
})

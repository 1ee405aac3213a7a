import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFeeds, type Feeds } from '../../../services/feeds/feeds.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { createMetrics } from '../../../services/runtime/metrics.ts'
import { createTeller, type Teller } from '../../support/told-feed.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const minuteMs = 60_000
const noon = Date.parse('2026-03-10T12:00:00Z')
const guard = { fallPercentMax: 50, fallMin: 10, believedAfterMs: 15 * minuteMs }
const agents = Array.from({ length: 30 }, (_, n) => `agent-${n}`)

let folder: Awaited<ReturnType<typeof tempFolder>>
let log: EventLog
let teller: Teller
let feeds: Feeds
let now: number
let logged: string[]
let guardFile: string

beforeEach(async () => {
  folder = await tempFolder()
  log = await openEmbeddedLog({ folder: join(folder.path, 'log'), partitions: 2 })
  teller = createTeller(log)
  ;[now, logged, guardFile] = [noon, [], join(folder.path, 'feed-guard.json')]
})

afterEach(async () => {
  await feeds.close()
  await log.close()
  await folder.remove()
})

async function start(lookEveryMs = 10): Promise<void> {
  const clock = { ...systemClock, now: () => now }
  const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) })
  const metrics = createMetrics()
  feeds = await openFeeds({ log, clock, logger, metrics, guard, guardFile, lookEveryMs })
}

async function restart(downMs = 0): Promise<void> {
  await feeds.close()
  now += downMs
  await start()
}

/** Tells of so many agents that they are logged on, and of the others that they are not. */
async function tell(loggedOn: number, by = teller): Promise<void> {
  const codes = agents.map((agent, n) => [agent, n < loggedOn ? 'READY' : 'OUT'])
  await by.tell(Object.fromEntries(codes) as Record<string, string>, now)
}

/** Whether a snapshot may be told, once so many are shown to be logged on. */
async function mayTell(loggedOn: number, mapping = 'wfm') {
  await teller.toldUntil(now)
  const counted = () =>
    [...feeds.board.newest(mapping).values()].filter(({ state }) => state.loggedOn).length
  const isShown = () =>
    feeds.board.isCaughtUp() &&
    counted() === loggedOn &&
    (feeds.board.freshness().toldUntil ?? 0) >= now
  const seen = () => String(counted())
  await until(`${loggedOn} are logged on`, isShown, { seen, forMs: 30_000 })
  return feeds.mayTell(mapping)
}

const ready = { isReady: true }
const heldFor = (retryAfterSeconds: number) => ({
  ...{ isReady: false, retryAfterSeconds },
  reason: 'far fewer agents are logged on than before',
})

test('what is held back is so after a restart, until the hub has looked at it for fifteen minutes, whatever the clock says', async () => {
  await tell(30)
  await start()
  expect(await mayTell(30)).toEqual(ready)
  await tell(2)
  expect(await mayTell(2)).toEqual(heldFor(900))
  now += 4 * minuteMs
  expect(await mayTell(2)).toEqual(heldFor(660))

  const nightMs = 10 * 60 * minuteMs
  await restart(nightMs)
  expect(await mayTell(2)).toEqual(heldFor(660))
  now += minuteMs
  expect(await mayTell(2)).toEqual(heldFor(600))
  await restart(-2 * nightMs)
  expect(await mayTell(2)).toEqual(heldFor(600))

  now += 10 * minuteMs
  expect(await mayTell(2)).toEqual(ready)
  await restart(minuteMs)
  expect(await mayTell(2)).toEqual(ready)
})

test('who is gone after the hub was down is held back once, and who has come back is not', async () => {
  await tell(30)
  await start()
  expect(await mayTell(30)).toEqual(ready)
  await tell(2)
  await restart(3 * 86_400_000)
  expect(await mayTell(2)).toEqual(heldFor(900))
  await tell(28)
  await restart(minuteMs)
  expect(await mayTell(28)).toEqual(ready)
})

test('a hub that is killed knows what it believed', async () => {
  await tell(30)
  await start()
  expect(await mayTell(30)).toEqual(ready)
  const kept = () => readFile(guardFile, 'utf8').catch(() => '')
  const isKept = async () => (await kept()).includes('"believed":30')
  await until('it is kept', isKept, { seen: kept, forMs: 30_000 })
  const killed = join(folder.path, 'killed.json')
  await copyFile(guardFile, killed)
  await feeds.close()
  guardFile = killed
  await tell(2)
  await start()
  expect(await mayTell(2)).toEqual(heldFor(900))
})

test('each mapping is believed by itself; one that is new is, and one that was away is held against what it was', async () => {
  await tell(30)
  await start()
  expect(await mayTell(30)).toEqual(ready)
  const kept = JSON.stringify({
    version: 1,
    mappings: [
      { mapping: 'wfm', believed: 30, fallenForMs: null },
      { mapping: 'away', believed: 30, fallenForMs: null },
    ],
  })
  await feeds.close()
  await writeFile(guardFile, kept)
  // Nothing of it is told by now.
  await start()
  expect(await mayTell(30)).toEqual(ready)
  await restart()
  await tell(2, createTeller(log, 'away'))
  await tell(2, createTeller(log, 'new'))
  expect(await mayTell(2, 'away')).toEqual(heldFor(900))
  expect(await mayTell(2, 'new')).toEqual(ready)
  expect(await mayTell(30)).toEqual(ready)
})

test('a file that cannot be read is told of without its content, and the first look is believed', async () => {
  await writeFile(guardFile, '{"version":1,"mappings":[{"mapping":"secret"')
  await tell(30)
  await start()
  expect(await mayTell(30)).toEqual(ready)
  expect(logged).toHaveLength(1)
  expect(logged[0]).toContain('how many were logged on not readable')
  expect(logged[0]).not.toContain('secret')
  await tell(2)
  await restart()
  expect(await mayTell(2)).toEqual(heldFor(900))
  expect(logged).toHaveLength(1)
})

test('nothing is written while nothing is new', async () => {
  await tell(30)
  await start(3_600_000)
  expect(await mayTell(30)).toEqual(ready)
  await feeds.close()
  await rm(guardFile)
  await start()
  expect(await mayTell(30)).toEqual(ready)
  const isThere = () =>
    readFile(guardFile).then(
      () => true,
      () => false,
    )
  await until('it is written', isThere, { seen: () => 'it is not', forMs: 30_000 })
  await rm(guardFile)
  expect(await mayTell(30)).toEqual(ready)
  await feeds.close()
  expect(await isThere()).toBe(false)
})

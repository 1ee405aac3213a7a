import { afterEach, beforeEach, expect, test } from 'vitest'
import { addEvent, appendAll, type RecordsByTopic } from '../../../services/ingest/records.ts'
import { normaliseTaskRouter } from '../../../services/ingest/sources/twilio-taskrouter.ts'
import { readAgain, type ReadingOptions } from '../../../services/repair/reading.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openTwilioRestServer, type TwilioRestServer } from '../../support/twilio-rest-server.ts'
import { fixturesIn, formOf } from '../ingest/fixtures.ts'
import { eventsIn, listAt, openLedger } from './ledger.ts'
import { numberedEvents, restFixture } from './rest-items.ts'

const minuteMs = 60_000
const from = Date.parse('2026-03-10T14:00:00Z')
const to = from + 60 * minuteMs

let folder: Awaited<ReturnType<typeof tempFolder>>
let ledger: Awaited<ReturnType<typeof openLedger>>
let server: TwilioRestServer | undefined
let clock: ReturnType<typeof createJumpingClock>

beforeEach(async () => {
  folder = await tempFolder()
  clock = createJumpingClock(Date.parse('2026-03-11T00:00:00Z'))
  ledger = await openLedger(folder.path, clock)
})

afterEach(async () => {
  await server?.close()
  server = undefined
  await ledger.close()
  await folder.remove()
})

function reading(url: string, more: Partial<ReadingOptions> = {}): ReadingOptions {
  return {
    ...{ run: 'one', stretch: { from, to }, dryRun: false, clock },
    list: listAt('taskrouter', url, clock),
    journal: ledger.journal,
    merge: ledger.merge,
    onReached: () => undefined,
    ...more,
  }
}

async function appendCallbacks(): Promise<void> {
  const records: RecordsByTopic = new Map()
  for (const path of fixturesIn('taskrouter-callbacks/voice-life')) {
    const verdict = normaliseTaskRouter(formOf(path), clock.now())
    if (verdict.kind !== 'understood') throw new Error(`${path} is not understood`)
    for (const event of verdict.events) addEvent(records, event, () => 2)
  }
  await appendAll(records, (topic, ofTopic) => ledger.log.append(topic, ofTopic))
}

test('the same events by callback and from the list are each there once', async () => {
  server = await openTwilioRestServer({ events: restFixture(), clock })
  await appendCallbacks()
  const before = await eventsIn(ledger.log, 'ledgerline.tasks')
  const read = await readAgain(reading(server.url))
  expect(read).toMatchObject({ read: 11, known: 11, refused: 0, addedAt: [] })
  expect(await eventsIn(ledger.log, 'ledgerline.tasks')).toEqual(before)
})

test('what the list alone has comes into the ledger as the callback would have brought it', async () => {
  server = await openTwilioRestServer({ events: restFixture(), clock })
  const read = await readAgain(reading(server.url))
  expect(read.addedAt).toHaveLength(11)
  const listed = await eventsIn(ledger.log, 'ledgerline.tasks')
  await ledger.close()
  await folder.remove()
  folder = await tempFolder()
  ledger = await openLedger(folder.path, clock)
  await appendCallbacks()
  const called = await eventsIn(ledger.log, 'ledgerline.tasks')
  const facts = (events: typeof listed) =>
    events
      .map(({ type, id, at, task, reservation, worker, queue, channel, direction, status }) => ({
        ...{ type, id, at, task, reservation, worker, queue, channel, direction, status },
      }))
      .toSorted((a, b) => a.id.localeCompare(b.id))
  expect(facts(listed)).toEqual(facts(called))
  expect(new Set(listed.map(({ road }) => road))).toEqual(new Set(['rest']))
})

test('a dry run counts what is missing and leaves everything as it was', async () => {
  server = await openTwilioRestServer({ events: restFixture(), clock })
  const read = await readAgain(reading(server.url, { dryRun: true }))
  expect(read.addedAt).toHaveLength(11)
  expect(await eventsIn(ledger.log, 'ledgerline.tasks')).toEqual([])
  expect(ledger.journal.finishedOf('taskrouter', 0)).toEqual([])
})

test('what cannot be understood goes to the dead letters, and the rest is taken', async () => {
  const [first, ...others] = restFixture()
  const broken = { ...first, sid: 'EVbroken', event_type: undefined }
  server = await openTwilioRestServer({ events: [broken, ...others], clock })
  const read = await readAgain(reading(server.url))
  expect(read).toMatchObject({ read: 11, refused: 1 })
  expect(read.addedAt).toHaveLength(10)
  const ends = await ledger.log.end('ledgerline.dead-letters')
  expect(ends.reduce((sum, end) => sum + end, 0)).toBe(1)
})

test('a run that is broken off goes on behind the windows that it had finished', async () => {
  server = await openTwilioRestServer({ events: numberedEvents(120, from, 30_000), clock })
  let windows = 0
  const broken = readAgain(
    reading(server.url, {
      onReached: () => {
        windows += 1
        if (windows === 4) throw new Error('no longer wanted')
      },
    }),
  )
  await expect(broken).rejects.toThrow('no longer wanted')
  const done = ledger.journal.windowsOf('taskrouter:one')
  expect(done).toHaveLength(3)
  const reached = done.at(-1)?.to ?? 0
  const asked = server.requests.length

  const read = await readAgain(reading(server.url))
  expect(read.skipped).toBe(3)
  const starts = server.requests
    .slice(asked)
    .map((line) => new URL(line.slice(4), 'http://here').searchParams.get('StartDate') ?? '')
  expect(starts.length).toBeGreaterThan(0)
  expect(starts.filter((start) => Date.parse(start) < reached)).toEqual([])
  const ids = (await eventsIn(ledger.log, 'ledgerline.tasks')).map(({ id }) => id)
  expect(new Set(ids).size).toBe(120)

  // Asked for once more after its end, it begins anew: somebody wants to know.
  expect((await readAgain(reading(server.url))).skipped).toBe(0)
})

test('a window that holds too much is halved until it can be held', async () => {
  // Some 27,000 in five minutes, and nothing around them.
  const events = numberedEvents(9_000, from + 10 * minuteMs, 11)
  server = await openTwilioRestServer({ events, clock })
  const read = await readAgain(reading(server.url))
  expect(read.addedAt).toHaveLength(9_000)
  const busiest = Math.max(
    ...ledger.journal.finishedOf('taskrouter', 0).map((window) => window.read),
  )
  expect(busiest).toBeLessThanOrEqual(4_000)
  expect(busiest).toBeGreaterThan(500)
})

test('faults on the way and a limit that is hit lose nothing', async () => {
  const events = numberedEvents(3_000, from, 1_000)
  server = await openTwilioRestServer({
    ...{ events, clock, requestsPerSecondMax: 3 },
    failures: { seed: 7, percent: 25 },
  })
  const list = listAt('taskrouter', server.url, clock, 10)
  const read = await readAgain(reading(server.url, { list }))
  expect(read.addedAt).toHaveLength(3_000)
})

test('refused credentials end the run at once and say what to look at', async () => {
  server = await openTwilioRestServer({ events: [], clock, password: 'another' })
  await expect(readAgain(reading(server.url))).rejects.toThrow(
    /TWILIO_REFUSED: GET taskrouter\.twilio\.com\/v1\/Workspaces\/WS\w+\/Events answers 401 \(Twilio's error 20003\): see TWILIO_ACCOUNT_SID/,
  )
})

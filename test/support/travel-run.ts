import { expect } from 'vitest'
import { z } from 'zod'
import { decodeEvent } from '../../schemas/avro/codec.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { stateSchema } from '../../schemas/feeds/state.ts'
import { shardsOf } from '../../services/live/following.ts'
import { createLedgerView } from '../../services/live/ledger-view.ts'
import type { EventLog, LogRecord, Shard } from '../../services/log/log.ts'
import { appendTick, tickMs } from '../../services/runner/ticker.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { createAgenda } from '../../services/simulator/model/agenda.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import { createRandom } from '../../services/simulator/model/random.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import { anEvent } from './fold-all.ts'
import { openHubWithTables, type HubWithTables } from './hub-with-tables.ts'
import { eventful } from './simulated-day.ts'
import { ledgerEventsOf } from './simulated-ledger.ts'

export interface TravelRunOptions {
  readonly seed: string
  readonly agents: number
  readonly queues: number
  readonly hours: number
  /** Of each topic of the log; 2 unless given. */
  readonly partitions?: number
  /** At how many instants the state is compared. */
  readonly instants: number
}

const startAt = Date.UTC(2026, 2, 10, 14)
const hourMs = 3_600_000

/** What a call about state has answered, without what it says of itself. */
type Shown = Readonly<Record<string, unknown>>

/**
 * A centre whose events come late, twice and out of order, through a real hub, whose answers at random instants are kept. Then
 * the hub is asked for these instants again: with what was known then it says the same, and with all that is known now what
 * the whole ledger comes to when it is cut there.
 */
export async function travelRun(options: TravelRunOptions): Promise<{ readonly compared: number }> {
  const { seed, agents, queues, hours } = options
  const centre = createCentre({ seed, agents, queues, hours: 'always' })
  const endAt = startAt + hours * hourMs
  const arrivals = arrivalsOf(centre, endAt, seed)
  const instants = instantsOf(options, endAt)
  const clock = { now: startAt }
  const hub = await openHubWithTables({
    clock: { ...systemClock, now: () => clock.now },
    partitions: options.partitions ?? 2,
  })
  try {
    const answered = await liveThrough(hub, clock, arrivals, instants, endAt)
    const random = createRandom(seed).split('order')
    const anyOrder = instants.map((at) => ({ at, place: random.next() }))
    for (const { at } of anyOrder.sort((a, b) => a.place - b.place)) {
      const found = await shownAt(hub, answered.get(at)?.parts ?? [], `at=${iso(at)}&as=known`)
      // All that differ are told, because a run takes long.
      expect.soft(found, `as known at ${iso(at)}`).toEqual(answered.get(at)?.shown)
    }
    const cut = await cutLedger(hub.log)
    for (const at of instants) {
      const found = await shownAt(hub, [], `at=${iso(at)}&as=happened`)
      expect.soft(found, `as happened at ${iso(at)}`).toEqual(cut(at))
    }
    return { compared: instants.length }
  } finally {
    await hub.close()
  }
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}

/** What comes next, up to an instant that grows. A week's events do not fit into memory beside a hub. */
type Arrivals = (until: Instant) => readonly LedgerEvent[]

/** Most come within seconds, some minutes late, and some twice; nothing comes before it has happened. */
function arrivalsOf(centre: Centre, endAt: Instant, seed: string): Arrivals {
  const random = createRandom(seed).split('arrivals')
  const lateness = (): number => {
    const kind = random.next()
    const most = kind < 0.7 ? 2_000 : kind < 0.92 ? 60_000 : 480_000
    return Math.round(random.next() * most)
  }
  const sources = ['taskrouter', 'voice'] as const
  const { happenings } = openSimulation({
    ...{ centre, seed, startAt, endAt, sources, behaviour: eventful },
  })
  const coming = createAgenda<LedgerEvent>()
  for (const event of setUp(centre)) coming.add(event.receivedAt, event)
  const happening = happenings[Symbol.iterator]()
  let next = happening.next()
  return (until) => {
    for (; next.done !== true && next.value.at <= until; next = happening.next()) {
      const copies = random.next() < 0.05 ? 2 : 1
      for (let copy = 0; copy < copies; copy++) {
        for (const event of ledgerEventsOf(next.value, centre, next.value.at + lateness())) {
          coming.add(event.receivedAt, event)
        }
      }
    }
    const come: LedgerEvent[] = []
    while ((coming.first()?.at ?? Infinity) <= until) {
      const entry = coming.next()
      if (entry !== undefined) come.push(entry.item)
    }
    return come
  }
}

/** Of every other queue it is told whom it may use. */
function setUp({ queues, workspaceSid }: Centre): readonly LedgerEvent[] {
  return queues
    .filter((_queue, place) => place % 2 === 0)
    .map(({ sid, name, expression }) =>
      anEvent({
        ...{ type: 'task-queue.configured', id: `set-up:${sid}`, workspace: workspaceSid },
        ...{ at: startAt, receivedAt: startAt, queue: sid, queueName: name },
        attributes: JSON.stringify({
          sid,
          friendly_name: name,
          target_workers: expression,
        }),
      }),
    )
}

function instantsOf({ seed, instants }: TravelRunOptions, endAt: Instant): readonly Instant[] {
  const random = createRandom(seed).split('instants')
  const span = endAt - startAt
  const some = Array.from({ length: instants }, () => startAt + Math.ceil(random.next() * span))
  return [...new Set(some)].filter((at) => at % tickMs !== 0).sort((a, b) => a - b)
}

interface Answered {
  readonly shown: Shown
  /** Calls about single things that were made, too. */
  readonly parts: readonly string[]
}

/** The events and the ticks in the order in which they came, with all that follows from them, and what was answered on the way. */
async function liveThrough(
  hub: HubWithTables,
  clock: { now: Instant },
  arrivals: Arrivals,
  instants: readonly Instant[],
  endAt: Instant,
): Promise<ReadonlyMap<Instant, Answered>> {
  const answered = new Map<Instant, Answered>()
  const ticks: Instant[] = []
  for (let at = startAt; at <= endAt + 2 * tickMs; at += tickMs) ticks.push(at)
  const stops = [...ticks, ...instants].sort((a, b) => a - b)
  for (const at of stops) {
    clock.now = at
    await appendEvents(hub.log, arrivals(Math.min(at, endAt)))
    if (at % tickMs === 0) await appendTick(hub.log, at)
    else {
      await hub.inStep()
      await hub.shown()
      const parts = await partsWorthAsking(hub)
      answered.set(at, { parts, shown: await shownAt(hub, parts, '') })
    }
  }
  await hub.inStep()
  return answered
}

/** A task that waits, an agent who works, and a queue. */
async function partsWorthAsking(hub: HubWithTables): Promise<readonly string[]> {
  const state = await ask(hub, '/v1/state')
  const { tasks, agents, queues } = stateSchema.parse(state)
  const waiting = tasks.find(({ isWaiting }) => isWaiting)
  const busy = agents.find(({ legs }) => legs.length > 0)
  return [
    ...(waiting === undefined
      ? []
      : [`/v1/tasks/${waiting.id}/explain`, `/v1/state/tasks/${waiting.id}`]),
    ...(busy === undefined ? [] : [`/v1/state/agents/${busy.id}`]),
    ...queues.slice(0, 1).map(({ id }) => `/v1/state/queues/${id}`),
    '/v1/state/workflows',
  ]
}

async function ask(hub: HubWithTables, url: string): Promise<unknown> {
  const response = await hub.app.inject({ url, headers: { host: 'localhost' } })
  expect(response.statusCode, `${url}: ${response.body.slice(0, 300)}`).toBe(200)
  return response.json()
}

/** What the calls answer, without what they say of themselves, and lists in the order of ids. */
async function shownAt(
  hub: HubWithTables,
  parts: readonly string[],
  query: string,
): Promise<Shown> {
  const shown: Record<string, unknown> = {}
  for (const path of ['/v1/state', ...parts]) {
    shown[path] = bare(await ask(hub, query === '' ? path : `${path}?${query}`))
  }
  return shown
}

const aboutItself = new Set(['asOf', 'as', 'position', 'catchingUp', 'freshness', 'shards'])

function bare(answer: unknown): unknown {
  const fields = Object.entries(z.looseObject({}).parse(answer)).filter(
    ([name]) => !aboutItself.has(name),
  )
  return Object.fromEntries(fields.map(([name, value]) => [name, sorted(value)]))
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? value.toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : 1)) : value
}

function idOf(value: unknown): string {
  return z.looseObject({ id: z.string() }).parse(value).id
}

/** What the whole ledger comes to, cut at instants that grow. */
async function cutLedger(log: EventLog): Promise<(at: Instant) => Shown> {
  // As bytes until their turn comes: all of them decoded would be gigabytes.
  const all: { readonly shard: Shard; readonly record: LogRecord; readonly at: Instant }[] = []
  for (const shard of shardsOf(log)) {
    for await (const records of log.read(shard, 0, 1_000)) {
      for (const record of records) all.push({ shard, record, at: decodeEvent(record.value).at })
    }
  }
  all.sort((a, b) => a.at - b.at)
  let now = 0
  let next = 0
  const view = createLedgerView(log, { now: () => now }, silentLogger, null)
  return (at) => {
    now = at
    for (; next < all.length && (all[next]?.at ?? 0) <= at; next++) {
      const one = all[next]
      if (one === undefined) continue
      const { shard, record } = one
      view.takeEvents(shard, [{ entity: record.key, event: decodeEvent(record.value) }])
    }
    view.refresh()
    const { queues, agents, tasks } = view.publication
    const shown = { queues: [...queues.values()], agents: [...agents.values()] }
    return { '/v1/state': bare({ ...shown, tasks: [...tasks.values()] }) }
  }
}

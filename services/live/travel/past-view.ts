import type { Instant } from '../../../schemas/events/instant.ts'
import { teamOf } from '../../../schemas/events/team.ts'
import { placementsOf } from '../../log/topics.ts'
import { tickMs, tickOf } from '../../runner/ticker.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { liveTopics } from '../following.ts'
import { createLedgerView, type LedgerView } from '../ledger-view.ts'
import type { StateMemory } from '../state-file.ts'
import { countsFrom, type Moment } from './moment.ts'
import { readOpenWork } from './open-work.ts'
import {
  lastTick,
  selectPast,
  selectPastOf,
  selectStretch,
  type PlacedEvent,
} from './past-events.ts'
import { readQueues, type PastQueues } from './past-queues.ts'
import {
  farther,
  isSettled,
  readReaches,
  readReservations,
  readSeldomTold,
  readWorkers,
  type Reach,
} from './past-workers.ts'

/** The state of a moment: what live state would show, had it been fed with what counted by then. */
export interface PastView {
  /** The moment that it is of; grows. */
  readonly moment: Moment
  readonly view: LedgerView
  /** Reads what counts up to a later instant. Answers how to go there, step by step in the order of time. */
  readUntil(to: Instant): Promise<Steps>
}

/** Goes on to an instant up to that which was read; never back. */
export interface Steps {
  goTo(at: Instant): void
}

interface Clock {
  at: Instant
}

export async function openPastView(
  warehouse: Warehouse,
  logger: Logger,
  { at, as }: Moment,
): Promise<PastView> {
  const clock: Clock = { at }
  const moment = (): Moment => ({ at: clock.at, as })
  const queues = await readQueues(warehouse, moment())
  const view = createLedgerView(shape, { now: () => clock.at }, logger, memoryOf(queues))
  const feed = (events: readonly PlacedEvent[]): void => feedView(view, events, moment())

  feed(await selectPast(warehouse, 'ledgerline.config', moment(), setUp))
  const tick = await lastTick(warehouse, at)
  if (tick !== null) feed(everywhere(tick))
  const open = await readOpenWork(warehouse, moment())
  feed(await selectPastOf(warehouse, 'ledgerline.tasks', moment(), [...open.tasks]))
  await feedWorkers(warehouse, view, moment(), open.reservations, feed)
  view.refresh()

  return {
    get moment() {
      return moment()
    },
    view,
    async readUntil(to) {
      const events = [...(await selectStretch(warehouse, moment(), to))]
      feed(await pastOf(warehouse, moment(), events))
      const due = inOrder(events, clock.at, to, as)
      let next = 0
      return {
        goTo(instant) {
          clock.at = instant
          const first = next
          while (next < due.length && (due[next]?.from ?? 0) <= instant) next++
          feed(due.slice(first, next).map(({ placed }) => placed))
          view.sweep()
          view.refresh()
        },
      }
    },
  }
}

/** The past has one partition of each topic: what an entity comes to does not depend on its shard. */
const shape = { partitions: () => 1, epoch: () => 1 }

function memoryOf(queues: PastQueues): StateMemory {
  const memory = { time: 0, tick: 0, known: [], over: [], horizon: 0, entities: [] }
  const shards = liveTopics.map((topic) => ({
    ...{ topic, partition: 0, epoch: 1, nextOffset: 0, newest: [], memory },
  }))
  const { names, places } = queues
  return {
    names: { queues: names, places, agents: [], teams: [] },
    routing: {
      ...{ attributes: [], capacities: [], availabilities: [] },
      ...{ expressions: [], queues: [], workflows: [] },
    },
    shards,
  }
}

/** Of what is set up, and not of what the hub notes about itself. */
const setUp = `e.type = 'definitions.set' OR startsWith(e.type, 'activity.')
  OR startsWith(e.type, 'task-queue.') OR startsWith(e.type, 'workflow.')`

/** What stands under the configuration also stands in every shard that must know it. */
function everywhere(event: PlacedEvent['event']): readonly PlacedEvent[] {
  return placementsOf(event).flatMap(({ topic, everywhere: isToldAll }) => {
    const own = liveTopics.find((each) => each === topic)
    return own === undefined || !isToldAll ? [] : [{ topic: own, entity: '', event }]
  })
}

/** By the clock of what happened an event is there as soon as it happens, whenever it came. */
function feedView(view: LedgerView, placed: readonly PlacedEvent[], { as }: Moment): void {
  const all = placed.flatMap((one) => {
    const told = one.topic === 'ledgerline.config' ? everywhere(one.event) : []
    return [one, ...told]
  })
  for (const topic of liveTopics) {
    const arrivals = all
      .filter((one) => one.topic === topic)
      .map(({ entity, event }) => ({
        entity,
        event: as === 'happened' ? { ...event, receivedAt: event.at } : event,
      }))
    if (arrivals.length > 0) view.takeEvents({ topic, partition: 0 }, arrivals)
  }
}

/** Reads as much of each worker's past as his state at the moment takes. */
async function feedWorkers(
  warehouse: Warehouse,
  view: LedgerView,
  moment: Moment,
  open: ReadonlyMap<string, ReadonlySet<string>>,
  feed: (events: readonly PlacedEvent[]) => void,
): Promise<void> {
  const known = await readReaches(warehouse, moment)
  for (const worker of open.keys()) {
    if (!known.has(worker)) known.set(worker, { toldFrom: 0, workFrom: moment.at })
  }
  let reaches: ReadonlyMap<string, Reach> = known
  const told = createTold()
  while (reaches.size > 0) {
    const events = await readWorkers(warehouse, moment, reaches, open)
    feed(events)
    told.add(events)
    view.refresh()
    reaches = new Map(
      [...reaches].flatMap(([worker, reach]) => {
        const agent = view.details.agent(worker)
        if (isSettled(agent, told.of(worker), reach)) return []
        return [[worker, farther(reach, moment.at)] as const]
      }),
    )
  }
  for (const [what, workers] of told.lacking(known.keys())) {
    const events = await readSeldomTold(warehouse, moment, what, workers)
    // They tell who he is; what he did then is no part of the moment.
    feed(events.map((placed) => ({ ...placed, entity: '' })))
  }
}

/** What the events say of workers that they do not say each time. */
function createTold() {
  const byWorker = new Map<string, PlacedEvent['event'][]>()
  return {
    add(events: readonly PlacedEvent[]): void {
      for (const { entity, event } of events) {
        const own = byWorker.get(entity)
        if (own === undefined) byWorker.set(entity, [event])
        else own.push(event)
      }
    },
    of: (worker: string) => byWorker.get(worker) ?? [],
    lacking(workers: Iterable<string>) {
      const all = [...workers]
      const without = (tells: (event: PlacedEvent['event']) => boolean) =>
        all.filter((worker) => !(byWorker.get(worker) ?? []).some(tells))
      return [
        ['attributes', without(({ type, attributes }) => isOfWorker(type) && attributes !== null)],
        ['team', without((event) => teamOf(event) !== undefined)],
        ['name', without(({ workerName }) => workerName !== null)],
        ['channels', all],
      ] as const
    },
  }
}

function isOfWorker(type: string): boolean {
  return type.startsWith('worker.')
}

/** What came before of the tasks and reservations that the events speak of: some of it was over, and so was not read. */
async function pastOf(
  warehouse: Warehouse,
  moment: Moment,
  events: readonly PlacedEvent[],
): Promise<readonly PlacedEvent[]> {
  const tasks = new Set<string>()
  const reservations = new Map<string, Set<string>>()
  for (const { topic, entity, event } of events) {
    if (topic === 'ledgerline.tasks' && entity !== '') tasks.add(entity)
    if (topic !== 'ledgerline.workers' || event.reservation === null) continue
    const own = reservations.get(entity)
    if (own === undefined) reservations.set(entity, new Set([event.reservation]))
    else own.add(event.reservation)
  }
  return [
    ...(await selectPastOf(warehouse, 'ledgerline.tasks', moment, [...tasks])),
    ...(await readReservations(warehouse, moment, reservations)),
  ]
}

interface Due {
  readonly placed: PlacedEvent
  readonly from: Instant
}

/** The events and the ticks between them, each with the instant from which it counts. */
function inOrder(
  events: readonly PlacedEvent[],
  from: Instant,
  to: Instant,
  as: Moment['as'],
): readonly Due[] {
  const due: Due[] = events.map((placed) => ({ placed, from: countsFrom(placed.event, as) }))
  for (let tick = (Math.floor(from / tickMs) + 1) * tickMs; tick <= to; tick += tickMs) {
    for (const placed of everywhere(tickOf(tick))) due.push({ placed, from: tick })
  }
  return due.sort((a, b) => a.from - b.from)
}

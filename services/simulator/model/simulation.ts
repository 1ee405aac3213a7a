import type { Instant } from '../../../schemas/events/instant.ts'
import { beganWrapUp, becameFree, employ, ringOut } from './agents.ts'
import { usualBehaviour, type Behaviour } from './behaviour.ts'
import type { Centre } from './centre.ts'
import type { Chronicle, OpenChronicle } from './chronicle.ts'
import { openContact, openDoors } from './contacts.ts'
import { beginHandle } from './courses.ts'
import { integer } from './draws.ts'
import type { SimulatedEvent } from './event.ts'
import { watchFaults } from './faults.ts'
import { isOfTaskRouter, sourceOf, type Happening } from './happening.ts'
import { matchQueue, matchWorker } from './matching.ts'
import { watchAdministrators } from './mishaps.ts'
import type { PlannerRecord } from './planner.ts'
import { setUp } from './setup.ts'
import type { SourceName } from './sources.ts'
import { stepTimedOut } from './steps.ts'
import { transferOfferLost } from './transfers.ts'
import { witness } from './witness.ts'
import { later, openWorld, type LegState, type Rules, type World } from './world.ts'

export interface SimulationOptions {
  readonly centre: Centre
  /** Another seed is another day in the same centre. */
  readonly seed: string | number
  readonly startAt: Instant
  /** Nothing at or after this happens. */
  readonly endAt: Instant
  readonly behaviour?: Partial<Behaviour>
  /** Who speaks; TaskRouter alone unless given. Its events are then the same, byte for byte, as before others could speak. */
  readonly sources?: readonly SourceName[]
  /** `false`: the chronicle forgets, so that a year takes no more memory than a day; nobody can ask for the truth then. */
  readonly keepTruth?: boolean
  /**
   * Told of what the planner tells: the plan of a shift as it begins, what is planned otherwise in the end, and what is agreed
   * beside it. Without it nobody plans.
   */
  readonly onPlan?: (told: PlannerRecord) => void
}

export interface Simulation {
  readonly options: SimulationOptions
  /** What its sources say, in the order of time. It can be gone through once; the chronicle grows with it. */
  readonly happenings: Iterable<Happening>
  /** The same, but only what TaskRouter says. */
  readonly events: Iterable<SimulatedEvent>
  /** The truth up to the last event that was taken. */
  readonly chronicle: Chronicle
}

/** A stretch of a contact centre's life. The same options give the same events, byte for byte. */
export function openSimulation(options: SimulationOptions): Simulation {
  const { centre, seed, startAt } = options
  const behaviour = { ...usualBehaviour, ...options.behaviour }
  const sources = options.sources ?? ['taskrouter']
  const { onPlan = null } = options
  const world = openWorld({ centre, behaviour, seed, startAt, sources, onPlan }, rules)
  const happenings = spokenBy(new Set(sources), run(world, options))
  return { options, happenings, events: ofTaskRouter(happenings), chronicle: world.chronicle }
}

/** TaskRouter routes also where nobody hears of it. */
function* spokenBy(
  sources: ReadonlySet<SourceName>,
  happenings: Iterable<Happening>,
): Generator<Happening> {
  for (const happening of happenings) if (sources.has(sourceOf(happening))) yield happening
}

function* ofTaskRouter(happenings: Iterable<Happening>): Generator<SimulatedEvent> {
  for (const happening of happenings) if (isOfTaskRouter(happening)) yield happening
}

function* run(world: World, options: SimulationOptions): Generator<Happening> {
  const { endAt, keepTruth = true } = options
  if (world.startAt >= endAt) return
  setUp(world)
  for (const worker of world.workers) {
    employ(world, worker, world.startAt)
    watchAdministrators(world, worker, world.startAt)
  }
  for (const queue of world.queues.values()) openDoors(world, queue)
  if (world.speech !== null) watchFaults(world, world.speech)
  yield* taken(world)
  for (let next = world.agenda.next(); next !== undefined; next = world.agenda.next()) {
    if (next.at >= endAt) return
    world.now = next.at
    next.item()
    yield* taken(world)
    if (!keepTruth) forget(world.chronicle)
  }
}

/** Drops what is written down. What still goes on is known to the world itself. */
function forget(chronicle: OpenChronicle): void {
  const { tasks, visits, legs, transfers, activitySpans, contacts, ties } = chronicle
  const { shifts, readings, agreements } = chronicle
  if (tasks.length < forgottenAtOnce) return
  const plans = [shifts, readings, agreements]
  const all = [tasks, visits, legs, transfers, activitySpans, contacts, ties, ...plans]
  for (const records of all) records.length = 0
}

const forgottenAtOnce = 1_000

function taken(world: World): readonly Happening[] {
  const { outbox } = world
  if (outbox.length > 0) world.outbox = []
  return outbox
}

const rules: Rules = {
  matchQueue,
  matchWorker,
  openContact,
  beginHandle,
  beganWrapUp,
  becameFree,
  offerLost,
  ...witness,
}

function offerLost(world: World, leg: LegState): void {
  const { task, worker, transfer, record } = leg
  if (record.offerEnd?.outcome === 'timeout') ringOut(world, worker)
  if (transfer !== null) transferOfferLost(world, transfer)
  if (task.stepIsDue) {
    stepTimedOut(world, task)
    return
  }
  const { queue } = task
  if (queue === null) return
  later(world, integer(task.random, 80, 400), () => matchQueue(world, queue))
}

import type { Instant, Span } from '../../../schemas/events/instant.ts'
import { setActivity } from './activity.ts'
import type { ActivityName } from './centre.ts'
import type { RestRecord } from './chronicle.ts'
import { chance, integer } from './draws.ts'
import { startDialling } from './outbound.ts'
import { tellPlans } from './planner.ts'
import { nextShift, type Shift } from './shifts.ts'
import { planShift, type Plan } from './shift-plan.ts'
import { later, type WorkerState, type World } from './world.ts'

/** Sets an agent's shifts going, one after the other. */
export function employ(world: World, worker: WorkerState, after: Instant): void {
  const shift = nextShift(world.centre, worker.agent, after, world.startAt, worker.random)
  world.agenda.add(shift.from, () => {
    if (worker.deleted) return
    signIn(world, worker, shift)
    employ(world, worker, shift.to)
  })
}

/** The agent rang out: he is taken out of routing, and comes back when he notices. */
export function ringOut(world: World, worker: WorkerState): void {
  const { random } = worker
  const isOffline = chance(random, world.behaviour.ringOutOffline)
  later(world, integer(random, 4, 20), () => {
    const activity = isOffline ? 'Offline' : 'Unavailable'
    setActivity(world, worker, activity)
    comeBack(world, worker, activity, integer(random, 15_000, 360_000))
  })
}

/** Talk is over: some pick the next activity while they still wrap up. */
export function beganWrapUp(world: World, worker: WorkerState): void {
  const { wanted } = worker
  if (wanted === null || worker.handles.size > 1 || !chance(worker.random, 0.6)) return
  later(world, integer(worker.random, 800, 9_000), () => {
    if (worker.wanted === wanted) take(world, worker)
  })
}

/** Nothing in hand: what the agent has been waiting for can begin. */
export function becameFree(world: World, worker: WorkerState): void {
  if (worker.wanted === null || isBusy(worker)) return
  later(world, integer(worker.random, 5, 30), () => {
    if (worker.wanted !== null && !isBusy(worker)) take(world, worker)
  })
}

function signIn(world: World, worker: WorkerState, shift: Shift): void {
  worker.onShift = true
  worker.leaving = false
  worker.wanted = null
  setActivity(world, worker, 'Available')
  const plans = planShift(world.centre, worker, shift)
  tellSchedule(world, worker, shift.planned, plans)
  for (const plan of plans) {
    if (plan.at <= world.now) continue
    world.agenda.add(plan.at, () => {
      if (worker.onShift && !worker.leaving) want(world, worker, plan)
    })
  }
  startDialling(world, worker, shift.to)
  world.agenda.add(Math.max(shift.to, world.now + 1), () => leave(world, worker))
}

/** As a planner has it: what an agent then does is another matter. */
function tellSchedule(
  world: World,
  { agent }: WorkerState,
  { from, to }: Span,
  plans: readonly Plan[],
): void {
  const rests: RestRecord[] = []
  for (const { activity, planned } of plans) {
    if (planned === null) continue
    const begin = Math.max(planned.from, rests.at(-1)?.to ?? from)
    const end = Math.min(planned.to, to)
    if (begin < end) rests.push({ from: begin, to: end, activity })
  }
  const shift = { agent: agent.sid, toldAt: world.now, from, to, rests }
  world.chronicle.shifts.push(shift)
  tellPlans(world, shift)
}

/** A planned activity is due. Whoever is busy waits for a good moment, but not for ever. */
function want(world: World, worker: WorkerState, plan: Pick<Plan, 'activity' | 'lengthMs'>): void {
  const wanted = { activity: plan.activity, lengthMs: plan.lengthMs }
  worker.wanted = wanted
  if (!isBusy(worker)) {
    take(world, worker)
    return
  }
  later(world, integer(worker.random, 120_000, 420_000), () => {
    if (worker.wanted === wanted) take(world, worker)
  })
}

function take(world: World, worker: WorkerState): void {
  const { wanted } = worker
  if (wanted === null) return
  worker.wanted = null
  setActivity(world, worker, wanted.activity)
  if (wanted.lengthMs !== null) comeBack(world, worker, wanted.activity, wanted.lengthMs)
  else worker.onShift = false
}

function comeBack(world: World, worker: WorkerState, from: ActivityName, afterMs: number): void {
  later(world, afterMs, () => {
    if (!worker.onShift || worker.activity.name !== from) return
    if (worker.wanted !== null && !isBusy(worker)) {
      take(world, worker)
      return
    }
    setActivity(world, worker, 'Available')
  })
}

/** The shift is over: at once, when the last contact is done, or with work still open. */
function leave(world: World, worker: WorkerState): void {
  if (!worker.onShift || worker.deleted) return
  const { random } = worker
  worker.leaving = true
  const home = { activity: 'Offline', lengthMs: null } as const
  if (!isBusy(worker) || chance(random, world.behaviour.leaveWithWork)) {
    worker.wanted = home
    take(world, worker)
    return
  }
  // Most see to it that nothing new is offered to them meanwhile.
  if (chance(random, 0.7)) setActivity(world, worker, 'Unavailable')
  want(world, worker, home)
}

function isBusy(worker: WorkerState): boolean {
  return worker.offers.size > 0 || worker.handles.size > 0
}

import type { Behaviour } from '../../services/simulator/model/behaviour.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import type { SimulatedEvent } from '../../services/simulator/model/event.ts'
import { isOfTaskRouter, type Happening } from '../../services/simulator/model/happening.ts'
import type { PlannerRecord } from '../../services/simulator/model/planner.ts'
import { openSimulation, type Simulation } from '../../services/simulator/model/simulation.ts'
import type { SourceName } from '../../services/simulator/model/sources.ts'

/** A Tuesday, from midnight in New York. */
export const dayStartsAt = Date.UTC(2026, 2, 10, 4)
const hourMs = 3_600_000

export interface SimulatedDay {
  readonly simulation: Simulation
  /** What all of its sources say, and of it what TaskRouter says. */
  readonly happenings: readonly Happening[]
  readonly events: readonly SimulatedEvent[]
  /** What its planner tells, in the order of time. */
  readonly plans: readonly PlannerRecord[]
}

export interface DayOptions {
  readonly seed?: string | number
  readonly agents?: number
  readonly queues?: number
  readonly hours?: number
  readonly behaviour?: Partial<Behaviour>
  readonly sources?: readonly SourceName[]
  /** Whether a planner tells what agents are to do. */
  readonly isPlanned?: boolean
}

/** A day of a small centre, gone through to its end. */
export function simulateDay(options: DayOptions = {}): SimulatedDay {
  const { seed = 'a day', agents = 24, queues = 10, hours = 24, behaviour = {} } = options
  const plans: PlannerRecord[] = []
  const simulation = openSimulation({
    centre: createCentre({ seed, agents, queues }),
    seed,
    startAt: dayStartsAt,
    endAt: dayStartsAt + hours * hourMs,
    behaviour,
    ...(options.sources === undefined ? {} : { sources: options.sources }),
    ...(options.isPlanned === true ? { onPlan: (record) => plans.push(record) } : {}),
  })
  const happenings = [...simulation.happenings]
  return { simulation, happenings, events: happenings.filter(isOfTaskRouter), plans }
}

/** Everything that is rare happens all the time. */
export const eventful: Partial<Behaviour> = {
  ringOut: 0.08,
  reject: 0.06,
  setUpFails: 0.05,
  noWrapUp: 0.15,
  emptyWrapUp: 0.1,
  missingEnd: 0.05,
  reversedEnds: 0.2,
  coldTransfer: 0.12,
  warmTransfer: 0.1,
  warmQueueTransfer: 0.08,
  chatTransfer: 0.2,
  fallBack: 0.06,
  callback: 0.6,
  moveWhileRinging: 0.6,
  outboundPerHour: 3,
  outboundFails: 0.2,
  deletedTask: 0.02,
  deletedWorker: 150,
  administration: 300,
  leaveWithWork: 0.5,
  snap: 0.5,
  sameMoment: 0.2,
  contained: 0.35,
  hold: 0.7,
  holdLeftOpen: 0.3,
  unlabelled: 0.4,
  insights: 0.6,
  comesBack: 0.3,
  staysOpen: 0.2,
}

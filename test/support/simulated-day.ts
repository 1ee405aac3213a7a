import type { Behaviour } from '../../services/simulator/model/behaviour.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import type { SimulatedEvent } from '../../services/simulator/model/event.ts'
import { openSimulation, type Simulation } from '../../services/simulator/model/simulation.ts'

/** A Tuesday, from midnight in New York. */
export const dayStartsAt = Date.UTC(2026, 2, 10, 4)
const hourMs = 3_600_000

export interface SimulatedDay {
  readonly simulation: Simulation
  readonly events: readonly SimulatedEvent[]
}

export interface DayOptions {
  readonly seed?: string | number
  readonly agents?: number
  readonly queues?: number
  readonly hours?: number
  readonly behaviour?: Partial<Behaviour>
}

/** A day of a small centre, gone through to its end. */
export function simulateDay(options: DayOptions = {}): SimulatedDay {
  const { seed = 'a day', agents = 24, queues = 10, hours = 24, behaviour = {} } = options
  const simulation = openSimulation({
    centre: createCentre({ seed, agents, queues }),
    seed,
    startAt: dayStartsAt,
    endAt: dayStartsAt + hours * hourMs,
    behaviour,
  })
  return { simulation, events: [...simulation.events] }
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
}

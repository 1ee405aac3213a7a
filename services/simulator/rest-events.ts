import type { Instant } from '../../schemas/events/instant.ts'
import { openSimulation, type SimulationOptions } from './model/simulation.ts'
import { toRestEvent, type RestEvent } from './wire/rest-event.ts'

/**
 * What TaskRouter's Events resource would list of a stretch, oldest first. The stretch is simulated again for it: the same
 * options give the same events, so nothing needs to be kept for the day on which somebody asks.
 */
export function* restEvents(
  options: SimulationOptions,
  window: { readonly from: Instant; readonly to: Instant },
): Generator<RestEvent> {
  for (const event of openSimulation({ ...options, keepTruth: false }).events) {
    if (event.at >= window.to) return
    if (event.at >= window.from) yield toRestEvent(event, options.centre)
  }
}

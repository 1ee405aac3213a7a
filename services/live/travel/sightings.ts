import type { StateClock } from '../../../schemas/feeds/state.ts'

/** Whether something was told on a day, as far as it counts by the clock, of `routing_sightings`; wants the parameter `at`. */
export function sightingCountsSql(as: StateClock): string {
  const first = as === 'happened' ? 'first_at' : 'first_received_at'
  return `${first} <= fromUnixTimestamp64Milli({at:Int64})`
}

import { integer } from './draws.ts'
import type { Roster } from './centre.ts'
import type { Random } from './random.ts'

/**
 * Gives each of a queue's agents the shift that covers what the shifts given so far leave open, so that staff follows
 * demand, as a planner would have it. Hours are those of the centre's zone.
 */
export function planRosters(count: number, shape: readonly number[], random: Random): Roster[] {
  const demand = scaled(shape, count)
  const covered = new Array<number>(48).fill(0)
  return Array.from({ length: count }, (_, index) => {
    const lengthMinutes = lengths[index % lengths.length] ?? 510
    const startMinute = bestStart(demand, covered, lengthMinutes)
    for (const slot of slotsOf(startMinute, lengthMinutes)) covered[slot] = (covered[slot] ?? 0) + 1
    return { daysOff: daysOff(random), startMinute, lengthMinutes }
  })
}

/** The hours per day that rosters put on the floor. */
export function rosteredMinutes(rosters: readonly Roster[]): number {
  return rosters.reduce((sum, roster) => sum + roster.lengthMinutes, 0)
}

/** Full time with an unpaid half hour, and a part-timer now and then. */
const lengths = [510, 510, 540, 510, 360, 510, 540, 510, 300, 510]

/** The share of agents who work on each day of the week, from Sunday, with the days off below. */
export const staffedByWeekday = [0.15, 0.85, 1, 1, 1, 0.85, 0.15]

function daysOff(random: Random): readonly number[] {
  const draw = integer(random, 1, 100)
  if (draw <= 70) return [0, 6]
  return draw <= 85 ? [0, 1] : [5, 6]
}

/** Half-hour slots of the demand curve, in agents. */
function scaled(shape: readonly number[], count: number): readonly number[] {
  const meanSlots = 17
  const total = shape.reduce((sum, weight) => sum + 2 * weight, 0)
  return shape
    .flatMap((weight) => [weight, weight])
    .map((weight) => (total === 0 ? 0 : (weight / total) * count * meanSlots))
}

function bestStart(demand: readonly number[], covered: readonly number[], minutes: number): number {
  let best = 480
  let bestGain = -Infinity
  for (let start = 360; start <= 960; start += 30) {
    const gain = slotsOf(start, minutes).reduce(
      (sum, slot) => sum + Math.max(-0.5, (demand[slot] ?? 0) - (covered[slot] ?? 0)),
      0,
    )
    if (gain > bestGain) [best, bestGain] = [start, gain]
  }
  return best
}

function slotsOf(startMinute: number, minutes: number): number[] {
  const first = Math.floor(startMinute / 30)
  const last = Math.min(48, Math.ceil((startMinute + minutes) / 30))
  return Array.from({ length: last - first }, (_, index) => first + index)
}

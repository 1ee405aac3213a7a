import type { Instant, Span } from '../../../schemas/events/instant.ts'
import { dayMs, dayStart } from '../../time/interval.ts'
import type { Agent, Centre } from './centre.ts'
import { integer, normal } from './draws.ts'
import { hireWithinMs } from './setup.ts'
import type { Random } from './random.ts'
import { fromWallClock } from './zone.ts'

/** When an agent means to be there, and when the schedule wants him there. */
export interface Shift extends Span {
  readonly planned: Span
}

/**
 * The agent's next shift that ends after `after`. Whoever is in the middle of one when the run begins signs in within the
 * run's first minute and a half.
 */
export function nextShift(
  centre: Centre,
  agent: Agent,
  after: Instant,
  startAt: Instant,
  random: Random,
): Shift {
  const earliest = startAt + hireWithinMs + integer(random, 500, 90_000)
  if (centre.hours === 'always') {
    const from = after <= startAt ? earliest : after + integer(random, 6 * 60_000, 20 * 60_000)
    const to = from + integer(random, 3 * 3_600_000, 6 * 3_600_000)
    return { from, to, planned: { from: minuteOf(from), to: minuteOf(to) } }
  }
  for (let day = dayStart(after) - dayMs; ; day += dayMs) {
    const weekday = new Date(day).getUTCDay()
    if (agent.roster.daysOff.includes(weekday)) continue
    const rostered = hoursOf(agent, day)
    if (rostered.to <= Math.max(after + 60_000, startAt + 300_000)) continue
    if (rostered.from < after) {
      if (after > startAt) continue
      return { from: earliest, to: rostered.to, planned: rostered }
    }
    // People are not punctual: a little early, or rather late.
    const from = Math.max(earliest, rostered.from + Math.round(normal(random, 20_000, 90_000)))
    const to = Math.max(from + 600_000, rostered.to + integer(random, -30_000, 120_000))
    return { from, to, planned: rostered }
  }
}

function minuteOf(at: Instant): Instant {
  return at - (at % 60_000)
}

/** The roster's hours on one date of the agent's wall clock. */
function hoursOf(agent: Agent, day: Instant): Span {
  const from = fromWallClock(agent.zone, day + agent.roster.startMinute * 60_000)
  return { from, to: from + agent.roster.lengthMinutes * 60_000 }
}

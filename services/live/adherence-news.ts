import { isDeepStrictEqual } from 'node:util'
import type { Instant } from '../../schemas/events/instant.ts'
import type { AgentNow } from '../../schemas/feeds/adherence.ts'
import { parametersAt } from '../projections/adherence-spans.ts'
import { todayOf, type AdherenceDay, type AgentDay, type Day } from './adherence-day.ts'

/**
 * Whether there is more to tell of an agent than that time has gone on since he was told of, on the same day: he does or is
 * to do something else, or what his day had counted as by then is otherwise, as when an absence is excused afterwards.
 */
export function isNews(
  told: AgentNow,
  toldAt: Instant,
  { now, spans }: AgentDay,
  day: Day,
): boolean {
  const apart = (agent: AgentNow) => ({ ...agent, today: null })
  if (!isDeepStrictEqual(apart(told), apart(now))) return true
  return !isDeepStrictEqual(told.today, todayOf(spans, { from: day.from, to: toldAt }))
}

/**
 * Before which instant time alone changes nothing but what goes on with the clock: a border of somebody's plan, of what was
 * agreed beside it, of parameters, of a gap or of the day, or the end of somebody's grace. `Infinity`: never.
 */
export function changesAt({ day, agents }: AdherenceDay): Instant {
  let next = Infinity
  const consider = (at: Instant) => {
    // At the border itself the day still ends with what ends there, and may yet be judged otherwise.
    if (at >= day.now) next = Math.min(next, at)
  }
  consider(day.to)
  for (const { time, spans } of agents) {
    for (const pieces of [time.plan, time.exceptions, time.gaps]) {
      for (const { from, to } of pieces) {
        consider(from)
        consider(to)
      }
    }
    for (const { from } of time.parameters) consider(from)
    const run = spans.at(-1)?.run ?? null
    if (run === null) continue
    const { graceMs } = parametersAt(time, run.from)
    // What begins later has the same or a later end; a change of the plan gives grace anew.
    for (const { from } of run.parts) consider(from + graceMs)
  }
  return next
}

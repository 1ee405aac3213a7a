import type { Instant, Span } from '../../../schemas/events/instant.ts'
import { intervalStart, quarterHourMs } from '../../time/interval.ts'
import type { ActivityName, Centre } from './centre.ts'
import { chance, integer } from './draws.ts'
import type { Random } from './random.ts'
import type { WorkerState } from './world.ts'

/** What an agent means to do at a certain time, and for how long; `null`: until the next shift. */
export interface Plan {
  readonly at: Instant
  readonly activity: ActivityName
  readonly lengthMs: number | null
  /** As a planner has it in the schedule; `null`: nobody planned it. */
  readonly planned: Span | null
}

/** Breaks and lunch by the length of the shift; meetings, training and the rest as they come. */
export function planShift(centre: Centre, worker: WorkerState, shift: Span): readonly Plan[] {
  const { random } = worker
  const length = shift.to - shift.from
  const hours = length / 3_600_000
  const plans = [
    ...(hours >= 3 ? [rest(shift, 'Break', 0.27, 15, random)] : []),
    ...(hours >= 5.5 ? [rest(shift, 'Lunch', 0.5, chance(random, 0.7) ? 30 : 60, random)] : []),
    ...(hours >= 5.5 ? [rest(shift, 'Break', 0.76, 15, random)] : []),
    ...(centre.hours === 'always' ? [rest(shift, 'Lunch', 0.6, 30, random)] : []),
  ]
  const isVoice = worker.agent.capacity.voice > 0
  for (const extra of extras) {
    if (extra.voiceOnly === true && !isVoice) continue
    if (!chance(random, extra.share)) continue
    const at = momentIn(shift, random)
    const lengthMs = integer(random, extra.minutes[0] * 60_000, extra.minutes[1] * 60_000)
    const from = extra.onTheHour ? intervalStart(at + quarterHourMs / 2, quarterHourMs) : at
    const to = from + Math.ceil(lengthMs / quarterHourMs) * quarterHourMs
    const planned = extra.onTheHour ? { from, to } : null
    plans.push({ at: from, activity: extra.activity, lengthMs, planned })
  }
  return spaced(plans.sort((one, other) => one.at - other.at))
}

interface Extra {
  readonly activity: ActivityName
  readonly share: number
  readonly minutes: readonly [number, number]
  /** Arranged with others, so it begins on the quarter hour, and the schedule has it. */
  readonly onTheHour: boolean
  readonly voiceOnly?: boolean
}

const extras: readonly Extra[] = [
  { activity: 'Meeting', share: 0.15, minutes: [20, 40], onTheHour: true },
  { activity: 'Training', share: 0.06, minutes: [40, 60], onTheHour: true },
  { activity: 'Coaching', share: 0.1, minutes: [25, 35], onTheHour: true },
  { activity: 'Unavailable', share: 0.5, minutes: [2, 6], onTheHour: false },
  { activity: 'System Issue', share: 0.05, minutes: [4, 20], onTheHour: false },
  {
    activity: 'Outbound Campaign',
    share: 0.08,
    minutes: [45, 90],
    onTheHour: true,
    voiceOnly: true,
  },
]

function rest(
  shift: Span,
  activity: ActivityName,
  part: number,
  minutes: number,
  random: Random,
): Plan {
  const length = shift.to - shift.from
  const at = shift.from + length * (part + (random.next() - 0.5) * 0.12)
  // Planned on the five minutes; some come back a little late.
  const planned = Math.round(at / 300_000) * 300_000
  const early = chance(random, 0.5) ? 0 : integer(random, -60_000, 90_000)
  const lengthMs = minutes * 60_000 + integer(random, -60_000, 90_000)
  const span = { from: planned, to: planned + minutes * 60_000 }
  return { at: planned + early, activity, lengthMs, planned: span }
}

function momentIn(shift: Span, random: Random): Instant {
  const margin = 20 * 60_000
  return integer(random, shift.from + margin, Math.max(shift.from + margin, shift.to - 3 * margin))
}

/** What would begin before the activity before it is over falls away. */
function spaced(plans: readonly Plan[]): readonly Plan[] {
  const kept: Plan[] = []
  for (const plan of plans) {
    const last = kept.at(-1)
    if (last === undefined || plan.at > last.at + (last.lengthMs ?? 0) + 600_000) kept.push(plan)
  }
  return kept
}

import type { Instant, Span } from '../../../schemas/events/instant.ts'
import type {
  AgreementRecord,
  PlannedRecord,
  ReadingRecord,
  RestRecord,
  ShiftRecord,
} from './chronicle.ts'
import { chance, integer, pick } from './draws.ts'
import { planCode } from './plan-codes.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

/** What a planner tells the products that measure how agents keep to their plans. */
export type PlannerRecord = ReadingRecord | AgreementRecord

/** Tells the plan of a shift that begins, and in time what becomes of it. Nobody's draws depend on it. */
export function tellPlans(world: World, shift: ShiftRecord): void {
  const { onPlan, chronicle } = world
  if (onPlan === null) return
  const random = world.random.split('planner', shift.agent, shift.toldAt)
  for (const record of plansOf(shift, random)) {
    world.agenda.add(record.toldAt, () => {
      if (record.kind === 'reading') chronicle.readings.push(record)
      else chronicle.agreements.push(record)
      onPlan(record)
    })
  }
}

/**
 * All that is ever planned of a shift: its plan, in one of four shifts another one before it is over, in one of ten a
 * corrected one afterwards, and what is agreed on before or after the fact.
 */
export function plansOf(shift: ShiftRecord, random: Random): readonly PlannerRecord[] {
  return [
    readingOf(shift, shift.rests, shift.to, shift.toldAt),
    ...corrections(shift, random.split('corrections')),
    ...agreements(shift, random.split('agreements')),
  ]
}

const minuteMs = 60_000

/** A plan tells a little more than its shift: that nothing is planned around it. */
function readingOf(
  { agent, from, to: last }: ShiftRecord,
  rests: readonly RestRecord[],
  to: Instant,
  toldAt: Instant,
): ReadingRecord {
  const isCorrected = toldAt > last
  const known = { from: from - 5 * minuteMs, to: to + (isCorrected ? 0 : 120 * minuteMs) }
  return { kind: 'reading', agent, toldAt, ...known, segments: segmentsOf({ from, to }, rests) }
}

/** Training is on its own time: that somebody keeps to it nobody measures. */
function segmentsOf(shift: Span, rests: readonly RestRecord[]): readonly PlannedRecord[] {
  const segments: PlannedRecord[] = []
  let reached = shift.from
  const add = (to: Instant, activity: RestRecord['activity']) => {
    const isTracked = activity !== 'Training'
    if (to > reached) segments.push({ from: reached, to, code: planCode(activity), isTracked })
    reached = Math.max(reached, to)
  }
  for (const rest of rests) {
    add(rest.from, 'Available')
    add(rest.to, rest.activity)
  }
  add(shift.to, 'Available')
  return segments
}

function corrections(shift: ShiftRecord, random: Random): readonly ReadingRecord[] {
  const { from, to, toldAt, rests } = shift
  const told: ReadingRecord[] = []
  const meanwhile = integer(random, Math.max(from, toldAt) + minuteMs, to)
  const moved = movedRest(rests, integer(random, 0, rests.length), pick(random, moves) ?? 0, to)
  if (chance(random, 0.25) && meanwhile > toldAt && meanwhile < to) {
    told.push(readingOf(shift, moved, to, meanwhile))
  }
  const longer = to + (pick(random, [15, 30]) ?? 0) * minuteMs
  const afterwards = to + integer(random, 35 * minuteMs, 300 * minuteMs)
  if (chance(random, 0.1)) {
    told.push(readingOf(shift, told.length > 0 ? moved : rests, longer, afterwards))
  }
  return told
}

const moves = [-15 * minuteMs, 15 * minuteMs, 30 * minuteMs]

/** One rest at another time, and what it then lies on shortened. */
function movedRest(
  rests: readonly RestRecord[],
  index: number,
  byMs: number,
  end: Instant,
): readonly RestRecord[] {
  const rest = rests[index]
  if (rest === undefined) return rests
  const earliest = rests[index - 1]?.to ?? -Infinity
  const from = Math.max(earliest, rest.from + byMs)
  const to = Math.min(from + rest.to - rest.from, rests[index + 1]?.from ?? end)
  if (to <= from) return rests
  return rests.map((one, place) => (place === index ? { ...one, from, to } : one))
}

/** Shares of shifts, and whether it is agreed on before the fact, while it lasts or after it. */
const kinds = [
  { kind: 'excuse', share: 0.2, minutes: [30, 120], agreed: 'after' },
  { kind: 'excuse', share: 0.2, minutes: [30, 120], agreed: 'meanwhile' },
  { kind: 'replace', share: 0.2, minutes: [15, 45], agreed: 'before' },
  { kind: 'exclude', share: 0.12, minutes: [15, 45], agreed: 'meanwhile' },
] as const

function agreements(shift: ShiftRecord, random: Random): readonly AgreementRecord[] {
  const { agent, toldAt } = shift
  const first = Math.max(shift.from, toldAt)
  return kinds.flatMap(({ kind, share, minutes, agreed }): readonly AgreementRecord[] => {
    const own = random.split(kind, agreed)
    // On the five minutes, as people agree on things, and sometimes over the shift's end.
    const from = onFive(integer(own, first, Math.max(first, shift.to)))
    const to = from + onFive(integer(own, minutes[0] * minuteMs, minutes[1] * minuteMs))
    const agreedAt = {
      before: integer(own, toldAt + 1, Math.max(toldAt + 1, from)),
      meanwhile: from + minuteMs,
      after: integer(own, from + minuteMs, to + 180 * minuteMs),
    }[agreed]
    const withdrawnAt = agreedAt + integer(own, 5 * minuteMs, 90 * minuteMs)
    if (!chance(own, share) || to <= from) return []
    const agreement: AgreementRecord = {
      ...{ kind, agent, from, to, toldAt: agreedAt, withdrawn: false },
      id: `${kind}-${agreed}-${agent}-${from}`,
      code: kind === 'replace' ? planCode(chance(own, 0.5) ? 'Meeting' : 'Coaching') : null,
    }
    if (!chance(own, 0.2)) return [agreement]
    return [agreement, { ...agreement, toldAt: withdrawnAt, withdrawn: true }]
  })
}

function onFive(at: number): number {
  return at - (at % (5 * minuteMs))
}

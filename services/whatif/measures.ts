import type { Instant, Span } from '../../schemas/events/instant.ts'
import { groupedBy } from './grouped.ts'
import type { Outcome, StaffedWorker, Stay, Work } from './stretch.ts'

/** How a queue is judged. */
export interface Thresholds {
  readonly slMs: number
  readonly shortMs: number
}

/**
 * The dictionary's names and formulas, over the stays that begin in a stretch (its cohort columns). Null: there is nothing
 * that it could be said of. Lengths are milliseconds.
 */
export type Measures = Readonly<Record<MeasureName, number | null>>
export type MeasureName = (typeof measureNames)[number]

export const measureNames = [
  'offered_count',
  'answered_count',
  'abandoned_count',
  'flowed_out_count',
  'waiting_count',
  'sl_ex_short',
  'abandon_rate',
  'asa_ms',
  'wait_p50_ms',
  'wait_p90_ms',
  'wait_p95_ms',
  'wait_max_ms',
  'occupancy',
] as const

export interface MeasuredOutcome {
  readonly total: Measures
  readonly queues: ReadonlyMap<string, Measures>
}

export interface MeasureOptions {
  readonly counted: Span
  readonly workers: readonly StaffedWorker[]
  readonly thresholdsOf: (queue: string) => Thresholds
  /** The workers of each queue; of them its occupancy is. */
  readonly members: ReadonlyMap<string, ReadonlySet<string>>
}

/** What an outcome comes to: in each queue, and in all of them together. */
export function measure(outcome: Outcome, options: MeasureOptions): MeasuredOutcome {
  const { counted, members, thresholdsOf } = options
  const stays = [...outcome.stays.values()]
    .flat()
    .filter(({ enteredAt }) => enteredAt >= counted.from && enteredAt < counted.to)
  const effort = effortOf(outcome.work, options)
  const byQueue = groupedBy(stays, ({ queue }) => queue)
  const occupancyOf = (queue: string) => {
    const own = members.get(queue)
    return occupancy([...effort].flatMap(([sid, spent]) => (own?.has(sid) === true ? [spent] : [])))
  }
  return {
    total: { ...waits(stays, thresholdsOf), occupancy: occupancy([...effort.values()]) },
    queues: new Map(
      [...byQueue].map(([queue, own]) => [
        queue,
        { ...waits(own, thresholdsOf), occupancy: occupancyOf(queue) },
      ]),
    ),
  }
}

function waits(stays: readonly Stay[], thresholdsOf: MeasureOptions['thresholdsOf']) {
  const ended = stays.flatMap((stay) =>
    stay.exitedAt === null ? [] : [{ ...stay, waitMs: stay.exitedAt - stay.enteredAt }],
  )
  const answered = ended.filter(({ disposition }) => disposition === 'answered')
  const abandoned = ended.filter(({ disposition }) => disposition === 'abandoned')
  const short = abandoned.filter(({ queue, waitMs }) => waitMs < thresholdsOf(queue).shortMs)
  const inTime = answered.filter(({ queue, waitMs }) => waitMs <= thresholdsOf(queue).slMs)
  const sorted = answered.map(({ waitMs }) => waitMs).sort((a, b) => a - b)
  const quantile = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? null
  return {
    offered_count: stays.length,
    answered_count: answered.length,
    abandoned_count: abandoned.length,
    flowed_out_count: ended.length - answered.length - abandoned.length,
    waiting_count: stays.length - ended.length,
    sl_ex_short: ratio(inTime.length, answered.length + abandoned.length - short.length),
    abandon_rate: ratio(abandoned.length, stays.length),
    asa_ms: ratio(
      sorted.reduce((sum, ms) => sum + ms, 0),
      sorted.length,
    ),
    wait_p50_ms: quantile(0.5),
    wait_p90_ms: quantile(0.9),
    wait_p95_ms: quantile(0.95),
    wait_max_ms: ended.reduce<number | null>(
      (most, { waitMs }) => Math.max(most ?? 0, waitMs),
      null,
    ),
  }
}

interface Effort {
  readonly handlingMs: number
  readonly idleMs: number
}

function occupancy(efforts: readonly Effort[]): number | null {
  const sum = (of: keyof Effort) => efforts.reduce((total, effort) => total + effort[of], 0)
  return ratio(sum('handlingMs'), sum('handlingMs') + sum('idleMs'))
}

/**
 * By the clock: two contacts at once are one time of handling. Idle is who could be offered something, and neither handles
 * nor rings.
 */
function effortOf(
  work: readonly Work[],
  { counted, workers }: MeasureOptions,
): ReadonlyMap<string, Effort> {
  const byWorker = groupedBy(work, ({ worker }) => worker)
  return new Map(
    workers.map((worker) => {
      const own = byWorker.get(worker.sid) ?? []
      const handles = lengthOf(
        own.filter(({ kind }) => kind === 'handle'),
        counted,
      )
      const busy = lengthOf(own, counted)
      const free = availableSpans(worker, counted.to)
      const either = lengthOf([...own, ...free], counted)
      return [worker.sid, { handlingMs: handles, idleMs: either - busy }]
    }),
  )
}

/** When a worker could be offered something. */
function availableSpans({ changes }: StaffedWorker, end: Instant): readonly Span[] {
  const activities = changes.filter((change) => change.kind === 'activity')
  return activities.flatMap(({ at, activity }, index) =>
    activity.isAvailable ? [{ from: at, to: activities[index + 1]?.at ?? end }] : [],
  )
}

/** The length of what some spans cover together within another. */
function lengthOf(spans: readonly Span[], within: Span): number {
  let covered = 0
  let until = within.from
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const [begin, end] = [Math.max(from, until), Math.min(to, within.to)]
    if (end <= begin) continue
    covered += end - begin
    until = end
  }
  return covered
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

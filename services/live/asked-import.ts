import type { FileFault } from '../../connectors/file-fault.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { readInstant } from '../time/zone.ts'
import { zoneFaults } from './asked.ts'

// What plans and forecasts that are taken in have in common: of what time a body tells, when it was read, and how its faults are told.

export interface ImportParameters {
  readonly zone: string
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly read_at?: string | undefined
}

export interface ImportTimes {
  /** False: nothing with a local time can be read. */
  readonly isZone: boolean
  /** Null: not told. */
  readonly from: Instant | null
  readonly to: Instant | null
  readonly readAt: Instant
}

/** The times that an import's parameters tell; what is wrong with them is added to `errors`. */
export function importTimes(
  parameters: ImportParameters,
  now: Instant,
  errors: ProblemError[],
): ImportTimes {
  const { zone } = parameters
  const faults = zoneFaults(zone)
  errors.push(...faults)
  const isZone = faults.length === 0
  const instantOf = (field: 'from' | 'to' | 'read_at'): Instant | null => {
    const text = parameters[field]
    if (text === undefined || !isZone) return null
    const read = readInstant(text, zone)
    if (read.kind === 'instant') return read.at
    errors.push({ field, detail: read.detail })
    return null
  }
  const [from, to, readAt] = [instantOf('from'), instantOf('to'), instantOf('read_at') ?? now]
  if (readAt > now) errors.push({ field: 'read_at', detail: 'has not come yet' })
  if (from !== null && to !== null && to <= from) {
    errors.push({ field: 'to', detail: 'is not after from' })
  }
  return { isZone, from, to, readAt }
}

/** Of what time a body tells: as is said, else from the first of its stretches to the last; null: of none. */
export function importSpan(
  { from, to }: Pick<ImportTimes, 'from' | 'to'>,
  stretches: readonly Span[],
): Span | null {
  const span = {
    from: from ?? stretches.reduce((first, one) => Math.min(first, one.from), Infinity),
    to: to ?? stretches.reduce((last, one) => Math.max(last, one.to), -Infinity),
  }
  return span.to > span.from ? span : null
}

/** The same, wide enough for all of what is told of one thing: nothing of a night is lost. */
export function widened({ from, to }: Span, stretches: readonly Span[]): Span {
  return {
    from: stretches.reduce((first, one) => Math.min(first, one.from), from),
    to: stretches.reduce((last, one) => Math.max(last, one.to), to),
  }
}

/** What is wrong with a body, as an answer tells it; of a file that is wrong throughout the beginning is enough. */
export function fileErrors(faults: readonly FileFault[]): readonly ProblemError[] {
  return faults.slice(0, faultsMax).map(({ place, field, detail, choices }) => ({
    field: [place, field].filter((part) => part !== '').join(' '),
    detail,
    ...(choices === undefined ? {} : { choices: [...choices] }),
  }))
}

const faultsMax = 100

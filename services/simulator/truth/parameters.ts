import { quarterHourMs } from '../../time/interval.ts'

/** What the dictionary lets a customer choose; these are its defaults. The classes are in the chronicle already. */
export interface TruthParameters {
  /** A wait of up to this long is within the service level. */
  readonly slThresholdMs: number
  /** An abandon after less than this is short. */
  readonly shortAbandonMs: number
  /** The length of a base interval. */
  readonly intervalMs: number
}

export const defaultTruthParameters: TruthParameters = {
  slThresholdMs: 20_000,
  shortAbandonMs: 5_000,
  intervalMs: quarterHourMs,
}

import type { Span } from '../../../schemas/events/instant.ts'
import { quarterHourMs } from '../../time/interval.ts'

/** What the dictionary lets a customer choose; these are its defaults. The classes are in the chronicle already. */
export interface TruthParameters {
  /** A wait of up to this long is within the service level. */
  readonly slThresholdMs: number
  /** An abandon after less than this is short. */
  readonly shortAbandonMs: number
  /** The length of a base interval. */
  readonly intervalMs: number
  readonly adherence: AdherenceRules
  /** Stretches in which the hub is known to have been told nothing of agents. */
  readonly gaps: readonly Span[]
}

/** By what it is measured how agents keep to their plans. */
export interface AdherenceRules {
  /** The planner's code for each activity, by sid. */
  readonly codes: ReadonlyMap<string, string>
  /** By planned code the codes that satisfy it, where it is not the same one alone. */
  readonly accept: ReadonlyMap<string, readonly string[]>
  /** Whoever works is in the first of them. */
  readonly productive: readonly string[]
  readonly unpaid: readonly string[]
  /** Out of adherence for no longer than this where the plan changes is forgiven whole. */
  readonly graceMs: number
}

export const defaultTruthParameters: TruthParameters = {
  slThresholdMs: 20_000,
  shortAbandonMs: 5_000,
  intervalMs: quarterHourMs,
  adherence: { codes: new Map(), accept: new Map(), productive: [], unpaid: [], graceMs: 0 },
  gaps: [],
}

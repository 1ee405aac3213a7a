import type { Instant } from '../../schemas/events/instant.ts'
import type { LiveState } from '../live/live-state.ts'
import { isClassTold } from '../projections/definitions.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { AlertRules } from './rules/alert-rule.ts'
import type { Observed, ServiceLevel } from './rules/readings.ts'
import { createSampled } from './sampled.ts'
import { readServiceLevels } from './service-levels.ts'

export interface Observing {
  readonly state: LiveState
  readonly warehouse: Warehouse
  readonly logger: Logger
  /** When each source was last heard by the doors of this process. */
  readonly heard: () => Promise<ReadonlyMap<string, Instant>>
  /** Since when who is out of adherence is so, by agent. */
  readonly out: () => Promise<ReadonlyMap<string, Instant>>
  /** Whom targets are told of by a fallback; null: nobody can say for sure. */
  readonly unmapped: () => Observed['unmapped']
  /** Records of the ledger that the tables do not hold yet; null: this process does not write them. */
  readonly tablesLag: () => Promise<number | null>
  /** The time that all rows are as of at the least; null: it is not known. */
  readonly tablesAsOf: () => Promise<Instant | null>
}

/** Brings together what rules look at. What must be asked for is asked for only if a rule looks at it. */
export function createObserver(observing: Observing) {
  const { state, warehouse, logger, heard, out, unmapped, tablesLag, tablesAsOf } = observing
  let wanted: readonly number[] = []
  const serviceLevels = createSampled({
    ask: askServiceLevels,
    onFailure: (error) => logger.warn({ err: error }, 'service levels for alerts not readable'),
  })
  const tables = createSampled({
    ask: tablesLag,
    onFailure: (error) => logger.warn({ err: error }, 'lag of the tables for alerts not readable'),
  })

  const outNow = createSampled({
    ask: async (now) => ((await areBehind(now)) ? null : out()),
    onFailure: (error) => logger.warn({ err: error }, 'adherence for alerts not readable'),
  })

  /** Of whom the tables do not tell yet they would tell what was, or nothing, as if all were well. */
  async function areBehind(now: Instant): Promise<boolean> {
    const asOf = await tablesAsOf()
    return asOf === null || now - asOf > behindMsMax
  }

  async function askServiceLevels(now: Instant) {
    const details = state.details()
    const levels = new Map<number, readonly ServiceLevel[]>()
    if (await areBehind(now)) return levels
    for (const intervals of wanted) {
      const question = {
        ...{ now, intervals, knowledge: details.knowledge() },
        nameOf: (queue: string) => details.names().queue(queue),
      }
      levels.set(intervals, await readServiceLevels(warehouse, question))
    }
    return levels
  }

  async function sources(freshness: ReturnType<LiveState['freshness']>) {
    const last = new Map(await heard())
    for (const { source, newestReceivedAt } of freshness.sources) {
      last.set(source, Math.max(newestReceivedAt, last.get(source) ?? 0))
    }
    // The hub speaks to itself as long as it runs.
    last.delete('ledgerline')
    return [...last].map(([source, receivedAt]) => ({ source, receivedAt }))
  }

  return {
    async observe(rules: AlertRules['rules'], now: Instant): Promise<Observed> {
      const freshness = state.freshness()
      const isPresent = freshness.reading && state.isCaughtUp()
      const all = Object.values(rules)
      wanted = [
        ...new Set(all.flatMap((rule) => (rule.kind === 'service_level' ? [rule.intervals] : []))),
      ]
      const asksTables = all.some((rule) => rule.kind === 'lag' && rule.of.includes('tables'))
      const known = await sources(freshness)
      return {
        state: isPresent ? presentState(state, now) : null,
        serviceLevels: wanted.length > 0 && isPresent ? serviceLevels.latest(now) : null,
        out: all.some(({ kind }) => kind === 'out_of_adherence') ? outNow.latest(now) : null,
        unmapped: all.some(({ kind }) => kind === 'unmapped_activity') ? unmapped() : null,
        sources: known,
        lag: {
          state: freshness.lagRecords,
          tables: asksTables ? tables.latest(now) : null,
        },
      }
    },
    /** Resolves when nothing is being asked for any more. */
    async close(): Promise<void> {
      await serviceLevels.settled()
      await tables.settled()
      await outNow.settled()
    },
  }
}

/** A tick comes once a minute; the rest is for partitions that lie apart, and for the time that writing takes. */
const behindMsMax = 5 * 60_000

function presentState(state: LiveState, now: Instant): NonNullable<Observed['state']> {
  const publication = state.current()
  const knowledge = state.details().knowledge()
  return {
    // Several rules go through them, so an iterator that is used up will not do.
    queues: [...publication.queues.values()],
    agents: [...publication.agents.values()],
    isClassTold: (activity) => isClassTold(knowledge, activity, now),
  }
}

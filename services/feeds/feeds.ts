import type { AgentState } from '../../connectors/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { DeliveryTarget } from '../../schemas/feeds/delivery.ts'
import type { Composer } from '../delivery/compose.ts'
import type { Dispatch } from '../delivery/dispatch.ts'
import type { Targets } from '../delivery/targets/target.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { openAgentStateBoard, type AgentStateBoard, type Readiness } from './agent-state-board.ts'
import { createFeedComposer } from './feed-composer.ts'
import { feedPlanOf, type FeedPlan } from './feed-plan.ts'
import { startFeedSender } from './feed-sender.ts'
import { openGuardedSnapshots } from './guarded-snapshots.ts'
import { fromOutbox, toConnector, toOutbox } from './outbox-state.ts'
import type { GuardPolicy } from './snapshot-guard.ts'

export interface FeedsOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly guard: GuardPolicy
  /** What the guard believes, for the next start. */
  readonly guardFile: string
  readonly lookEveryMs?: number
}

/** The adherence feed in this process: what it says now, and those who are told of it. */
export interface Feeds {
  readonly board: AgentStateBoard
  /** Whether everybody's state may be told in the words of a mapping's target. */
  readonly mayTell: (mapping: string) => Readiness
  /** How targets with states are told of them. Throws CONFIG_INVALID. */
  composersOf(targets: Targets['targets']): ReadonlyMap<string, Composer>
  /** From now on these targets are told; answers how to end that. */
  startSending(dispatch: Pick<Dispatch, 'putStates' | 'tellEverybody'>): () => Promise<void>
  /** Null: the target is not told of agents. */
  planOf(target: string): Pick<FeedPlan, 'connector' | 'mapping' | 'identities'> | null
  /** Null: the target is not told of agents. */
  presentTo(target: string): Present | null
  /** Null: the target is not told of agents. */
  statusOf(target: string): DeliveryTarget['agents']
  close(): Promise<void>
}

/** What everybody is, for a target that asks. */
export interface Present {
  readonly connector: string | null
  readonly readiness: Readiness
  /** By what the target knows them; nobody while it is not ready. */
  readonly states: readonly AgentState[]
}

interface Told {
  readonly plan: FeedPlan
  readonly unknown: Set<string>
  lastDeliveredAt: Instant | null
  snapshotFault: string | null
}

export async function openFeeds(options: FeedsOptions): Promise<Feeds> {
  const { log, clock, logger, metrics, guardFile: memoryFile } = options
  const board = openAgentStateBoard({ log, clock, logger })
  const guarded = await openGuardedSnapshots({ ...options, board, memoryFile })
  const mayTell = (mapping: string) => guarded.mayTell(mapping)
  const targets = new Map<string, Told>()

  function everybody({ plan }: Told) {
    if (!mayTell(plan.mapping).isReady) return null
    const states = [...board.newest(plan.mapping).values()]
    return states.flatMap((state) => {
      const put = toOutbox(state, plan.identities, board.epoch())
      return put === 'missing' || put === 'left out' ? [] : [put]
    })
  }

  function composerOf(told: Told): Composer {
    const { target } = told.plan
    return createFeedComposer({
      plan: told.plan,
      everybody: () => {
        told.snapshotFault = null
        return everybody(told)
      },
      onDelivered(states, now) {
        told.lastDeliveredAt = now
        metrics.feedLastDelivered.set({ target }, now / 1000)
        for (const { causeAt } of states) {
          metrics.feedSeconds.observe({ target }, Math.max(0, now - causeAt) / 1000)
        }
      },
      onFault(detail) {
        told.snapshotFault = detail
        // The detail names an agent.
        logger.error({ target }, 'no snapshot is told: somebody cannot be put in its words')
      },
    })
  }

  metrics.onRead(() => {
    metrics.feedToldUntil.set((board.freshness().toldUntil ?? 0) / 1000)
    for (const [target, { unknown }] of targets) {
      metrics.feedUnknownAgents.set({ target }, unknown.size)
    }
    return Promise.resolve()
  })

  return {
    board,
    mayTell,
    composersOf(all) {
      for (const [target, of] of Object.entries(all)) {
        if (of.states === undefined) continue
        const plan = feedPlanOf(target, of, of.states)
        targets.set(target, {
          plan,
          unknown: new Set(),
          lastDeliveredAt: null,
          snapshotFault: null,
        })
      }
      return new Map([...targets].map(([target, told]) => [target, composerOf(told)]))
    },
    startSending(dispatch) {
      const senders = [...targets.values()].map(({ plan, unknown }) =>
        startFeedSender({
          ...{ plan, board, dispatch, clock, logger, unknown },
          mayTell: () => mayTell(plan.mapping),
        }),
      )
      return async () => {
        await Promise.all(senders.map((sender) => sender.close()))
      }
    },
    planOf: (target) => targets.get(target)?.plan ?? null,
    presentTo(target) {
      const told = targets.get(target)
      if (told === undefined) return null
      const { connector, mapping } = told.plan
      const states = (everybody(told) ?? []).flatMap((one) => toConnector(fromOutbox(one)))
      return { connector, readiness: mayTell(mapping), states }
    },
    statusOf(target) {
      const told = targets.get(target)
      if (told === undefined) return null
      const { plan, unknown, lastDeliveredAt, snapshotFault } = told
      const readiness = mayTell(plan.mapping)
      return {
        ...{ mapping: plan.mapping, lastDeliveredAt, snapshotFault, unknown: unknown.size },
        notReady: readiness.isReady ? null : readiness.reason,
        unknownAgents: [...unknown].sort().slice(0, 100),
      }
    },
    async close() {
      await guarded.close()
      await board.close()
    },
  }
}

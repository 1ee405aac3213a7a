import type { Instant } from '../../schemas/events/instant.ts'
import type { Dispatch } from '../delivery/dispatch.ts'
import type { AgentState as OutboxState } from '../delivery/outbox/states.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { AgentStateBoard, PlacedState, Readiness } from './agent-state-board.ts'
import type { FeedPlan } from './feed-plan.ts'
import { toOutbox } from './outbox-state.ts'

export interface FeedSenderOptions {
  readonly plan: FeedPlan
  readonly board: AgentStateBoard
  readonly dispatch: Pick<Dispatch, 'putStates' | 'tellEverybody'>
  /** Whether everybody's state may be told. */
  readonly mayTell: () => Readiness
  readonly clock: Clock
  readonly logger: Logger
  /** Agents of whom nobody has said what the target knows them by. */
  readonly unknown: Set<string>
}

/** Puts what one target is to be told of agents into the outbox. */
export interface FeedSender {
  close(): Promise<void>
}

/**
 * At the start everybody is put: the outbox knows what it has had, so what came while nobody was there goes out, and nothing
 * twice. Afterwards what changes, in windows; the outbox keeps the newest of each agent for as long as the target is away.
 */
export function startFeedSender(options: FeedSenderOptions): FeedSender {
  const { plan, board, dispatch, clock, logger, unknown } = options
  const { target, mapping, form, windowMs, holdBackMs, snapshotMs } = plan
  const closing = new AbortController()
  /** Since when somebody has waited to be put. */
  const waiting = new Map<string, Instant>()
  let waking = new AbortController()
  let putAt = 0
  const stopListening = board.onChange((changes) => {
    const now = clock.now()
    if (changes.length === 0) for (const agent of board.newest(mapping).keys()) wait(agent, now)
    for (const change of changes) if (change.target === mapping) wait(change.agent, now)
    if (waiting.size > 0) waking.abort()
  })
  // Whoever comes late has not heard that it has caught up.
  if (board.isCaughtUp()) for (const agent of board.newest(mapping).keys()) wait(agent, 0)
  const putting = put()
  const telling = form.snapshot === undefined ? Promise.resolve() : tellEverybody()

  function wait(agent: string, now: Instant): void {
    if (!waiting.has(agent)) waiting.set(agent, now)
  }

  async function put(): Promise<void> {
    while (!closing.signal.aborted) {
      waking = new AbortController()
      const now = clock.now()
      const ripe = [...waiting].flatMap(([agent, since]) =>
        since + holdBackMs <= now ? [agent] : [],
      )
      const restMs = ripe.length > 0 ? putAt + windowMs - now : nextRipeMs(now)
      if (restMs > 0) {
        // What ripens by itself, or gathers, must not be woken by each change.
        const wakes = waiting.size === 0 ? waking.signal : closing.signal
        await clock.sleep(Math.min(restMs, longestRestMs), wakes)
        continue
      }
      putAt = now
      await putRipe(ripe)
    }
  }

  function nextRipeMs(now: Instant): number {
    let first = Infinity
    for (const since of waiting.values()) first = Math.min(first, since + holdBackMs)
    return first - now
  }

  async function putRipe(ripe: readonly string[]): Promise<void> {
    for (let at = 0; at < ripe.length; at += putMax) {
      const part = ripe.slice(at, at + putMax)
      const states = part.flatMap((agent) => toState(board.newest(mapping).get(agent)))
      for (const agent of part) waiting.delete(agent)
      try {
        await dispatch.putStates(target, states, board.position())
      } catch (error) {
        logger.warn({ target, err: error }, 'states not put; tried again')
        for (const agent of part) wait(agent, 0)
        await clock.sleep(retryMs, closing.signal)
        return
      }
    }
  }

  function toState(state: PlacedState | undefined): readonly OutboxState[] {
    if (state === undefined) return []
    const put = toOutbox(state, plan.identities, board.epoch())
    if (put === 'missing') unknown.add(state.agent)
    else unknown.delete(state.agent)
    return put === 'missing' || put === 'left out' ? [] : [put]
  }

  /** At the start, and again and again: what a target has lost, or was never told, mends itself. */
  async function tellEverybody(): Promise<void> {
    while (!closing.signal.aborted) {
      const { isReady } = options.mayTell()
      if (isReady) dispatch.tellEverybody(target)
      await clock.sleep(isReady ? snapshotMs : retryMs, closing.signal)
    }
  }

  return {
    async close() {
      closing.abort()
      waking.abort()
      stopListening()
      await Promise.all([putting, telling])
    },
  }
}

const retryMs = 1_000
const longestRestMs = 60_000
/** In one transaction of the outbox, which is done before anything else in this process is. */
const putMax = 500

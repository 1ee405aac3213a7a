import type { StateBatch } from '../../connectors/agent-state.ts'
import { stateMessages, type StateMessage } from '../../connectors/form/state-messages.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ComposedStates, Composer } from '../delivery/compose.ts'
import type { AgentState as OutboxState } from '../delivery/outbox/states.ts'
import type { FeedPlan } from './feed-plan.ts'
import { fromOutbox, toConnector, type WaitingBody } from './outbox-state.ts'

export interface FeedComposerOptions {
  readonly plan: FeedPlan
  /** All states as they would be put now; null: not everybody is known for sure. */
  readonly everybody: () => readonly OutboxState[] | null
  readonly onDelivered: (states: readonly WaitingBody[], now: Instant) => void
  /** A snapshot that cannot be told whole is not told. */
  readonly onFault: (detail: string) => void
}

/** States in the words of a target's connector. What cannot be told throws, so that delivery tries each by itself. */
export function createFeedComposer(options: FeedComposerOptions): Composer {
  const { plan, everybody, onDelivered, onFault } = options
  const { form } = plan

  function messages(
    kind: StateBatch['kind'],
    bodies: readonly WaitingBody[],
    at: Instant,
    bodyKey: string | null,
  ) {
    const { keySetting } = plan
    const key = keySetting === null || bodyKey === null ? {} : { [keySetting]: bodyKey }
    return stateMessages(form, {
      ...{ kind, target: plan.target, at, settings: { ...plan.settings, ...key } },
      states: bodies.flatMap(toConnector),
    })
  }

  return {
    statesMax: form.statesMax,
    compose(states, bodyKey) {
      const bodies = states.map(fromOutbox)
      // The same states make the same bytes, whenever they leave.
      const at = Math.max(...bodies.map(({ observedAt }) => observedAt))
      const made = messages('changes', bodies, at, bodyKey)
      const [fault] = made.faults
      if (fault !== undefined) throw new Error(fault.detail)
      return made.messages.map(composed)
    },
    ...(form.snapshot === undefined
      ? {}
      : {
          snapshot(bodyKey: string | null, now: Instant) {
            const all = everybody()
            if (all === null) return null
            const { loggedOnOnly } = form.snapshot ?? {}
            const told = all
              .map((state) => ({ state, body: fromOutbox(state) }))
              .filter(({ body }) => loggedOnOnly !== true || body.state.loggedOn)
            const made = messages(
              'snapshot',
              told.map(({ body }) => body),
              now,
              bodyKey,
            )
            const [fault] = made.faults
            if (fault !== undefined) {
              onFault(fault.detail)
              return null
            }
            return {
              messages: made.messages.map(composed),
              states: told.map(({ state }) => state),
            }
          },
        }),
    delivered: (states, now) => onDelivered(states.map(fromOutbox), now),
  }
}

function composed({ contentType, headers, text }: StateMessage): ComposedStates {
  const extension = /xml/.test(contentType) ? 'xml' : 'json'
  return { contentType, extension, headers, body: Buffer.from(text) }
}

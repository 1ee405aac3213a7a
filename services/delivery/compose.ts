import { createHash } from 'node:crypto'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Parcel } from './delivery.ts'
import type { AgentState } from './outbox/states.ts'

/** How a target wants to be told of states. Pure, but for the snapshot: the same states make the same bytes. */
export interface Composer {
  readonly statesMax: number
  /**
   * The messages that tell some states, in the order in which they must arrive. The key is what a target wants to find in the body
   * instead of in a header; it is in no file but what leaves.
   */
  compose(states: readonly AgentState[], bodyKey: string | null): readonly ComposedStates[]
  /** Everybody as of now, where the target takes that at once; null: nothing that is whole can be said at the moment. */
  snapshot?(bodyKey: string | null, now: Instant): ComposedSnapshot | null
  /** Hears of states that the target has taken. */
  delivered?(states: readonly AgentState[], now: Instant): void
}

export interface ComposedSnapshot {
  readonly messages: readonly ComposedStates[]
  /** Those whom it tells of, as they were put or would be: they need not leave once more by themselves. */
  readonly states: readonly AgentState[]
}

export interface ComposedStates {
  readonly contentType: string
  /** Of the file, where a target takes files; without a dot. */
  readonly extension: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** For targets of which nothing else is known: each state by itself, as it is, which must be JSON. */
export const oneByOne: Composer = {
  statesMax: 1,
  compose: (states) => [
    {
      contentType: 'application/json',
      extension: 'json',
      headers: {},
      body: states[0]?.body ?? new Uint8Array(),
    },
  ],
}

/** Keys are made of which states of which agents these are: the same ones under the same keys, any others under others. */
export function toParcels(
  states: readonly AgentState[],
  composer: Composer,
  bodyKey: string | null,
): readonly Parcel[] {
  const subject = states.length === 1 ? (states[0]?.agent ?? '') : ''
  return parcelsOf(composer.compose(states, bodyKey), `states-${digestOf(states, '')}`, subject)
}

/** One that is made later is another, though nobody is otherwise: what a target has lost it must not take for known. */
export function toSnapshotParcels(
  { messages, states }: ComposedSnapshot,
  now: Instant,
): readonly Parcel[] {
  return parcelsOf(messages, `snapshot-${digestOf(states, String(now))}`, '')
}

function parcelsOf(
  messages: readonly ComposedStates[],
  name: string,
  subject: string,
): readonly Parcel[] {
  return messages.map(({ contentType, extension, headers, body }, index) => {
    const key = index === 0 ? name : `${name}-${index + 1}`
    return { key, name: `${key}.${extension}`, contentType, headers, subject, body }
  })
}

function digestOf(states: readonly AgentState[], of: string): string {
  const hash = createHash('sha256').update(of)
  for (const { agent, sequence } of states) hash.update(JSON.stringify([agent, sequence]))
  return hash.digest('hex').slice(0, 32)
}

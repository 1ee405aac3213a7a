import { createHash } from 'node:crypto'
import type { Parcel } from './delivery.ts'
import type { AgentState } from './outbox/states.ts'

/** How a target wants to be told of states: some of them make one message. Pure: the same states make the same bytes. */
export interface Composer {
  readonly statesMax: number
  /** The key is what a target wants to find in the body instead of in a header; it is in no file but what leaves. */
  compose(states: readonly AgentState[], bodyKey: string | null): ComposedStates
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
  compose: (states) => ({
    contentType: 'application/json',
    extension: 'json',
    headers: {},
    body: states[0]?.body ?? new Uint8Array(),
  }),
}

/** The key is made of which states of which agents these are: the same ones under the same key, any others under another. */
export function toParcel(
  states: readonly AgentState[],
  composer: Composer,
  bodyKey: string | null,
): Parcel {
  const { contentType, extension, headers, body } = composer.compose(states, bodyKey)
  const hash = createHash('sha256')
  for (const { agent, sequence } of states) hash.update(JSON.stringify([agent, sequence]))
  const key = `states-${hash.digest('hex').slice(0, 32)}`
  const subject = states.length === 1 ? (states[0]?.agent ?? '') : ''
  return { key, name: `${key}.${extension}`, contentType, headers, subject, body }
}

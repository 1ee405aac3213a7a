import type { Instant } from '../events/instant.ts'
import { wfmClasses, type WfmClass } from '../events/mapping.ts'
import { CodecError } from './codec-error.ts'
import { createCodec } from './framing.ts'

/** An agent in the words of a target. */
export interface ToldState {
  readonly code: string
  readonly reason: string | null
  readonly text: string
  readonly class: WfmClass
  readonly loggedOn: boolean
  readonly countsAsContact: boolean
  readonly paid: boolean
}

/** What one agent is now, and was told before: a record of the adherence feed. */
export interface AgentState {
  readonly target: string
  readonly agent: string
  readonly workspace: string
  /** Of this agent for this target: 1, 2, 3 and so on. */
  readonly sequence: number
  readonly since: Instant
  readonly state: ToldState
  /** Null: nothing was told of him before. */
  readonly left: ToldState | null
  readonly mappingVersion: number
  readonly rules: readonly string[]
  /** The event; null: time alone. */
  readonly causeId: string | null
  readonly causeAt: Instant
  /** When the hub saw it. */
  readonly observedAt: Instant
}

/** All that there was to tell up to a tick of the clock stands before it in its partition. */
export interface AgentStatesTold {
  readonly until: Instant
  readonly observedAt: Instant
}

export type FeedRecord =
  | { readonly kind: 'state'; readonly state: AgentState }
  | { readonly kind: 'told'; readonly told: AgentStatesTold }

const states = createCodec('ledgerline.AgentState')
const tolds = createCodec('ledgerline.AgentStatesTold')

export function encodeAgentState(state: AgentState): Uint8Array {
  return states.encode(state)
}

export function encodeAgentStatesTold(told: AgentStatesTold): Uint8Array {
  return tolds.encode(told)
}

/** Throws `CodecError`, as `decodeEvent` does. */
export function decodeFeedRecord(bytes: Uint8Array): FeedRecord {
  try {
    return { kind: 'state', state: toState(states.decode(bytes)) }
  } catch (error) {
    if (!(error instanceof CodecError) || error.code !== 'SCHEMA_UNKNOWN') throw error
  }
  const told = tolds.decode(bytes)
  if (!isTold(told)) throw new CodecError('RECORD_BROKEN', 'the record is none of the feed')
  return { kind: 'told', told: { ...told } }
}

function toState(value: unknown): AgentState {
  if (!isState(value)) throw new CodecError('RECORD_BROKEN', 'the record is no state of an agent')
  const { state, left, ...rest } = value
  return { ...rest, state: plain(state), left: left === null ? null : plain(left) }
}

/** avsc makes objects of classes of its own; a class that a newer hub knows claims least as this one. */
function plain(state: ToldState): ToldState {
  const known = wfmClasses.some((one) => one === state.class)
  return { ...state, class: known ? state.class : 'signed_on' }
}

function isState(value: unknown): value is AgentState {
  return typeof value === 'object' && value !== null && 'sequence' in value
}

function isTold(value: unknown): value is AgentStatesTold {
  return typeof value === 'object' && value !== null && 'until' in value
}

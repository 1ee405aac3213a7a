import type { Instant } from '../../../schemas/events/instant.ts'
import type { SimulatedEvent } from './event.ts'
import type { CallSaying } from './said-in-calls.ts'
import type { TextSaying } from './said-in-texts.ts'
import type { SourceName } from './sources.ts'

/** One thing that a source says: an event of TaskRouter's, or what is said in and about a contact. */
export type Happening = SimulatedEvent | SaidEvent

export function isOfTaskRouter(happening: Happening): happening is SimulatedEvent {
  return !('source' in happening)
}

export function sourceOf(happening: Happening): SourceName {
  return isOfTaskRouter(happening) ? 'taskrouter' : happening.source
}

export type Saying =
  CallSaying | TextSaying | FlowStarted | FlowStepped | FlowEnded | MailStatus | ProfileCall | Fault

/** What is said, when, and under which id of the source's. */
export type SaidEvent = Saying & { readonly sid: string; readonly at: Instant }

export interface FlowGroup {
  readonly sid: string
  readonly execution: string
  readonly address: string
  /** The call or conversation that it runs for. */
  readonly startedBy: string
  readonly startedAt: Instant
}

export interface FlowStarted {
  readonly source: 'studio'
  readonly type: 'execution.started'
  readonly flow: FlowGroup
}

export interface FlowStepped {
  readonly source: 'studio'
  readonly type: 'step.ended'
  readonly flow: FlowGroup
  readonly step: string
  /** The step before it; none before the first. */
  readonly previous: string | null
  /** What made the flow go on. */
  readonly transition: string
  readonly from: string
  readonly to: string
}

export interface FlowEnded {
  readonly source: 'studio'
  readonly type: 'execution.ended'
  readonly flow: FlowGroup
  readonly reason: string
}

/** SendGrid's words for what became of an answer. */
export interface MailStatus {
  readonly source: 'sendgrid'
  readonly type: 'processed' | 'delivered' | 'deferred' | 'bounce' | 'open' | 'click'
  readonly message: string
  readonly address: string
  readonly task: string
}

/** What a website tells Segment of its visitor. */
export interface ProfileCall {
  readonly source: 'segment'
  readonly type: 'identify' | 'page' | 'track' | 'alias'
  readonly userId: string | null
  readonly anonymousId: string | null
  /** The name of the page, or of what was done. */
  readonly name: string | null
  readonly traits: Readonly<Record<string, string>>
}

/** Twilio's debugger: a webhook that somebody did not answer. */
export interface Fault {
  readonly source: 'error-logs'
  readonly type: 'error.logged'
  readonly about: string
  readonly code: string
}

import { createHash } from 'node:crypto'
import { blankEvent, type NeutralEvent } from '../../../schemas/events/blank-event.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { hasItsIds, missingIds } from '../../../schemas/events/required-ids.ts'
import { refused, type Verdict } from '../verdict.ts'
import { toEventId } from './event-id.ts'

/** How something was told, by whichever road, and what is kept of it. */
export interface Telling {
  readonly source: string
  readonly road: LedgerEvent['road']
  readonly receivedAt: Instant
  readonly clockSkewMaxMs: number
  /** Everything that the source sent, as JSON. */
  readonly payload: string
  /** The same as it came: what goes to the dead letters. */
  readonly bytes: Uint8Array
}

/** What a source has made of it. Fields that are not named say nothing. */
export type Told = Omit<Partial<NeutralEvent>, 'type' | 'id' | 'at' | 'subjects'> & {
  readonly type: LedgerEvent['type']
  /** Null where the source gives none and none can be made: then the bytes themselves tell a repeat. */
  readonly id: string | null
  readonly at: Instant | null
  readonly subjects?: readonly string[]
}

/** What follows from something that was told: it has a time, or it would not be known. */
export type Derived = Told & { readonly at: Instant }

/** The verdict on one thing that was told, with what follows from it. */
export function understand(
  telling: Telling,
  told: Told,
  derived: readonly Derived[] = [],
): Verdict {
  const { bytes, receivedAt, clockSkewMaxMs } = telling
  if (told.at === null) {
    return refused('time', 'the event does not say when it happened', bytes)
  }
  if (told.at > receivedAt + clockSkewMaxMs) {
    return refused('future', 'the event has not happened yet', bytes)
  }
  const event = toEvent(telling, told, told.at, telling.payload)
  if (!hasItsIds(event)) return refused('missing', missingIds(event).join(', '), bytes)
  // What cannot be is left out; the sentence that it stood in is kept whole.
  const further = derived
    .map((each) => toEvent(telling, each, each.at, null))
    .filter(hasItsIds)
    .filter(({ at }) => at <= receivedAt + clockSkewMaxMs)
  return { kind: 'understood', events: [event, ...further] }
}

/** What identical bytes, and nothing else, have in common. */
export function hashId(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

function toEvent(telling: Telling, told: Told, at: Instant, payload: string | null): NeutralEvent {
  const { source, road, receivedAt } = telling
  const { type } = told
  const id = told.id === null ? hashId(telling.payload) : toEventId(told.id)
  const event = blankEvent({ type, id, source, road, at, receivedAt })
  return Object.assign(event, told, {
    id,
    at,
    subjects: [...(told.subjects ?? [])],
    sourceType: told.sourceType?.slice(0, 256) ?? null,
    payload,
  })
}

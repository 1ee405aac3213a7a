import { randomBytes } from 'node:crypto'
import type { StateClock } from '../../schemas/feeds/state.ts'
import type { Clock } from '../runtime/clock.ts'
import type { LiveState } from './live-state.ts'
import { eachKind, stateKinds, type StateKind } from './state-kinds.ts'
import { isEmpty, type StateView } from './state-view.ts'

/** What is sent of the state, as JSON made of texts that are there already: thousands of agents are a long text. */
export interface StateAnswers {
  /** Tells a state from every other that this hub, or the one before it, has shown. */
  tag(): string
  /** A whole view as it is now, in pieces that are made one by one. */
  whole(view: StateView): Iterable<string>
  /** What is said of every answer. */
  held(): HeldFields
  /** A state of a view by its number, as a word that a reader may come back with. */
  eventId(view: StateView, sequence: number): string
  /** The number of the state that a reader has seen who comes back with that word; null: nobody knows, give him the whole. */
  sequenceOf(view: StateView, eventId: string): number | null
  /** What has changed since a sequence, empty if nothing has; null: too much to tell. */
  changesSince(view: StateView, sequence: number): string | null
}

/** So old may be what is said of the state, beside a change of it. */
const heldKeptMs = 50

/** Of this second, or of a moment of the past by one of its clocks. */
export type HeldFields =
  | {
      readonly asOf: number
      readonly position: string
      readonly catchingUp: boolean
      readonly freshness: ReturnType<LiveState['freshness']>
    }
  | { readonly asOf: number; readonly as: StateClock }

export function createStateAnswers(state: LiveState, clock: Clock): StateAnswers {
  // Numbers of changes are counted anew by each process, so a word of another one means nothing here.
  const process = randomBytes(6).toString('base64url')

  function held(): HeldFields {
    return {
      asOf: clock.now(),
      position: state.position(),
      catchingUp: !state.isCaughtUp(),
      freshness: state.freshness(),
    }
  }

  // Hundreds of views say the same of themselves when one change is told.
  let kept = { sequence: -1, asOf: 0, text: '' }

  function heldText(): string {
    const { sequence } = state.current()
    const asOf = clock.now()
    if (sequence !== kept.sequence || Math.abs(asOf - kept.asOf) > heldKeptMs) {
      kept = { sequence, asOf, text: JSON.stringify(held()) }
    }
    return kept.text
  }

  return {
    tag: () =>
      `W/"${process}.${state.current().sequence}${state.isCaughtUp() ? '' : '.catching-up'}"`,
    whole: (view) => wholeText(view, () => ({ ...held(), shards: state.shards() })),
    held,
    eventId: ({ key }, sequence) =>
      [state.position(), process, sequence, ...(key === '' ? [] : [key])].join('.'),
    sequenceOf({ key }, eventId) {
      const [, of, number = '', ofView = ''] = eventId.split('.')
      return of === process && ofView === key && /^\d{1,15}$/.test(number) ? Number(number) : null
    },
    changesSince: (view, sequence) => changesText(view, sequence, heldText),
  }
}

/** A whole view as it is now, in pieces that are made one by one, with what is said of it. */
export function wholeText(view: StateView, held: () => object): Iterable<string> {
  // Looked at first, so that what is said of it is not older than what is in it.
  const lists = eachKind((kind) => view.pieces(kind))
  return withLists(JSON.stringify(held()), lists)
}

function* withLists(
  head: string,
  lists: Readonly<Record<StateKind, Iterable<string>>>,
): Generator<string> {
  yield head.slice(0, -1)
  for (const kind of stateKinds) {
    yield `,"${kind}":[`
    yield* lists[kind]
    yield ']'
  }
  yield '}'
}

/** What has changed since a commit, with what is said of it; empty if nothing has; null: too much to tell. */
export function changesText(view: StateView, sequence: number, held: () => string): string | null {
  const changes = view.changesSince(sequence)
  if (changes === null) return null
  if (isEmpty(changes)) return ''
  return joined(held(), [
    ...stateKinds.map((kind) => [kind, changes[kind].present] as const),
    ['removed', JSON.stringify(eachKind((kind) => changes[kind].absent))],
  ])
}

/** A JSON object with more members, whose values are JSON already. */
function joined(head: string, members: readonly (readonly [name: string, json: string])[]): string {
  let text = head.slice(0, -1)
  for (const [name, json] of members) text += `,"${name}":${json}`
  return `${text}}`
}

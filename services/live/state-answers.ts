import { randomBytes } from 'node:crypto'
import type { Clock } from '../runtime/clock.ts'
import type { LiveState } from './live-state.ts'
import type { Publication } from './publication.ts'

/** What is sent of the state, as JSON made of texts that are there already: thousands of agents are a long text. */
export interface StateAnswers {
  /** Tells a state from every other that this hub, or the one before it, has shown. */
  tag(): string
  /** The whole state. */
  whole(): Buffer
  /** What is said of every answer. */
  held(): HeldFields
  /** The newest state that was shown, as a word that a reader may come back with. */
  eventId(): string
  /** What the reader who comes back with that word has missed; null: nobody knows, give him the whole. */
  sequenceOf(eventId: string): number | null
  /** What has changed since a sequence; null: too much to tell. */
  changesSince(sequence: number): string | null
}

export interface HeldFields {
  readonly asOf: number
  readonly position: string
  readonly catchingUp: boolean
  readonly freshness: ReturnType<LiveState['freshness']>
}

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

  function whole(): Buffer {
    const shelves = state.current()
    const head = JSON.stringify({ ...held(), shards: state.shards() })
    const parts: Buffer[] = [Buffer.from(head.slice(0, -1))]
    for (const kind of ['queues', 'agents', 'tasks'] as const) {
      parts.push(Buffer.from(`,"${kind}":[`), ...shelves[kind].pieces(), Buffer.from(']'))
    }
    return Buffer.concat([...parts, Buffer.from('}')])
  }

  function changesSince(sequence: number): string | null {
    const changes = state.current().changesSince(sequence)
    if (changes === null) return null
    return joined(JSON.stringify(held()), [
      ['queues', changes.queues],
      ['agents', changes.agents],
      ['tasks', changes.tasks],
      ['removed', changes.removed],
    ])
  }

  function sequence(): Publication['sequence'] {
    return state.current().sequence
  }

  return {
    tag: () => `W/"${process}.${sequence()}${state.isCaughtUp() ? '' : '.catching-up'}"`,
    whole,
    held,
    eventId: () => `${state.position()}.${process}.${sequence()}`,
    sequenceOf(eventId) {
      const [, of, number] = eventId.split('.')
      return of === process && /^\d{1,15}$/.test(number ?? '') ? Number(number) : null
    },
    changesSince,
  }
}

/** A JSON object with more members, whose values are JSON already. */
function joined(head: string, members: readonly (readonly [name: string, json: string])[]): string {
  const rest = members.map(([name, json]) => `,"${name}":${json}`).join('')
  return `${head.slice(0, -1)}${rest}}`
}

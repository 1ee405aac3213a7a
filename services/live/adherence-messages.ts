import type {
  AdherenceAnswer,
  AdherenceChanges,
  AdherenceFreshness,
} from '../../schemas/feeds/adherence.ts'
import type { ReadDay } from './adherence-day.ts'
import type { AdherenceFilter } from './adherence-filter.ts'
import type { AdherenceWatch } from './adherence-watch.ts'
import { createStreamMessage, type StreamMessage } from './stream-message.ts'
import type { Followed } from './stream-readers.ts'

/** What every answer and message says of itself. */
export type AdherenceHeld = Omit<AdherenceAnswer, 'agents'>

export interface AdherenceMessages {
  of(filter: AdherenceFilter): Followed
}

/** The messages of one zone. Each is made once a reading for all readers who want the same and stand at the same place. */
export function createAdherenceMessages(
  watch: AdherenceWatch,
  held: (day: ReadDay, zone: string) => AdherenceHeld,
  now: () => number,
): AdherenceMessages {
  const { board, zone } = watch
  const snapshots = new Map<string, StreamMessage>()
  const changes = new Map<string, StreamMessage | 'nothing' | null>()
  let madeOf: ReadDay | null = null

  function kept<T>(made: Map<string, T>, key: string, make: () => T): T {
    if (madeOf !== board.day) for (const each of [snapshots, changes]) each.clear()
    madeOf = board.day
    let one = made.get(key)
    if (one === undefined) made.set(key, (one = make()))
    return one
  }

  function day(): ReadDay {
    if (board.day === null) throw new Error('nothing has been read that could be told')
    return board.day
  }

  function of({ key, wants }: AdherenceFilter): Followed {
    const idOf = (sequence: number) => [board.id, sequence, key].join('.')

    function message(event: string, sequence: number, data: object): StreamMessage {
      return createStreamMessage(event, idOf(sequence), [JSON.stringify(data)])
    }

    function changesSince(since: number): StreamMessage | 'nothing' | null {
      const changed = board.changedSince(since)
      if (changed === null) return null
      const agents = [...changed.keys()].flatMap((agent) => board.agents.get(agent) ?? [])
      const present = agents.filter(wants)
      const still = new Set(present.map(({ agent }) => agent))
      const removed = [...changed].flatMap(([agent, before]) =>
        before !== null && wants(before) && !still.has(agent) ? [agent] : [],
      )
      if (present.length + removed.length === 0) return 'nothing'
      const data: AdherenceChanges = { ...held(day(), zone), agents: present, removed }
      return message('changes', board.sequence, data)
    }

    function snapshot(): StreamMessage {
      const agents = [...board.agents.values()].filter(wants)
      return message('snapshot', board.sequence, { ...held(day(), zone), agents })
    }

    return {
      sequence: () => (watch.isCurrent ? board.sequence : null),
      sequenceOf(eventId) {
        const [, number = ''] = eventId.split('.')
        const sequence = Number(number)
        return /^\d{1,15}$/.test(number) && idOf(sequence) === eventId ? sequence : null
      },
      snapshot: () => ({
        message: kept(snapshots, key, snapshot),
        sequence: board.sequence,
      }),
      changesSince: (since) => kept(changes, `${since} ${key}`, () => changesSince(since)),
      freshness(sequence) {
        const { isReading } = watch
        const asOf = isReading ? now() : day().now
        const data: AdherenceFreshness = { ...held(day(), zone), asOf, reading: isReading }
        return message('freshness', sequence, data)
      },
    }
  }

  return { of }
}

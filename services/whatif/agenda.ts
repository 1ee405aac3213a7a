import type { Instant } from '../../schemas/events/instant.ts'

/** What is going to happen, soonest first; of one moment, in the order in which it was added. */
export interface Agenda {
  add(at: Instant, action: () => void): void
  /** The soonest, taken out; undefined: nothing more happens. */
  next(): Appointment | undefined
}

export interface Appointment {
  readonly at: Instant
  readonly order: number
  readonly action: () => void
}

/** A binary heap in an array: the children of place n are at 2n + 1 and 2n + 2. */
export function createAgenda(): Agenda {
  const heap: Appointment[] = []
  let added = 0

  function swap(one: number, other: number): void {
    const [a, b] = [heap[one], heap[other]]
    if (a === undefined || b === undefined) throw new Error('a place of the agenda is empty')
    heap[one] = b
    heap[other] = a
  }

  function isBefore(one: number, other: number): boolean {
    const [a, b] = [heap[one], heap[other]]
    if (a === undefined || b === undefined) return false
    return a.at < b.at || (a.at === b.at && a.order < b.order)
  }

  return {
    add(at, action) {
      let place = heap.push({ at, order: added++, action }) - 1
      while (place > 0) {
        const parent = Math.floor((place - 1) / 2)
        if (!isBefore(place, parent)) return
        swap(place, parent)
        place = parent
      }
    },
    next() {
      if (heap.length === 0) return undefined
      swap(0, heap.length - 1)
      const first = heap.pop()
      for (let place = 0; ;) {
        const left = 2 * place + 1
        const child = isBefore(left + 1, left) ? left + 1 : left
        if (!isBefore(child, place)) return first
        swap(child, place)
        place = child
      }
    },
  }
}

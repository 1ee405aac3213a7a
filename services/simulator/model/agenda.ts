import type { Instant } from '../../../schemas/events/instant.ts'

/** What is going to happen, soonest first; of one moment, in the order in which it was added. */
export interface Agenda<T> {
  add(at: Instant, item: T): void
  /** The soonest, taken out. */
  next(): Entry<T> | undefined
  /** The soonest, left in. */
  first(): Entry<T> | undefined
  readonly size: number
}

export interface Entry<T> {
  readonly at: Instant
  readonly order: number
  readonly item: T
}

/** A binary heap. */
export function createAgenda<T>(): Agenda<T> {
  const heap: Entry<T>[] = []
  let order = 0
  return {
    add(at, item) {
      heap.push({ at, order: order++, item })
      rise(heap, heap.length - 1)
    },
    next() {
      const first = heap[0]
      const last = heap.pop()
      if (first === undefined || last === undefined || heap.length === 0) return first
      heap[0] = last
      sink(heap, 0)
      return first
    },
    first: () => heap[0],
    get size() {
      return heap.length
    },
  }
}

function rise<T>(heap: Entry<T>[], from: number): void {
  let index = from
  while (index > 0) {
    const parent = (index - 1) >> 1
    if (!swapIfSooner(heap, index, parent)) return
    index = parent
  }
}

function sink<T>(heap: Entry<T>[], from: number): void {
  let index = from
  for (;;) {
    const left = 2 * index + 1
    const child = isSooner(heap[left + 1], heap[left]) ? left + 1 : left
    if (!swapIfSooner(heap, child, index)) return
    index = child
  }
}

function swapIfSooner<T>(heap: Entry<T>[], lower: number, upper: number): boolean {
  const below = heap[lower]
  const above = heap[upper]
  if (below === undefined || above === undefined || !isSooner(below, above)) return false
  heap[upper] = below
  heap[lower] = above
  return true
}

function isSooner<T>(one: Entry<T> | undefined, other: Entry<T> | undefined): boolean {
  if (one === undefined || other === undefined) return false
  return one.at === other.at ? one.order < other.order : one.at < other.at
}

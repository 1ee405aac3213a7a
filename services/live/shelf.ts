/** Things of one kind by id, each with its JSON text, which is made once however often it is asked for. */
export interface Shelf<T> {
  get(id: string): T | undefined
  values(): Iterable<T>
  ids(): Iterable<string>
  /** Puts a thing there; one that is equal to what stands there already changes nothing. */
  put(id: string, value: T): void
  remove(id: string): void
  /** What was put or removed since the last call. */
  takeTouched(): ReadonlySet<string>
  /** All of them as JSON, as they are now, in pieces that make an array of JSON when they are put together in brackets. */
  pieces(): Iterable<string>
  /** Those of these that are there, as a JSON array, and the ids of the others. */
  jsonOf(ids: Iterable<string>): { readonly present: string; readonly absent: readonly string[] }
}

interface Thing<T> {
  readonly value: T
  readonly json: string
}

export function createShelf<T>(): Shelf<T> {
  const things = new Map<string, Thing<T>>()
  let touched = new Set<string>()

  return {
    get: (id) => things.get(id)?.value,
    *values() {
      for (const { value } of things.values()) yield value
    },
    ids: () => things.keys(),
    put(id, value) {
      const json = JSON.stringify(value)
      if (things.get(id)?.json === json) return
      things.set(id, { value, json })
      touched.add(id)
    },
    remove(id) {
      if (things.delete(id)) touched.add(id)
    },
    takeTouched() {
      const taken = touched
      touched = new Set()
      return taken
    },
    pieces: () => inPieces(Array.from(things.values(), ({ json }) => json)),
    jsonOf(ids) {
      // Put together, but copied only once, with the message that it becomes a part of: to join is to copy.
      let present = ''
      const absent: string[] = []
      for (const id of ids) {
        const thing = things.get(id)
        if (thing === undefined) absent.push(id)
        else present += present === '' ? thing.json : `,${thing.json}`
      }
      return { present: `[${present}]`, absent }
    },
  }
}

const thingsPerPiece = 1_024

/** Each piece is made when it is wanted: megabytes that are there at once, until the last has gone out, are what makes garbage dear. */
function* inPieces(texts: readonly string[]): Generator<string> {
  for (let from = 0; from < texts.length; from += thingsPerPiece) {
    const piece = texts.slice(from, from + thingsPerPiece).join(',')
    yield from === 0 ? piece : `,${piece}`
  }
}

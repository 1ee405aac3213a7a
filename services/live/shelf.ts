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
  /** All of them as a JSON array. */
  json(): string
  /** Those of these that are there, as a JSON array, and the ids of the others. */
  jsonOf(ids: readonly string[]): { readonly present: string; readonly absent: readonly string[] }
}

export function createShelf<T>(): Shelf<T> {
  const things = new Map<string, { readonly value: T; readonly json: string }>()
  let touched = new Set<string>()
  let all: string | null = null

  function touch(id: string): void {
    touched.add(id)
    all = null
  }

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
      touch(id)
    },
    remove(id) {
      if (things.delete(id)) touch(id)
    },
    takeTouched() {
      const taken = touched
      touched = new Set()
      return taken
    },
    json() {
      all ??= `[${[...things.values()].map(({ json }) => json).join(',')}]`
      return all
    },
    jsonOf(ids) {
      const present: string[] = []
      const absent: string[] = []
      for (const id of ids) {
        const thing = things.get(id)
        if (thing === undefined) absent.push(id)
        else present.push(thing.json)
      }
      return { present: `[${present.join(',')}]`, absent }
    },
  }
}

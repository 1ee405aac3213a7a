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
  /** All of them as JSON, in pieces that make an array of JSON when they are put together in brackets. */
  pieces(): readonly string[]
  /** Those of these that are there, as a JSON array, and the ids of the others. */
  jsonOf(ids: Iterable<string>): { readonly present: string; readonly absent: readonly string[] }
}

interface Thing<T> {
  readonly value: T
  readonly json: string
  readonly page: Page
}

/** Some of the things as one text. When one of thousands has changed, only its page is written again. */
interface Page {
  readonly texts: Map<string, string>
  whole: string | null
}

const thingsPerPage = 256

export function createShelf<T>(): Shelf<T> {
  const things = new Map<string, Thing<T>>()
  const pages: Page[] = []
  /** Pages with room in them. */
  const roomy = new Set<Page>()
  let touched = new Set<string>()

  function pageWithRoom(): Page {
    for (const page of roomy) return page
    const page: Page = { texts: new Map(), whole: null }
    pages.push(page)
    roomy.add(page)
    return page
  }

  function put(id: string, value: T): void {
    const json = JSON.stringify(value)
    const before = things.get(id)
    if (before?.json === json) return
    const page = before?.page ?? pageWithRoom()
    page.texts.set(id, json)
    page.whole = null
    if (page.texts.size >= thingsPerPage) roomy.delete(page)
    things.set(id, { value, json, page })
    touched.add(id)
  }

  function remove(id: string): void {
    const page = things.get(id)?.page
    if (page === undefined) return
    things.delete(id)
    page.texts.delete(id)
    page.whole = null
    roomy.add(page)
    touched.add(id)
  }

  return {
    get: (id) => things.get(id)?.value,
    *values() {
      for (const { value } of things.values()) yield value
    },
    ids: () => things.keys(),
    put,
    remove,
    takeTouched() {
      const taken = touched
      touched = new Set()
      return taken
    },
    pieces() {
      const pieces: string[] = []
      for (const page of pages) {
        if (page.texts.size === 0) continue
        page.whole ??= [...page.texts.values()].join(',')
        if (pieces.length > 0) pieces.push(',')
        pieces.push(page.whole)
      }
      return pieces
    },
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

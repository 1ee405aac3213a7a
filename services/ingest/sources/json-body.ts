import { refused, type Judged, type Verdict } from '../verdict.ts'
import { jsonElements } from './json-elements.ts'

/** An element of a body, parsed, as text and as it came. */
export interface JsonElement {
  readonly value: unknown
  readonly text: string
  readonly bytes: Uint8Array
}

/**
 * Reads a body that is a JSON array of things or one of them. Each has its own verdict, so one that is broken spoils no
 * other; one that holds several things may have several, and one that is no event of anybody's none.
 */
export function readJson(
  body: Uint8Array,
  read: (element: JsonElement) => Verdict | readonly Judged[],
): readonly Judged[] {
  const split = jsonElements(body, elementsMax)
  if (split === null) {
    return [{ verdict: refused('unreadable', 'the body is no JSON array', body), body }]
  }
  const judged: Judged[] = []
  for (const bytes of split.elements) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
    const value = parse(text)
    const verdict =
      value === undefined
        ? refused('unreadable', 'the element is no JSON', bytes)
        : read({ value, text, bytes })
    if ('kind' in verdict) judged.push({ verdict, body: bytes })
    else judged.push(...verdict)
  }
  return judged
}

/** Far above what fits into a body of real events; what has more is nothing that is sent in earnest. */
const elementsMax = 10_000

/** Undefined, which no JSON says, for what is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

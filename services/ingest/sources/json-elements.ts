export interface JsonElements {
  readonly isArray: boolean
  readonly elements: readonly Uint8Array[]
}

/**
 * The elements of a JSON array as the bytes that they came in, or the whole body where it is no array. So each element
 * is kept exactly as it was sent, and one that is broken spoils no other. Only the brackets, commas and strings are
 * looked at: whether an element is JSON is found when it is parsed. Null where the array has no proper end, or more
 * elements than allowed.
 */
export function jsonElements(bytes: Uint8Array, elementsMax: number): JsonElements | null {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = firstByte(body)
  if (body[start] !== openBracket) return { isArray: false, elements: [body.subarray(start)] }
  const bounds = elementBounds(body, start, elementsMax)
  if (bounds === null) return null
  return { isArray: true, elements: bounds.map(([from, to]) => body.subarray(from, to)) }
}

const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d
const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

function elementBounds(
  body: Buffer,
  start: number,
  elementsMax: number,
): readonly (readonly [number, number])[] | null {
  const bounds: [number, number][] = []
  let depth = 0
  let from = -1
  for (let at = start; at < body.length; at++) {
    const byte = body[at]
    if (byte === quote) {
      if (depth === 1 && from < 0) from = at
      at = endOfString(body, at)
    } else if (byte === openBrace || byte === openBracket) {
      if (depth === 1 && from < 0) from = at
      depth += 1
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1
      if (depth > 0) continue
      if (from >= 0) bounds.push([from, at])
      const complete = byte === closeBracket && isBlank(body, at + 1)
      return complete && bounds.length <= elementsMax ? bounds : null
    } else if (depth === 1) {
      if (byte === comma) {
        if (from >= 0) bounds.push([from, at])
        if (bounds.length > elementsMax) return null
        from = -1
      } else if (from < 0 && !isSpace(byte)) {
        from = at
      }
    }
  }
  return null
}

/** The index of the quote that ends the string, or the end of the body. Most of a body is inside of strings. */
function endOfString(body: Buffer, start: number): number {
  let at = body.indexOf(quote, start + 1)
  while (at >= 0 && isEscaped(body, at)) at = body.indexOf(quote, at + 1)
  return at < 0 ? body.length : at
}

function isEscaped(body: Buffer, at: number): boolean {
  let before = at - 1
  while (body[before] === backslash) before -= 1
  return (at - before) % 2 === 0
}

/** After spaces and a mark of byte order, which some senders put first and no parser of JSON accepts. */
function firstByte(body: Uint8Array): number {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
  while (isSpace(body[at])) at += 1
  return at
}

function isBlank(body: Uint8Array, start: number): boolean {
  return body.subarray(start).every(isSpace)
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

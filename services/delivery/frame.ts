export const framings = ['line', 'length'] as const

/** How the end of a message is told on a connection: by a line feed, or by four bytes of length before it. */
export type Framing = (typeof framings)[number]

/** Null where the body cannot be framed so, because a line feed is in it. */
export function framed(body: Uint8Array, framing: Framing): Buffer | null {
  if (framing === 'line') return body.includes(lineFeed) ? null : Buffer.concat([body, newLine])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  return Buffer.concat([length, body])
}

/** Takes whole messages off what has come; the rest waits for more. */
export function unframed(
  bytes: Buffer,
  framing: Framing,
): { readonly messages: readonly Buffer[]; readonly rest: Buffer } {
  const messages: Buffer[] = []
  let rest = bytes
  for (;;) {
    const end = framing === 'line' ? rest.indexOf(lineFeed) : lengthOf(rest)
    if (end < 0) return { messages, rest }
    const begin = framing === 'line' ? 0 : 4
    messages.push(rest.subarray(begin, end))
    rest = rest.subarray(framing === 'line' ? end + 1 : end)
  }
}

/** Where the first message ends; -1 while it is not whole. */
function lengthOf(bytes: Buffer): number {
  if (bytes.length < 4) return -1
  const end = 4 + bytes.readUInt32BE(0)
  return bytes.length < end ? -1 : end
}

const lineFeed = 10
const newLine = Buffer.from([lineFeed])

import type { IncomingMessage } from 'node:http'
import { exception } from './exception.ts'

const formBytesMax = 64 * 2 ** 20

/**
 * The fields of a multipart form: clients send the statement and long parameters so, because an address may not be long.
 * The tables that ClickHouse would take as files of the form are not to be had here.
 */
export async function readForm(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const pieces: Buffer[] = []
  let bytes = 0
  const body: AsyncIterable<Buffer> = request
  for await (const piece of body) {
    bytes += piece.length
    if (bytes > formBytesMax) throw exception('QUERY_IS_TOO_LARGE', 'The form is too large.')
    pieces.push(piece)
  }
  const type = request.headers['content-type'] ?? ''
  const whole = new Response(new Uint8Array(Buffer.concat(pieces)), {
    headers: { 'content-type': type },
  })
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- bounded, and not worth a parser of our own
  const form = await whole.formData()
  const fields = new Map<string, string>()
  form.forEach((value, name) => {
    if (typeof value !== 'string') {
      throw exception(
        'NOT_IMPLEMENTED',
        'External tables are not supported by the embedded engine.',
      )
    }
    fields.set(name, value)
  })
  return fields
}

export function isForm(request: IncomingMessage): boolean {
  return /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')
}

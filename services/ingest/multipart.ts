import { createHash } from 'node:crypto'
import { Busboy } from '@fastify/busboy'
import type { Attachment } from '../../schemas/inbound/sendgrid.ts'
import type { Parameters } from './sources/parameters.ts'

/**
 * The fields of a form in parts, texts in the character sets that the field `charsets` names for them; of each file only
 * what tells it apart. Null for a body that is no such form.
 */
export function readMultipart(contentType: string, body: Uint8Array): Promise<Parameters | null> {
  return new Promise((resolve) => {
    const values = new Map<string, string>()
    const attachments: Attachment[] = []
    const parser = createParser(contentType)
    if (parser === null) {
      resolve(null)
      return
    }
    parser.on('field', (name: unknown, value) => {
      // Before all parts are read nobody knows which character set a field has: until then it is bytes.
      if (typeof name === 'string' && !values.has(name)) values.set(name, value)
    })
    parser.on('file', (field: unknown, stream, filename: unknown, _encoding, type) => {
      const hash = createHash('sha256')
      let bytes = 0
      stream.on('data', (chunk: Buffer) => {
        hash.update(chunk)
        bytes += chunk.length
      })
      stream.on('error', () => resolve(null))
      stream.on('end', () =>
        attachments.push({
          field: typeof field === 'string' ? field : '',
          filename: typeof filename === 'string' ? filename : null,
          contentType: type,
          bytes,
          sha256: hash.digest('hex'),
        }),
      )
    })
    parser.on('error', () => resolve(null))
    parser.on('finish', () => resolve(fieldsOf(values, attachments)))
    parser.end(body)
  })
}

const partsMax = 1000

function createParser(contentType: string) {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      defCharset: 'latin1',
      limits: { parts: partsMax, fieldSize: Infinity },
    })
  } catch {
    return null
  }
}

function fieldsOf(values: ReadonlyMap<string, string>, attachments: readonly Attachment[]) {
  const charsets = charsetsOf(values.get('charsets'))
  const fields = [...values].map(
    ([name, value]) => [name, decode(value, charsets.get(name) ?? 'utf-8')] as const,
  )
  const own = Object.fromEntries<unknown>(fields)
  return attachments.length === 0 ? own : { ...own, attachmentFiles: attachments }
}

function charsetsOf(text: string | undefined): ReadonlyMap<string, string> {
  try {
    const parsed: unknown = JSON.parse(text ?? '')
    if (typeof parsed !== 'object' || parsed === null) return new Map()
    return new Map(
      Object.entries(parsed).flatMap(([name, charset]) =>
        typeof charset === 'string' ? [[name, charset] as const] : [],
      ),
    )
  } catch {
    return new Map()
  }
}

/** A character set that nobody has heard of is read as if none had been named. */
function decode(bytes: string, charset: string): string {
  const buffer = Buffer.from(bytes, 'latin1')
  try {
    return new TextDecoder(charset).decode(buffer)
  } catch {
    return buffer.toString('utf8')
  }
}

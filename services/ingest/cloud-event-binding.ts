import { CONSTANTS } from 'cloudevents'

/**
 * CloudEvents come over HTTP in three modes: one event as JSON, a batch as JSON, or the data as the body and the rest in
 * headers (HTTP protocol binding 1.0). All become JSON here. Null for a content type that is none of them; a form or a
 * plain text, which a web page could send without asking, is none.
 *
 * The SDK's own `HTTP.toEvent` cannot do this for a ledger. It gives an event without a time the present one, and one whose
 * time it cannot read too; it leaves headers percent-encoded; of a batch it tells the first fault alone; and what it makes
 * are objects, while the ledger keeps the bytes. So the modes are told apart here, in the SDK's words, and it judges each
 * event afterwards (sources/cloud-event-envelope.ts).
 */
export function structuredBody(
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Buffer | null {
  const contentType = headers[CONSTANTS.HEADER_CONTENT_TYPE] ?? ''
  const [mediaType = ''] = contentType.split(';')
  const type = mediaType.trim().toLowerCase()
  if (structured.has(type)) return body
  const isBinary = required.some((name) => name in headers)
  if (isBinary && jsonType.test(type)) return fromHeaders(headers, contentType, body)
  return type === CONSTANTS.MIME_JSON ? body : null
}

const structured = new Set<string>([CONSTANTS.MIME_CE_JSON, CONSTANTS.MIME_CE_BATCH])

const jsonType = /^application\/(?:[\w.+-]+\+)?json$/

/** Any of them means the binary mode, so that whichever of the others is missing is named. */
const required = ['ce-specversion', 'ce-id', 'ce-source', 'ce-type']

/** Names that stand for the body, or for its type, which has a header of its own. */
const notAttributes = new Set(['data', 'data_base64', 'datacontenttype'])

function fromHeaders(
  headers: Readonly<Record<string, string>>,
  contentType: string,
  data: Buffer,
): Buffer {
  const attributes = Object.entries(headers)
    .filter(([header]) => header.startsWith(CONSTANTS.EXTENSIONS_PREFIX))
    .map(([header, value]) => [header.slice(CONSTANTS.EXTENSIONS_PREFIX.length), value] as const)
    .filter(([name]) => !notAttributes.has(name))
    .map(([name, value]) => [name, plain(value)] as const)
  const envelope = JSON.stringify({
    ...Object.fromEntries(attributes),
    datacontenttype: contentType,
  })
  const parts = [envelope.slice(0, -1), ',"data":', dataOf(data), '}']
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

/** Bytes that are no JSON by themselves might be more than the data once they stand within an event. */
function dataOf(body: Buffer): Buffer | string {
  if (body.length === 0) return '{}'
  try {
    JSON.parse(body.toString('utf8'))
    return body
  } catch {
    return 'null'
  }
}

/** A header's value is percent-encoded where it is not plain, and may stand in quotes. */
function plain(value: string): string {
  const quoted = /^"(.*)"$/s.exec(value)?.[1]
  const unquoted = quoted === undefined ? value : quoted.replaceAll(/\\(.)/gs, '$1')
  try {
    return decodeURIComponent(unquoted)
  } catch {
    return unquoted
  }
}

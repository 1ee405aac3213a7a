/**
 * CloudEvents come over HTTP in three modes: one event as JSON, a batch as JSON, or the data as the body and the rest in
 * headers (HTTP protocol binding 1.0). All become JSON here. Null for a content type that is none of them; a form or a
 * plain text, which a web page could send without asking, is none.
 */
export function structuredBody(
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Buffer | null {
  const [contentType = ''] = (headers['content-type'] ?? '').split(';')
  const type = contentType.trim().toLowerCase()
  if (type !== 'application/json') return structured.has(type) ? body : null
  return 'ce-specversion' in headers ? fromHeaders(headers, body) : body
}

const structured = new Set(['application/cloudevents+json', 'application/cloudevents-batch+json'])

function fromHeaders(headers: Readonly<Record<string, string>>, data: Buffer): Buffer {
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-') && name !== 'ce-data')
    .map(([name, value]) => [name.slice('ce-'.length), unescape(value)])
  const envelope = JSON.stringify({
    ...Object.fromEntries(attributes),
    datacontenttype: 'application/json',
  })
  const parts = [envelope.slice(0, -1), ',"data":', data.length === 0 ? '{}' : data, '}']
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

/** Header values are percent-encoded where they are not plain. */
function unescape(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

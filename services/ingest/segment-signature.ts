import { createHmac, timingSafeEqual } from 'node:crypto'
import { jsonElements } from './sources/json-elements.ts'

/**
 * Whether one of the secrets signs a body as Segment does: the HMAC-SHA1 of the body, or, where calls are sent in batches,
 * of the first call alone. Segment's own words for that are `JSON.stringify(body[0])`, so the call is tried as it was sent
 * and as that function would write it.
 */
export function isSignedBySegment(
  body: Uint8Array,
  signature: string,
  secrets: readonly string[],
): boolean {
  if (!/^[0-9a-f]{40}$/i.test(signature) || secrets.length === 0) return false
  const given = Buffer.from(signature, 'hex')
  const texts = signedTexts(body)
  return secrets.some((secret) =>
    texts.some((text) => timingSafeEqual(given, createHmac('sha1', secret).update(text).digest())),
  )
}

function signedTexts(body: Uint8Array): readonly (Uint8Array | string)[] {
  const split = jsonElements(body, callsMax)
  const first = split?.isArray === true ? split.elements[0] : undefined
  if (first === undefined) return [body]
  const rewritten = rewrite(first)
  return rewritten === null ? [body, first] : [body, first, rewritten]
}

/** Segment sends at most 4,000 at once. */
const callsMax = 10_000

function rewrite(bytes: Uint8Array): string | null {
  try {
    return JSON.stringify(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch {
    return null
  }
}

/** The headers by which the hub knows who has sent a body. */
export type SignBody = (messageId: string, body: string) => Promise<Record<string, string>>

/**
 * Signs as Standard Webhooks ask, with a secret that the hub knows (`whsec_…`). Throws if it is none. A signature is good for
 * some minutes only, so each attempt is signed anew.
 */
export function createSignature(secret: string): SignBody {
  const bytes = bytesOf(secret)
  let key: Promise<CryptoKey> | null = null
  return async (messageId, body) => {
    key ??= crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
      'sign',
    ])
    const timestamp = String(Math.floor(Date.now() / 1000))
    const signed = new TextEncoder().encode(`${messageId}.${timestamp}.${body}`)
    const signature = new Uint8Array(await crypto.subtle.sign('HMAC', await key, signed))
    return {
      'webhook-id': messageId,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${btoa(String.fromCharCode(...signature))}`,
    }
  }
}

type CryptoKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>

function bytesOf(secret: string): Uint8Array<ArrayBuffer> {
  const base64 = secret.replace(/^whsec_/, '')
  // What cannot be read is not repeated: it is a secret, or nearly one.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new Error('the secret is not whsec_ and base64')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

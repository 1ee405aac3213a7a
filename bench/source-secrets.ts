import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { authToken, publicUrl } from './hub.ts'

/** What senders prove themselves with, both halves of it. */
export interface SenderSecrets {
  readonly target: string
  readonly authToken: string
  readonly sendGridKey: KeyObject
  readonly sendGridPublicKey: KeyObject
  readonly segmentSecret: string
  readonly apiToken: string
}

export function createSecrets(): SenderSecrets {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    target: publicUrl,
    authToken,
    sendGridKey: privateKey,
    sendGridPublicKey: publicKey,
    segmentSecret: 'a-secret-of-the-bench',
    apiToken: 'a-token-of-the-bench-for-its-own-channel',
  }
}

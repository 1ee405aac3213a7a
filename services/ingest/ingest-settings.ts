import type { Config } from '../runtime/config.ts'
import type { IngestConfig } from './routes.ts'
import type { AuthToken } from './signature.ts'

/** What of the configuration is ingest's. */
export function ingestSettings(config: Config): IngestConfig {
  return {
    authTokens: config.TWILIO_AUTH_TOKENS.map(authTokenOf),
    publicUrl: config.LEDGERLINE_PUBLIC_URL ?? null,
    sendGridPublicKeys: config.SENDGRID_WEBHOOK_PUBLIC_KEYS,
    sendGridInboundCredentials: config.SENDGRID_INBOUND_CREDENTIALS,
    segmentSecrets: config.SEGMENT_SHARED_SECRETS,
    apiTokens: config.LEDGERLINE_API_TOKENS,
    standardWebhookSecrets: config.LEDGERLINE_WEBHOOK_SECRETS,
    bodyBytesMax: config.LEDGERLINE_BODY_BYTES_MAX,
    batchMax: 1_000,
    requestsPerSecondMax: config.LEDGERLINE_REQUESTS_PER_SECOND_MAX ?? null,
    clockSkewMaxMs: config.LEDGERLINE_CLOCK_SKEW_MAX_MS,
  }
}

/** `TOKEN` signs for any account, `AC…=TOKEN` for one. */
function authTokenOf(text: string): AuthToken {
  const [, account, token] = /^(AC[0-9a-f]{32})=(.*)$/.exec(text) ?? []
  return { token: token ?? text, account: account ?? null }
}

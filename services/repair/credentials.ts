import type { Clock } from '../runtime/clock.ts'
import type { Config } from '../runtime/config.ts'
import { openTwilioRest, type TwilioRest } from './twilio-rest.ts'

/** Twilio's REST API with what is configured; null where no credentials are. */
export function openConfiguredRest(config: Config, clock: Clock): TwilioRest | null {
  const credentials = credentialsOf(config)
  if (credentials === null) return null
  return openTwilioRest({
    ...credentials,
    requestsPerSecond: config.LEDGERLINE_REPAIR_REQUESTS_PER_SECOND,
    baseUrl: config.TWILIO_API_BASE_URL,
    clock,
  })
}

interface Credentials {
  readonly account: string
  readonly username: string
  readonly password: string
}

/** An API key before the auth token: it can be taken back alone. */
function credentialsOf(config: Config): Credentials | null {
  const { TWILIO_ACCOUNT_SID: account, TWILIO_API_KEY: key, TWILIO_API_SECRET: secret } = config
  if (account === undefined) return null
  if (key !== undefined && secret !== undefined) return { account, username: key, password: secret }
  const token = authTokenOf(account, config.TWILIO_AUTH_TOKENS)
  return token === null ? null : { account, username: account, password: token }
}

/** The account's own, or one that is said to be for any. */
function authTokenOf(account: string, tokens: readonly string[]): string | null {
  const own = tokens.find((token) => token.startsWith(`${account}=`))
  if (own !== undefined) return own.slice(account.length + 1)
  return tokens.find((token) => !/^AC[0-9a-f]{32}=/.test(token)) ?? null
}

import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { LedgerlineError } from './errors.ts'

const port = z.coerce.number().int().min(0).max(65_535)
const count = z.coerce.number().int().min(1)
const flag = z.stringbool()
const url = z.url({ protocol: /^https?$/ })
const sid = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-f]{32}$`), `${prefix} and 32 digits of hex`)
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

const tokens = list
  .pipe(z.array(z.string().regex(/^[\x21-\x7e]+$/, 'a header could not carry it')))
  .default([])

/**
 * Every setting: an environment variable, what it may be, and what it is for. A secret may also be given as NAME_FILE, the
 * path of a file that holds it, and is never shown. The README's table is made of this.
 */
const settings = z.object({
  LEDGERLINE_DATA_DIR: z
    .string()
    .min(1)
    .default('.ledgerline')
    .meta({ description: 'Where everything that is kept on this machine lies.' }),
  LEDGERLINE_HOST: z.string().min(1).default('127.0.0.1').meta({
    description:
      'The address to listen on. Any but a loopback address needs LEDGERLINE_API_TOKENS.',
  }),
  LEDGERLINE_PORT: port
    .default(8080)
    .meta({ description: 'The port of webhooks, API and wallboard.' }),
  LEDGERLINE_PUBLIC_URL: url.optional().meta({
    description: 'How Twilio reaches the hub, behind a proxy; signatures are over this address.',
  }),
  LEDGERLINE_API_TOKENS: tokens.meta({
    description: 'Bearer tokens for the API and POST /events, separated by commas.',
    isSecret: true,
  }),
  LEDGERLINE_METRICS_TOKENS: tokens.meta({
    description: 'Bearer tokens that open /metrics and nothing else, for a Prometheus.',
    isSecret: true,
  }),
  LEDGERLINE_WEBHOOK_SECRETS: list.default([]).meta({
    description: 'Standard Webhooks secrets that custom channels may sign POST /events with.',
    isSecret: true,
  }),
  LEDGERLINE_BODY_BYTES_MAX: count
    .default(4 * 1024 * 1024)
    .meta({ description: 'The largest request body that is taken.' }),
  LEDGERLINE_REQUESTS_PER_SECOND_MAX: count
    .optional()
    .meta({ description: 'More webhooks than this are answered with 429; no limit unless given.' }),
  LEDGERLINE_CLOCK_SKEW_MAX_MS: count
    .default(300_000)
    .meta({ description: 'Events from further in the future than this go to the dead letters.' }),
  LEDGERLINE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta({ description: 'Which lines are logged.' }),
  TWILIO_AUTH_TOKENS: list
    .pipe(z.array(z.string().regex(/^(AC[0-9a-f]{32}=)?\S+$/, 'TOKEN or AC…=TOKEN, by commas')))
    .default([])
    .meta({
      description:
        'Auth tokens that sign Twilio webhooks, by commas: TOKEN for any account, AC…=TOKEN for one. Several are tried, for rotation. Without one every webhook is refused.',
      isSecret: true,
    }),
  SENDGRID_WEBHOOK_PUBLIC_KEYS: list
    .pipe(z.array(z.string().refine(isPublicKey, 'no P-256 public key in base64, by commas')))
    .default([])
    .meta({
      description:
        "Verification keys of SendGrid's event and parse webhooks, in base64 as SendGrid shows them, by commas. Without one no event of SendGrid is taken.",
    }),
  SENDGRID_INBOUND_CREDENTIALS: list
    .pipe(z.array(z.string().regex(/^[^\s:]+:\S+$/, 'user:password, by commas')))
    .default([])
    .meta({
      description:
        'user:password in the address that Inbound Parse posts to, by commas, where it is not signed. Without one, and without a key, no mail is taken.',
      isSecret: true,
    }),
  SEGMENT_SHARED_SECRETS: list.default([]).meta({
    description:
      "Shared secrets of Segment's webhook destinations, by commas. Without one nothing of Segment is taken.",
    isSecret: true,
  }),
  TWILIO_ACCOUNT_SID: sid('AC').optional().meta({
    description:
      "The account whose REST API the hub reads to find and fill gaps, and that `twilio setup` sets up. Without it neither is done. It logs in with the API key or, without one, with the account's auth token.",
  }),
  TWILIO_API_KEY: sid('SK')
    .optional()
    .meta({ description: 'An API key of that account; needs TWILIO_API_SECRET.' }),
  TWILIO_API_SECRET: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "The API key's secret.", isSecret: true }),
  TWILIO_WORKSPACE_SID: sid('WS')
    .optional()
    .meta({ description: 'The TaskRouter workspace whose events are read again.' }),
  TWILIO_API_BASE_URL: url.optional().meta({
    description:
      "Another address in the place of Twilio's: https://taskrouter.twilio.com becomes its path /taskrouter. For tests and proxies.",
  }),
  LEDGERLINE_RECONCILE_MINUTES: count.max(1440).default(5).meta({
    description:
      "How often TaskRouter's own list of events is compared with the ledger; only with credentials and workspace set.",
  }),
  LEDGERLINE_REPAIR_REQUESTS_PER_SECOND: z.coerce.number().min(0.1).max(100).default(2).meta({
    description: 'How many requests the hub may make of Twilio, so that others have room left.',
  }),
  LEDGERLINE_LATENESS_MINUTES: count.max(10_080).default(300).meta({
    description:
      'An interval is final when its sources have had so long to tell of it; what changes afterwards is restated.',
  }),
  LEDGERLINE_SILENCE_MINUTES: count.max(1440).default(15).meta({
    description: 'A source of which events are due and none comes for so long has a gap.',
  }),
  LEDGERLINE_ALERT_RULES: z.string().min(1).optional().meta({
    description:
      'The path of a file of alert rules. Without it there are no alerts. Of several processes with the role `api` give it to one.',
  }),
  LEDGERLINE_ALERT_WEBHOOK_URL: url.optional().meta({
    description: 'Where alerts are posted to. Without it they are only shown.',
    isSecret: true,
  }),
  LEDGERLINE_ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'whsec_ and at least 24 bytes in base64')
    .optional()
    .meta({
      description: 'Signs what is posted, as Standard Webhooks ask: whsec_ and base64.',
      isSecret: true,
    }),
  LEDGERLINE_TARGETS: z.string().min(1).optional().meta({
    description:
      'The path of a file of targets that the hub delivers to. Without it nothing is delivered. Of several processes with the role `api` give it to one.',
  }),
  LEDGERLINE_FEED_FALL_PERCENT: count.max(100).default(50).meta({
    description:
      'No snapshot of the adherence feed is told for 15 minutes after more of a hundred agents than this have signed off within ten seconds.',
  }),
  LEDGERLINE_EXPORTS: z.string().min(1).optional().meta({
    description:
      'The path of a file that says which files of intervals are written for which WFM products. Give it to the process that has LEDGERLINE_TARGETS.',
  }),
  KAFKA_BROKERS: list
    .default([])
    .meta({ description: 'host:port, by commas. Without it the ledger is the embedded log.' }),
  KAFKA_CLIENT_ID: z
    .string()
    .min(1)
    .default('ledgerline')
    .meta({ description: 'The name shown to Kafka.' }),
  KAFKA_SSL: flag.default(false).meta({ description: 'Speak TLS with the brokers.' }),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'])
    .optional()
    .meta({ description: 'How to log in to the brokers; needs user name and password.' }),
  KAFKA_SASL_USERNAME: z.string().optional().meta({ description: 'User name at the brokers.' }),
  KAFKA_SASL_PASSWORD: z
    .string()
    .optional()
    .meta({ description: 'Password at the brokers.', isSecret: true }),
  KAFKA_REPLICATION_FACTOR: count.optional().meta({
    description: "Of topics that the hub creates; the brokers' own default unless given.",
  }),
  LEDGERLINE_PARTITIONS: count.optional().meta({
    description:
      'Of a log that is created: 4 embedded, 12 on Kafka unless given. Fixed from then on.',
  }),
  CLICKHOUSE_URL: url
    .optional()
    .meta({ description: 'A ClickHouse server. Without it the hub starts the embedded engine.' }),
  CLICKHOUSE_DATABASE: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'letters, digits and _')
    .default('ledgerline')
    .meta({ description: 'The database of all tables.' }),
  CLICKHOUSE_USER: z.string().default('default').meta({ description: 'User name at the server.' }),
  CLICKHOUSE_PASSWORD: z
    .string()
    .default('')
    .meta({ description: 'Password at the server.', isSecret: true }),
  CLICKHOUSE_READER_USER: z.string().min(1).default('reader').meta({
    description:
      'User name of `ledgerline sql` at the server, which may only read. `default` where the server is the role engine.',
  }),
  CLICKHOUSE_READER_PASSWORD: z.string().default('').meta({
    description: 'Password of that user.',
    isSecret: true,
  }),
  LEDGERLINE_ENGINE_HOST: z.string().min(1).default('127.0.0.1').meta({
    description:
      "The embedded engine's HTTP address. Any but a loopback address needs LEDGERLINE_ENGINE_READER_PASSWORD.",
  }),
  LEDGERLINE_ENGINE_PORT: port
    .default(8123)
    .meta({ description: "The embedded engine's HTTP port." }),
  LEDGERLINE_ENGINE_READER_PASSWORD: z.string().min(1).optional().meta({
    description:
      'Password of the read-only user; without it only callers on this machine may read.',
    isSecret: true,
  }),
})

type SettingName = keyof z.infer<typeof settings>

export type Config = z.infer<typeof settings>

export interface SettingNote {
  readonly name: string
  readonly about: string
  readonly isSecret: boolean
  readonly default: string
}

/** SendGrid shows its keys as base64 of their SPKI form. */
function isPublicKey(base64: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}

/** The settings for people to read. */
export const settingNotes: readonly SettingNote[] = Object.entries(settings.shape).map(
  ([name, schema]) => {
    const meta = schema.meta()
    const preset = schema.safeParse(undefined).data
    return {
      name,
      about: meta?.description ?? '',
      isSecret: meta?.['isSecret'] === true,
      default: preset === undefined ? '' : String(preset),
    }
  },
)

/**
 * Reads the whole configuration, once. Throws CONFIG_INVALID naming every fault at the same time; an empty variable counts
 * as not set. A secret's value is in no message.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const faults: string[] = []
  const given: Record<string, string> = {}
  for (const { name, isSecret } of settingNotes) {
    const value = env[name] ?? ''
    const file = isSecret ? (env[`${name}_FILE`] ?? '') : ''
    if (value !== '' && file !== '') faults.push(`${name}: give it or ${name}_FILE, not both`)
    if (value !== '') given[name] = value
    else if (file !== '') {
      const text = readSecret(file)
      if (text === null) faults.push(`${name}_FILE: cannot be read`)
      else given[name] = text
    }
  }
  const wrong = new Set<string>()
  for (const { path, message } of settings.safeParse(given).error?.issues ?? []) {
    faults.push(`${path.join('.')}: ${message}`)
    wrong.add(String(path[0]))
  }
  // Settings that are right are still looked at together; what is missing only because it is wrong has been named.
  const rest = Object.entries(given).filter(([name]) => !wrong.has(name))
  const config = settings.parse(Object.fromEntries(rest))
  for (const [name, message] of faultsTogether(config)) {
    if (!wrong.has(name)) faults.push(`${name}: ${message}`)
  }
  faults.push(...unknownSettings(env))
  if (faults.length > 0) {
    throw new LedgerlineError('CONFIG_INVALID', faults.join('; '), { retryable: false })
  }
  return config
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** What is wrong with settings that are each right. */
function* faultsTogether(config: Config): Generator<[SettingName, string]> {
  if (!loopback.has(config.LEDGERLINE_HOST) && config.LEDGERLINE_API_TOKENS.length === 0) {
    yield ['LEDGERLINE_API_TOKENS', `needed to listen on ${config.LEDGERLINE_HOST}`]
  }
  const { LEDGERLINE_ENGINE_HOST: engineHost, LEDGERLINE_ENGINE_READER_PASSWORD: password } = config
  if (!loopback.has(engineHost) && password === undefined) {
    const message = `needed for the engine to listen on ${engineHost}`
    yield ['LEDGERLINE_ENGINE_READER_PASSWORD', message]
  }
  if (config.KAFKA_SASL_MECHANISM !== undefined) {
    if (config.KAFKA_SASL_USERNAME === undefined) yield ['KAFKA_SASL_USERNAME', 'needed to log in']
    if (config.KAFKA_SASL_PASSWORD === undefined) yield ['KAFKA_SASL_PASSWORD', 'needed to log in']
  }
  if ((config.TWILIO_API_KEY === undefined) !== (config.TWILIO_API_SECRET === undefined)) {
    const name = config.TWILIO_API_KEY === undefined ? 'TWILIO_API_KEY' : 'TWILIO_API_SECRET'
    yield [name, 'an API key and its secret go together']
  }
  if (config.TWILIO_ACCOUNT_SID === undefined) {
    for (const name of ['TWILIO_API_KEY', 'TWILIO_WORKSPACE_SID'] as const) {
      if (config[name] !== undefined) yield ['TWILIO_ACCOUNT_SID', `needed for ${name}`]
    }
  }
  const {
    LEDGERLINE_ALERT_WEBHOOK_URL: alertUrl,
    LEDGERLINE_ALERT_WEBHOOK_SECRET: alertSecret,
    LEDGERLINE_ALERT_RULES: alertRules,
  } = config
  if (alertUrl !== undefined && alertSecret === undefined) {
    yield ['LEDGERLINE_ALERT_WEBHOOK_SECRET', 'needed to sign what is posted']
  }
  if (alertUrl === undefined && alertSecret !== undefined) {
    yield ['LEDGERLINE_ALERT_WEBHOOK_URL', 'needed for LEDGERLINE_ALERT_WEBHOOK_SECRET']
  }
  if (alertUrl !== undefined && alertRules === undefined) {
    yield ['LEDGERLINE_ALERT_RULES', 'needed for LEDGERLINE_ALERT_WEBHOOK_URL']
  }
  for (const broker of config.KAFKA_BROKERS) {
    if (!/^[^\s:]+:\d{1,5}$/.test(broker)) yield ['KAFKA_BROKERS', `"${broker}" is not host:port`]
  }
}

/** A name that looks like ours but is none is a slip that would else show much later. */
function unknownSettings(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('LEDGERLINE_'))
    .filter((name) => !isSetting(name.replace(/_FILE$/, '')) && !engineOnly.has(name))
    .map((name) => `${name}: no such setting`)
}

/** Handed to the engine's process by the hub, not by people. */
const engineOnly = new Set(['LEDGERLINE_ENGINE_SECRET', 'LEDGERLINE_ENGINE_SECRET_FILE'])

function isSetting(name: string): boolean {
  return name in settings.shape
}

function readSecret(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null
  }
}

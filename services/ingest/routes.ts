import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { createAccess } from './access.ts'
import { addCustomEventsRoute } from './custom-events-route.ts'
import { createErrorAnswer } from './error-answer.ts'
import { createIngest, type LedgerAppender } from './ingest.ts'
import { noMetrics, type IngestMetrics } from './ingest-metrics.ts'
import { addSchemaRoutes } from './schema-routes.ts'
import type { SenderSecrets } from './signer.ts'
import { addSourceRoutes } from './source-routes.ts'
import { clockSkewMaxMsDefault } from './sources/twilio-taskrouter.ts'

export interface IngestConfig extends SenderSecrets {
  readonly apiTokens: readonly string[]
  readonly standardWebhookSecrets: readonly string[]
  readonly bodyBytesMax: number
  /** Of `POST /events`. What Event Streams sends is bounded by its bytes alone: it would not send less. */
  readonly batchMax: number
  readonly requestsPerSecondMax: number | null
  readonly clockSkewMaxMs: number
}

export const ingestDefaults = {
  authTokens: [],
  publicUrl: null,
  sendGridPublicKeys: [],
  sendGridInboundCredentials: [],
  segmentSecrets: [],
  apiTokens: [],
  standardWebhookSecrets: [],
  bodyBytesMax: 4 * 1024 * 1024,
  batchMax: 1000,
  requestsPerSecondMax: null,
  clockSkewMaxMs: clockSkewMaxMsDefault,
} as const satisfies IngestConfig

export interface IngestOptions {
  readonly appender: LedgerAppender
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics?: IngestMetrics
  readonly config: IngestConfig
}

/** What is known of the sources since this process has started. */
export interface IngestStatus {
  /** Source → when it was last heard of. */
  readonly lastReceivedAt: ReadonlyMap<string, Instant>
  /** What Twilio's API wants repeated to it before a new sink becomes active. */
  readonly lastTestId: string | null
}

/** The doors of the hub: whatever comes in is answered with 2xx only when it is durable. */
export async function registerIngest(
  app: FastifyInstance,
  options: IngestOptions,
): Promise<{ status(): IngestStatus }> {
  const { appender, clock, logger, config, metrics = noMetrics } = options
  const lastReceivedAt = new Map<string, Instant>()
  let lastTestId: string | null = null
  const doors = {
    ...{ clock, logger, metrics, config },
    ingest: createIngest(appender, clock, metrics),
    isAllowed: createAccess(config),
    heard: (source: string, at: Instant) => void lastReceivedAt.set(source, at),
    testedBy: (testId: string) => void (lastTestId = testId),
  }

  await app.register(async (scope) => {
    // Signatures are over bytes, and what cannot be understood is kept as bytes: nobody parses before the handler.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: config.bodyBytesMax },
      (_request, body, done) => done(null, body),
    )
    scope.setErrorHandler(createErrorAnswer(logger, metrics))
    if (config.requestsPerSecondMax !== null) {
      await scope.register(rateLimit, {
        max: config.requestsPerSecondMax,
        timeWindow: 1000,
        // One bucket for all: Twilio sends from many addresses, and behind a proxy all have one.
        keyGenerator: () => 'all',
        // Nobody who sends events reads how many more he may send; `Retry-After` is what they heed.
        addHeaders: rateHeadersOff,
        addHeadersOnExceeding: rateHeadersOff,
      })
    }
    addSourceRoutes(scope, doors)
    addCustomEventsRoute(scope, doors)
  })
  // Beside the doors: whoever reads schemas takes nothing away from those who send.
  addSchemaRoutes(app, config.publicUrl)

  return { status: () => ({ lastReceivedAt, lastTestId }) }
}

const rateHeadersOff = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
}

export type Doors = Pick<IngestOptions, 'clock' | 'logger' | 'config'> & {
  readonly metrics: IngestMetrics
  readonly ingest: ReturnType<typeof createIngest>
  readonly isAllowed: ReturnType<typeof createAccess>
  readonly heard: (source: string, at: Instant) => void
  readonly testedBy: (testId: string) => void
}

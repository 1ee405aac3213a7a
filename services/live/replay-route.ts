import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema, type ProblemError } from '../../schemas/feeds/problem.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { answering } from './answering.ts'
import { wrong } from './asked.ts'
import { momentFields } from './asked-moment.ts'
import { openEventConnection } from './event-connection.ts'
import { createFilteredViews } from './filtered-views.ts'
import { ProblemAnswer } from './problem.ts'
import { filterParameters, toFilter } from './state-filter.ts'
import type { StreamConnection } from './stream-connection.ts'
import type { StreamMessage } from './stream-message.ts'
import { replay } from './travel/replay.ts'
import type { Moment } from './travel/moment.ts'
import type { Travel } from './travel/travel.ts'

/** Each holds a whole state of its own. */
const replaysMax = 4

const heartbeatMs = 15_000

/** The state of a past stretch, as its stream was or would have been. */
export function addReplayRoute(
  scope: FastifyInstance,
  { travel, clock, logger }: { travel: Travel; clock: Clock; logger: Logger },
): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  const leaving = new Set<AbortController>()
  app.addHook('preClose', (done) => {
    for (const one of leaving) one.abort()
    done()
  })

  app.get(
    '/v1/state/replay',
    {
      schema: {
        tags: ['state'],
        summary: 'The state of a past stretch and its changes, as server-sent events',
        description:
          'First the event `snapshot`, as /v1/state with `at`; then `changes`, as in /v1/state/stream; at the end `end`.',
        querystring: z.strictObject({
          from: z.string().describe('An instant in ISO 8601, with its offset or in UTC'),
          to: z.string().describe('Where it ends'),
          speed: z.coerce
            .number()
            .min(0)
            .max(100_000)
            .default(1)
            .describe('So many times as fast as it went; 0: as fast as it can be read'),
          as: momentFields.as,
          ...filterParameters,
        }),
        ...answering({
          200: {
            description: 'A stream that ends with the stretch',
            content: { 'text/event-stream': { schema: z.string() } },
          },
          ...{ 400: problemSchema, 401: problemSchema, 429: problemSchema, 503: problemSchema },
        }),
      },
    },
    async (request, reply) => {
      const { from, to, speed, as } = request.query
      const span = await askedSpan(travel, from, to, as)
      if (leaving.size >= replaysMax) {
        throw new ProblemAnswer(429, `${replaysMax} replays go on already, each with its memory`)
      }
      const left = new AbortController()
      leaving.add(left)
      try {
        const past = await travel.open(span.from)
        const { publication, details } = past.view
        const views = createFilteredViews({ current: () => publication, details: () => details })
        const view = views.of(toFilter(request.query))
        reply.hijack()
        // He may have left while the past was read.
        if (reply.raw.destroyed) return
        const connection = openEventConnection(reply.raw)
        connection.onEnd(() => left.abort())
        const heartbeat = setInterval(() => connection.beat(), heartbeatMs)
        const send = createSender(connection, left.signal)
        await replay({
          ...{ past, view, to: span.to.at, speed, clock, send, signal: left.signal },
        }).catch((error: unknown) => {
          // The answer has begun: that it ends without its `end` is all that can be said of it.
          logger.warn({ err: error }, 'replay broken off')
        })
        clearInterval(heartbeat)
        connection.end()
      } finally {
        leaving.delete(left)
      }
    },
  )
}

async function askedSpan(
  travel: Travel,
  from: string,
  to: string,
  as: Moment['as'] | undefined,
): Promise<{ readonly from: Moment; readonly to: Moment }> {
  const found: Moment[] = []
  const errors: ProblemError[] = []
  for (const [field, text] of [
    ['from', from],
    ['to', to],
  ] as const) {
    try {
      found.push(await travel.moment(field, text, as))
    } catch (error) {
      if (!(error instanceof ProblemAnswer) || error.errors === undefined) throw error
      errors.push(...error.errors)
    }
  }
  const [begin, end] = found
  if (begin === undefined || end === undefined) throw wrong(errors)
  if (end.at <= begin.at) throw wrong([{ field: 'to', detail: 'is not later than from' }])
  return { from: begin, to: end }
}

/** Sends one message after the other, each when the reader can take it, or has left. */
function createSender(
  connection: StreamConnection,
  left: AbortSignal,
): (message: StreamMessage) => Promise<void> {
  let goOn: () => void = () => undefined
  connection.onDrain(() => goOn())
  left.addEventListener('abort', () => goOn())
  return async (message) => {
    if (left.aborted || connection.write(message)) return
    await new Promise<void>((resolve) => (goOn = resolve))
  }
}

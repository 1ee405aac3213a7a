import type { FastifyInstance } from 'fastify'
import type { LiveOptions } from './routes.ts'

interface Check {
  readonly name: string
  readonly ok: boolean
}

/** Longer than this nobody who asks after our health will wait. */
const patienceMs = 3_000

/** For those who start, stop and watch processes: open to all, because they say nothing of anybody. */
export function addHealthRoutes(app: FastifyInstance, options: LiveOptions): void {
  const { log, warehouse, state, logger } = options

  app.get('/healthz', (_request, reply) => reply.send({ ok: true }))

  app.get('/readyz', async (_request, reply) => {
    const checks: readonly Check[] = await Promise.all([
      check('log', async () => (await log.end('ledgerline.tasks')).length > 0),
      check('warehouse', () => warehouse.ping()),
      check('live state reads', () => Promise.resolve(state.freshness().reading)),
      check('live state has caught up', () => Promise.resolve(state.isCaughtUp())),
    ])
    const ready = checks.every(({ ok }) => ok)
    return reply.code(ready ? 200 : 503).send({ ready, checks })
  })

  async function check(name: string, isFine: () => Promise<boolean>): Promise<Check> {
    const patience = new AbortController()
    try {
      const ok = await Promise.race([isFine(), late(patience.signal)])
      return { name, ok }
    } catch (error) {
      logger.debug({ err: error, check: name }, 'not ready')
      return { name, ok: false }
    } finally {
      patience.abort()
    }
  }
}

function late(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patienceMs)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })
}

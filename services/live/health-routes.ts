import type { FastifyInstance } from 'fastify'
import type { EventLog } from '../log/log.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** Something without which a process is of no use, by name. A rejection is a no. */
export type Needs = Readonly<Record<string, () => Promise<boolean>>>

interface Check {
  readonly name: string
  readonly ok: boolean
}

/** What every process needs that reads the ledger or the tables. */
export function tableNeeds(log: EventLog, warehouse: Warehouse): Needs {
  return {
    log: async () => (await log.end('ledgerline.tasks')).length > 0,
    warehouse: () => warehouse.ping(),
  }
}

/** Longer than this nobody who asks after our health will wait. */
const patienceMs = 3_000

/** For those who start, stop and watch processes: open to all, because they say nothing of anybody. */
export function addHealthRoutes(app: FastifyInstance, needs: Needs, logger: Logger): void {
  app.get('/healthz', (_request, reply) => reply.send({ ok: true }))

  app.get('/readyz', async (_request, reply) => {
    const checks = await Promise.all(
      Object.entries(needs).map(([name, isFine]) => check(name, isFine)),
    )
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

import type { FastifyInstance } from 'fastify'
import { workLineSchema } from '../../schemas/feeds/operations.ts'
import type { RehearsalResult } from '../../schemas/feeds/rehearsal.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import { readDefinitionsFile } from '../definitions/definitions-file.ts'
import type { EventLog } from '../log/log.ts'
import type { RehearsedCell, RehearsedChange } from '../runner/rehearsed-changes.ts'
import { rehearse } from '../runner/rehearsal.ts'
import type { Runner } from '../runner/runner.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { askedRehearsal } from './asked-file.ts'
import { unfit } from './definition-routes.ts'
import { dimensionNames } from './dimension-names.ts'
import type { LedgerDefinitions } from './ledger-definitions.ts'
import { described } from './operations-described.ts'
import { createLongWork, progressBy, type LongWorkOptions } from './operations-work.ts'

export interface RehearsalRouteOptions extends LongWorkOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly runner: Runner | null
  readonly ledger: LedgerDefinitions
}

/** What definitions would change, told before they are set. It only reads, so it runs beside everything else. */
export function addRehearsalRoute(scope: FastifyInstance, options: RehearsalRouteOptions): void {
  const { log, warehouse, runner, ledger, clock, logger, refusal } = options
  const work = createLongWork({ clock, logger, refusal })
  scope.addHook('onClose', () => work.close())
  scope.post(
    '/v1/operations/definitions/rehearse',
    described(
      'Tells what definitions would change, and sets nothing; body: a file in YAML; parameters: days, back from today, and from, the instant from which they would hold, else the beginning of these days',
      workLineSchema.describe('Lines of JSON: progress again and again, then a result or an error'),
    ),
    async ({ query, body }, reply) => {
      const now = clock.now()
      const { value, from, since } = askedRehearsal(query, body, readDefinitionsFile, now)
      const foreseen = await ledger.foresee(value, from, now)
      if (foreseen.kind === 'refused') throw unfit(foreseen.faults)
      const { version, event, before, after } = foreseen
      return work.run('rehearsal', reply, async (context) => {
        if (runner === null) throw new Error('work was begun without a runner')
        const found = await rehearse({
          ...{ log, warehouse, shards: runner.progress(), before, after, since },
          onProgress: progressBy(context, () => clock.now()),
        })
        return {
          ...{ version, isNew: event !== null, from, since: found.from },
          intervalMinutes: {
            old: before.intervalMs / 60_000,
            new: after.intervalMs / 60_000,
          },
          entities: found.entities,
          changes: await named(warehouse, found.changes),
          examples: found.examples.map(shown),
          isWhole: found.isWhole,
        } satisfies RehearsalResult
      })
    },
  )
}

/** With the names by which queues and agents are called now. */
async function named(
  warehouse: Warehouse,
  changes: readonly RehearsedChange[],
): Promise<RehearsalResult['changes']> {
  const idsOf = (column: 'queue' | 'agent') =>
    [...new Set(changes.map((change) => change[column]))].filter((id) => id !== '')
  const queueName = await dimensionNames(warehouse, 'queue', idsOf('queue'), 'is')
  const agentName = await dimensionNames(warehouse, 'worker', idsOf('agent'), 'is')
  return changes.map((change) => ({
    ...change,
    unit: unitOf(change),
    queueName: queueName(change.workspace, change.queue, Infinity),
    agentName: agentName(change.workspace, change.agent, Infinity),
  }))
}

function unitOf({ table, metric }: RehearsedChange): 'count' | 'ms' {
  const metrics: readonly Metric[] = intervalMetrics[table]
  return metrics.find(({ name }) => name === metric)?.unit === 'ms' ? 'ms' : 'count'
}

function shown({ key, ...cell }: RehearsedCell): RehearsalResult['examples'][number] {
  const { interval_start: start, ...rest } = key
  return {
    ...cell,
    key: Object.fromEntries(Object.entries(rest).map(([name, of]) => [name, String(of)])),
    interval: new Date(Number(start)).toISOString(),
  }
}

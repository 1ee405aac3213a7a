import type { FastifyInstance } from 'fastify'
import type { Instant } from '../../schemas/events/instant.ts'
import { workLineSchema } from '../../schemas/feeds/operations.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { rehearsalQuerySchema, type RehearsalResult } from '../../schemas/feeds/rehearsal.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import type { Metric } from '../../schemas/metrics/metric.ts'
import type { FileDefinitions } from '../definitions/definitions-file.ts'
import type { EventLog } from '../log/log.ts'
import type { RehearsedCell, RehearsedChange } from '../runner/rehearsed-changes.ts'
import { rehearse } from '../runner/rehearsal.ts'
import type { Runner } from '../runner/runner.ts'
import { workRate } from '../runtime/work-rate.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { askedFile, askedInstant } from './asked-definitions.ts'
import { unfit } from './definition-routes.ts'
import { dimensionNames } from './dimension-names.ts'
import type { LedgerDefinitions } from './ledger-definitions.ts'
import { described } from './operations-described.ts'
import { createLongWork, type LongWorkOptions, type WorkContext } from './operations-work.ts'
import { ProblemAnswer } from './problem.ts'

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
      const { definitions, from, since } = toRequest(query, body, now)
      const foreseen = await ledger.foresee(definitions, from, now)
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

interface RehearsalRequest {
  readonly definitions: FileDefinitions
  readonly from: Instant
  /** The beginning of the days that are looked at. */
  readonly since: Instant
}

const choices = Object.keys(rehearsalQuerySchema.shape)

/** All that is wrong at once: with the parameters and with the file. */
function toRequest(query: unknown, body: unknown, now: Instant): RehearsalRequest {
  const parameters = rehearsalQuerySchema.safeParse(query)
  const errors: ProblemError[] = (parameters.error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({ field, detail: 'there is no such parameter', choices }))
      : { field: issue.path.join('.'), detail: issue.message },
  )
  const file = askedFile(body)
  if ('errors' in file) errors.push(...file.errors)
  const { days = 0, from: text } = parameters.data ?? {}
  const since = dayStart(now) - days * dayMs
  let from = since
  if (text !== undefined) {
    const asked = askedInstant('from', text)
    if ('errors' in asked) errors.push(...asked.errors)
    else from = asked.at
  }
  if (from < since) {
    // What had its last event before these days would be changed too, and nobody would have looked at it.
    const needed = Math.ceil((dayStart(now) - from) / dayMs)
    const detail = `lies before the days that are looked at: ask for ${needed} days or more`
    errors.push({ field: 'from', detail })
  }
  if (errors.length === 0 && 'definitions' in file) {
    return { definitions: file.definitions, from, since }
  }
  throw new ProblemAnswer(400, 'this cannot be rehearsed', errors)
}

function progressBy({ onProgress }: WorkContext, now: () => Instant) {
  const beganAt = now()
  return (done: number, total: number) =>
    onProgress({ done, total, ...workRate(done, total - done, now() - beganAt) })
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

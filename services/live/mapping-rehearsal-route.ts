import type { FastifyInstance } from 'fastify'
import type { MappingRehearsal } from '../../schemas/feeds/mappings.ts'
import { workLineSchema } from '../../schemas/feeds/operations.ts'
import { readMappingFile } from '../definitions/mapping-file.ts'
import type { EventLog } from '../log/log.ts'
import { rehearseMapping } from '../runner/mapping-rehearsal.ts'
import type { Runner } from '../runner/runner.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { askedRehearsal } from './asked-file.ts'
import { dimensionNames } from './dimension-names.ts'
import type { LedgerMappings } from './ledger-mappings.ts'
import { described } from './operations-described.ts'
import { createLongWork, progressBy, type LongWorkOptions } from './operations-work.ts'

export interface MappingRehearsalOptions extends LongWorkOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly runner: Runner | null
  readonly ledger: LedgerMappings
}

/** What a mapping would change, told before it is set. It only reads, so it runs beside everything else. */
export function addMappingRehearsal(
  scope: FastifyInstance,
  options: MappingRehearsalOptions,
): void {
  const { log, warehouse, runner, ledger, clock, logger, refusal } = options
  const work = createLongWork({ clock, logger, refusal })
  scope.addHook('onClose', () => work.close())
  scope.post(
    '/v1/operations/mappings/rehearse',
    described(
      'Tells what a mapping would change, and sets nothing; body: a file in YAML; parameters: days, back from today, and from, the instant from which it would hold, else the beginning of these days',
      workLineSchema.describe('Lines of JSON: progress again and again, then a result or an error'),
    ),
    async ({ query, body }, reply) => {
      const now = clock.now()
      const { value, from } = askedRehearsal(query, body, readMappingFile, now)
      const { target } = value
      const { version, event, before, after } = await ledger.foresee(value, from, now)
      return work.run('rehearsal', reply, async (context) => {
        if (runner === null) throw new Error('work was begun without a runner')
        const { changes, ...found } = await rehearseMapping({
          ...{ log, warehouse, shards: runner.progress(), before, after, target, from },
          onProgress: progressBy(context, () => clock.now()),
        })
        const ids = [...new Set(changes.map(({ agent }) => agent))]
        const nameOf = await dimensionNames(warehouse, 'worker', ids, 'is')
        return {
          ...{ target, version, isNew: event !== null, from, ...found },
          codes: [...found.codes],
          changes: changes.map((change) => ({
            ...change,
            agentName: nameOf(change.workspace, change.agent, Infinity),
          })),
        } satisfies MappingRehearsal
      })
    },
  )
}

import type { FastifyInstance } from 'fastify'
import type { Instant } from '../../schemas/events/instant.ts'
import {
  mappingCoverageSchema,
  mappingExplainedSchema,
  mappingsAnswerSchema,
  mappingSetResultSchema,
  type MappingExplained,
  type MappingsAnswer,
  type MappingSetResult,
} from '../../schemas/feeds/mappings.ts'
import { readMappingFile } from '../definitions/mapping-file.ts'
import { explainMapping } from '../runner/mapping-explained.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { dayMs } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { wrong } from './asked.ts'
import { askedFile } from './asked-file.ts'
import { askedParameters } from './asked-parameters.ts'
import type { LedgerKnowledge } from './ledger-knowledge.ts'
import type { LedgerMappings } from './ledger-mappings.ts'
import { mappingCoverage } from './mapping-coverage.ts'
import { described } from './operations-described.ts'
import { ProblemAnswer } from './problem.ts'

export interface MappingRoutesOptions {
  readonly ledger: LedgerMappings
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly logger: Logger
}

/** How agents become what WFM products call them: to be read, set by a file, and asked why. */
export function addMappingRoutes(scope: FastifyInstance, options: MappingRoutesOptions): void {
  const { ledger, warehouse, clock, logger } = options

  scope.get(
    '/v1/mappings',
    described(
      'The mappings of WFM targets, and since when; parameters: target, and at, an instant in ISO 8601',
      mappingsAnswerSchema,
    ),
    async ({ query }) => {
      const { at = clock.now(), target } = askedParameters(query, ['at'], ['target'])
      return answerOf(await ledger.read(), at, target)
    },
  )

  scope.post(
    '/v1/operations/mappings',
    described(
      'Sets the mapping of a target; body: a file in YAML; parameter: from, the instant from which it holds, else now',
      mappingSetResultSchema,
    ),
    async ({ query, body }) => {
      const now = clock.now()
      const { from = now } = askedParameters(query, ['from'])
      const file = askedFile(body, readMappingFile)
      if ('errors' in file) {
        throw new ProblemAnswer(400, 'this mapping is refused; what is in force stays', file.errors)
      }
      const { target } = file.value
      const { version, isNew } = await ledger.set(file.value, from, now)
      if (isNew) logger.info({ target, version, from }, 'a mapping is set')
      return { target, version, from, isNew } satisfies MappingSetResult
    },
  )

  scope.get(
    '/v1/mappings/explain',
    described(
      'Why a worker is told to a target as he is; parameters: target, worker, and at, else now',
      mappingExplainedSchema,
    ),
    async ({ query }) => {
      const asked = askedParameters(query, ['at'], ['target', 'worker'])
      const { at = clock.now(), target, worker } = asked
      if (target === undefined || worker === undefined) {
        const missing = (['target', 'worker'] as const).filter((name) => asked[name] === undefined)
        throw wrong(missing.map((field) => ({ field, detail: 'must be given' })))
      }
      const { knowledge } = await ledger.read()
      const targets = [...new Set(knowledge.mappings.map(({ of }) => of.target))]
      if (!targets.includes(target)) {
        throw wrong([{ field: 'target', detail: 'has no mapping', choices: targets }])
      }
      const question = { target, worker, at }
      const found = await explainMapping(warehouse, question, knowledge, clock.now())
      if (found === null) {
        throw wrong([{ field: 'worker', detail: 'nobody has told of such a worker' }])
      }
      return shown({ ...question, ...found })
    },
  )

  scope.get(
    '/v1/mappings/coverage',
    described(
      'How much time of agents no rule maps; parameters: target, from, to, else the last seven days',
      mappingCoverageSchema,
    ),
    async ({ query }) => {
      const asked = askedParameters(query, ['from', 'to'], ['target'])
      const to = Math.min(asked.to ?? Infinity, clock.now())
      const from = asked.from ?? to - 7 * dayMs
      if (from >= to) throw wrong([{ field: 'from', detail: 'must be before to, and before now' }])
      return mappingCoverage(warehouse, { from, to }, asked.target ?? null)
    },
  )
}

/** Without the carrier's own fields. */
function shown({
  told,
  moment,
  mapped,
  ...rest
}: Pick<MappingExplained, 'target' | 'worker' | 'at'> &
  NonNullable<Awaited<ReturnType<typeof explainMapping>>>): MappingExplained {
  return {
    ...rest,
    told:
      told === null
        ? null
        : {
            ...{ state: told.state, from: told.from, to: told.to, version: told.version },
            rules: [...told.rules],
          },
    moment:
      moment === null
        ? null
        : {
            activity: moment.activity,
            contacts: [...moment.contacts],
            attributes: moment.attributes,
          },
    mapped: mapped === null ? null : { ...mapped, rules: [...mapped.rules] },
    tried: [...rest.tried],
  }
}

function answerOf(
  { knowledge, setAt }: LedgerKnowledge,
  at: Instant,
  target: string | undefined,
): MappingsAnswer {
  const versions = knowledge.mappings
    .filter(({ of }) => target === undefined || of.target === target)
    .map(({ id, from, of }) => ({
      ...{ target: of.target, version: of.version, from },
      ...{ setAt: setAt.get(id) ?? null, mapping: of },
    }))
  const targets = [...new Set(versions.map((one) => one.target))]
  const inForce = targets.flatMap(
    (name) => versions.findLast((one) => one.target === name && one.from <= at) ?? [],
  )
  return { at, inForce, versions }
}

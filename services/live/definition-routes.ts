import type { FastifyInstance } from 'fastify'
import { defaultDefinitions } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import {
  definitionsAnswerSchema,
  definitionsSetResultSchema,
  type DefinitionsAnswer,
  type DefinitionsSet,
  type DefinitionsSetResult,
} from '../../schemas/feeds/definitions.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { readDefinitionsFile } from '../definitions/definitions-file.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { askedFile } from './asked-file.ts'
import { askedParameters } from './asked-parameters.ts'
import type { LedgerDefinitions } from './ledger-definitions.ts'
import type { LedgerKnowledge } from './ledger-knowledge.ts'
import { described } from './operations-described.ts'
import { ProblemAnswer } from './problem.ts'

export interface DefinitionRoutesOptions {
  readonly ledger: LedgerDefinitions
  readonly clock: Clock
  readonly logger: Logger
}

/** By what the hub counts: to be read, and to be set by a file. */
export function addDefinitionRoutes(
  scope: FastifyInstance,
  options: DefinitionRoutesOptions,
): void {
  const { ledger, clock, logger } = options
  scope.get(
    '/v1/definitions',
    described(
      'By what numbers are counted, and since when; parameter: at, an instant in ISO 8601',
      definitionsAnswerSchema,
    ),
    async ({ query }) => {
      const { at = clock.now() } = askedParameters(query, ['at'])
      return answerOf(await ledger.read(), at)
    },
  )

  scope.post(
    '/v1/operations/definitions',
    described(
      'Sets definitions; body: a file in YAML; parameter: from, the instant from which they hold, else now',
      definitionsSetResultSchema,
    ),
    async ({ query, body }) => {
      const now = clock.now()
      const { from = now } = askedParameters(query, ['from'])
      const file = askedFile(body, readDefinitionsFile)
      if ('errors' in file) {
        throw new ProblemAnswer(
          400,
          'these definitions are refused; those in force stay',
          file.errors,
        )
      }
      const result = await ledger.set(file.value, from, now)
      if (result.kind === 'refused') throw unfit(result.faults)
      const { version, isNew } = result
      if (isNew) logger.info({ version, from }, 'definitions are set')
      return { version, from, isNew } satisfies DefinitionsSetResult
    },
  )
}

/** What a file asks for cannot be together with what is in the ledger. */
export function unfit(faults: readonly ProblemError[]): ProblemAnswer {
  return new ProblemAnswer(409, 'these definitions do not fit the ledger', faults)
}

function answerOf({ knowledge, setAt }: LedgerKnowledge, at: Instant): DefinitionsAnswer {
  const versions = knowledge.definitions.map(({ id, from, of }): DefinitionsSet => ({
    ...{ version: of.version, from, setAt: setAt.get(id) ?? null, definitions: of },
  }))
  const inForce = versions.findLast(({ from }) => from !== null && from <= at) ?? byDefault
  return { at, inForce, versions }
}

const byDefault: DefinitionsSet = {
  ...{ version: 0, from: null, setAt: null, definitions: defaultDefinitions },
}

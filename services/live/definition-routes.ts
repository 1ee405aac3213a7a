import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
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
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { wrong } from './asked.ts'
import { askedFile, askedInstant } from './asked-definitions.ts'
import type { LedgerDefinitions, LedgerKnowledge } from './ledger-definitions.ts'
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
  // A file is text, under whatever name it comes.
  scope.addContentTypeParser(
    ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  )

  scope.get(
    '/v1/definitions',
    described(
      'By what numbers are counted, and since when; parameter: at, an instant in ISO 8601',
      definitionsAnswerSchema,
    ),
    async ({ query }) => {
      const at = readParameter(query, 'at') ?? clock.now()
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
      const from = readParameter(query, 'from') ?? now
      const file = askedFile(body)
      if ('errors' in file) {
        throw new ProblemAnswer(
          400,
          'these definitions are refused; those in force stay',
          file.errors,
        )
      }
      const result = await ledger.set(file.definitions, from, now)
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

/** An instant that a call may name; undefined if it does not. */
function readParameter(query: unknown, name: 'at' | 'from'): Instant | undefined {
  const parameters = z.strictObject({ [name]: z.string().optional() }).safeParse(query)
  if (!parameters.success) {
    const errors = parameters.error.issues.map(({ path, message }) => ({
      ...{ field: path.join('.'), detail: message },
    }))
    throw wrong(errors)
  }
  const text = parameters.data[name]
  if (text === undefined) return undefined
  const asked = askedInstant(name, text)
  if ('errors' in asked) throw wrong(asked.errors)
  return asked.at
}

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
import { readDefinitionsFile, type FileDefinitions } from '../definitions/definitions-file.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { readInstant } from '../time/zone.ts'
import { createLedgerDefinitions, type LedgerKnowledge } from './ledger-definitions.ts'
import { described } from './operations-described.ts'
import { wrong } from './asked.ts'
import { ProblemAnswer } from './problem.ts'

export interface DefinitionRoutesOptions {
  readonly log: EventLog
  readonly clock: Clock
  readonly logger: Logger
}

/** By what the hub counts: to be read, and to be set by a file. */
export function addDefinitionRoutes(
  scope: FastifyInstance,
  options: DefinitionRoutesOptions,
): void {
  const { log, clock, logger } = options
  const ledger = createLedgerDefinitions(log)
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
      const result = await ledger.set(readFile(body), from, now)
      if (result.kind === 'refused') {
        throw new ProblemAnswer(409, 'these definitions do not fit the ledger', result.faults)
      }
      const { version, isNew } = result
      if (isNew) logger.info({ version, from }, 'definitions are set')
      return { version, from, isNew } satisfies DefinitionsSetResult
    },
  )
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

/** The definitions of a file, or every fault of it with its place. */
function readFile(body: unknown): FileDefinitions {
  if (typeof body !== 'string') {
    throw new ProblemAnswer(415, 'send the file as text: content-type application/yaml')
  }
  const file = readDefinitionsFile(body)
  if (file.kind === 'understood') return file.definitions
  const errors = file.faults.map(({ choices, ...fault }): ProblemError => ({
    ...fault,
    ...(choices === undefined ? {} : { choices: [...choices] }),
  }))
  throw new ProblemAnswer(400, 'these definitions are refused; those in force stay', errors)
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
  const read = readInstant(text, 'UTC')
  const fault =
    read.kind === 'wrong'
      ? read.detail
      : read.at < 0 || read.at > latest
        ? 'must be between 1970 and 2200'
        : null
  if (read.kind === 'instant' && fault === null) return read.at
  throw wrong([{ field: name, detail: fault ?? '' }])
}

const latest = Date.UTC(2200, 0)

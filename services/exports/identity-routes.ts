import type { FastifyInstance } from 'fastify'
import {
  identitiesAnswerSchema,
  identitiesSetResultSchema,
  type IdentitiesAnswer,
  type IdentitiesSetResult,
} from '../../schemas/feeds/identities.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { readIdentitiesFile } from '../definitions/identities-file.ts'
import { isFromAnotherSite } from '../live/access.ts'
import { answering } from '../live/answering.ts'
import { acceptYaml, askedFile } from '../live/asked-file.ts'
import { ProblemAnswer } from '../live/problem.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { LedgerIdentities } from './ledger-identities.ts'
import { numberFaults } from './plan/numbers.ts'

export interface IdentityRoutesOptions {
  readonly identities: LedgerIdentities
  readonly clock: Clock
  readonly logger: Logger
}

/** By what products know queues and agents: to be read, and set by a file. */
export function addIdentityRoutes(scope: FastifyInstance, options: IdentityRoutesOptions): void {
  const { identities, clock, logger } = options
  const tags = ['exports']

  scope.get(
    '/v1/identities',
    {
      schema: {
        tags,
        summary: 'By what WFM products know queues and agents, as far as the ledger tells',
        ...answering({ 200: identitiesAnswerSchema, 401: problemSchema }),
      },
    },
    async (): Promise<IdentitiesAnswer> => ({
      targets: [...(await identities.all())].map(([target, { told, version, assigned }]) => ({
        ...{ target, version, identities: told, assigned: [...assigned] },
      })),
    }),
  )

  void scope.register((own, _options, done) => {
    acceptYaml(own)
    own.post(
      '/v1/operations/identities',
      {
        schema: {
          tags,
          summary: 'Sets by what a product knows queues and agents; body: a file in YAML',
          ...answering({
            ...{ 200: identitiesSetResultSchema, 400: problemSchema, 401: problemSchema },
            ...{ 403: problemSchema, 415: problemSchema },
          }),
        },
      },
      async (request): Promise<IdentitiesSetResult> => {
        if (isFromAnotherSite(request)) throw new ProblemAnswer(403, 'it comes from another site')
        const file = askedFile(request.body, readIdentitiesFile)
        if ('errors' in file) {
          const title = 'these identities are refused; what is in force stays'
          throw new ProblemAnswer(400, title, file.errors)
        }
        const { target } = file.value
        const faults = numberFaults(file.value, (await identities.read(target)).assigned)
        if (faults.length > 0) {
          const errors = faults.map((detail) => ({ field: 'queues', detail }))
          throw new ProblemAnswer(400, 'these identities would make one queue of two', errors)
        }
        const { version, isNew } = await identities.set(file.value, clock.now())
        if (isNew) logger.info({ target, version }, 'identities are set')
        return { target, version, isNew }
      },
    )
    done()
  })
}

import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import {
  jobSchema,
  rebuildQuerySchema,
  rebuildResultSchema,
  verifyResultSchema,
} from '../../schemas/feeds/operations.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import type { EventLog } from '../log/log.ts'
import { rebuild, verify, type RebuildOptions } from '../runner/rebuild.ts'
import type { Runner } from '../runner/runner.ts'
import { dropShadow, hasSwapToMend, mendSwap } from '../runner/shadow.ts'
import { readTopics } from '../runner/shards.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { answering } from './answering.ts'
import { described } from './operations-described.ts'
import { createJobs } from './operations-job.ts'
import { ProblemAnswer } from './problem.ts'
import { monthAsked, toDate } from './rebuild-from.ts'

export interface JobRoutesOptions {
  readonly log: EventLog
  readonly warehouse: Warehouse
  readonly runner: Runner | null
  readonly stateFolder: string
  readonly clock: Clock
  readonly logger: Logger
}

/** Rebuild and verify take hours on a large ledger: they are started, looked at, and stopped, each by a call of its own. */
export function addJobRoutes(scope: FastifyInstance, options: JobRoutesOptions): void {
  const { log, runner, warehouse, stateFolder, clock, logger } = options
  const jobs = createJobs({
    ...{ clock, logger },
    refusal: () => whyNot(log, runner),
    async discard() {
      if (await hasSwapToMend(warehouse)) {
        await runner?.paused(() => mendSwap(warehouse, stateFolder))
      }
      await dropShadow(warehouse, stateFolder)
    },
  })
  scope.addHook('onClose', () => jobs.close())

  scope.post(
    '/v1/operations/rebuild',
    starting(`Folds the ledger into new tables and puts them in the place of the old; ${goesOn}`, {
      querystring: rebuildQuerySchema,
    }),
    async ({ query }, reply) => {
      const { from: date } = rebuildQuerySchema.parse(query)
      const from = date === undefined ? null : await monthAsked(date, { warehouse, clock })
      const asked = { work: 'rebuild', from: from === null ? null : toDate(from) } as const
      const job = jobs.start(asked, async (onProgress) =>
        rebuildResultSchema.parse(await rebuild(optionsWith(onProgress), from)),
      )
      return reply.code(202).send(job)
    },
  )
  scope.post(
    '/v1/operations/verify',
    starting(`Works all tables out again and compares; ${goesOn}`),
    (_request, reply) => {
      const job = jobs.start({ work: 'verify' }, (onProgress) => verified(optionsWith(onProgress)))
      return reply.code(202).send(job)
    },
  )
  scope.get(
    '/v1/operations/job',
    described('The rebuild or verify that is under way, or the last that was', jobSchema),
    () => {
      const job = jobs.latest()
      if (job === null) throw new ProblemAnswer(404, 'no work has been asked for since the start')
      return job
    },
  )
  scope.delete(
    '/v1/operations/job',
    starting('Ends the job, and throws away what it, or one that was cut off, has read so far'),
    async (_request, reply) => {
      const job = await jobs.stop()
      return job === null ? reply.code(204).send() : reply.code(202).send(job)
    },
  )

  function optionsWith(onProgress: RebuildOptions['onProgress']): RebuildOptions {
    if (runner === null) throw new Error('work was begun without a runner')
    return { log, warehouse, runner, stateFolder, clock, logger, onProgress }
  }
}

/** A call after which something goes on. */
function starting(summary: string, asked: { readonly querystring?: z.ZodType } = {}) {
  const refused = asked.querystring === undefined ? {} : { 400: problemSchema }
  const responses = { 202: jobSchema, ...refused, 401: problemSchema, 409: problemSchema }
  return { schema: { tags: ['operations'], summary, ...asked, ...answering(responses) } }
}

const goesOn = 'the job goes on by itself: see GET /v1/operations/job'

/** Each interval twice: from the ledger in shadow tables, and in SQL from the facts. */
async function verified(options: RebuildOptions) {
  const { tables, differences, missingDerived, facts } = await verify(options)
  return verifyResultSchema.parse({
    isSame:
      differences.length === 0 && missingDerived.length === 0 && facts.differences.length === 0,
    tables,
    againstLog: differences,
    missingDerived,
    factsCompared: facts.compared,
    againstFacts: facts.differences,
  })
}

/**
 * A rebuild puts new tables in the place of all shards' tables at once, so it needs all shards; a verify of some would
 * call the rows of the others a difference.
 */
export function whyNot(log: EventLog, runner: Runner | null): string | null {
  if (runner === null) return 'this process writes no tables: ask one with the role projections'
  const [held, all] = [runner.progress().length, shardsCount(log)]
  if (held === all) return null
  return `this process holds ${held} of ${all} shards: run only one with the role projections, and wait until it has all`
}

function shardsCount(log: EventLog): number {
  return readTopics.reduce((sum, topic) => sum + log.partitions(topic), 0)
}

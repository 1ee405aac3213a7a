import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  exportAskedSchema,
  exportContentSchema,
  exportDifferencesSchema,
  exportResultSchema,
  exportsSchema,
  type ExportContent,
  type ExportDifferences,
  type ExportFileStatus,
  type ExportResult,
  type Exports as ExportsAnswer,
} from '../../schemas/feeds/exports.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { isFromAnotherSite } from '../live/access.ts'
import { answering } from '../live/answering.ts'
import { ProblemAnswer } from '../live/problem.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { askedExportFile, askedStretches } from './asked-export.ts'
import type { Exports } from './configured-exports.ts'
import { tableOf, type ExportFile } from './export-file.ts'
import { writeStretches } from './history.ts'
import { refusedNow } from './refused-now.ts'
import { seenOf } from './seen.ts'
import { shownFaults } from './shown-faults.ts'

export interface ExportRoutesOptions {
  /** Null: this process writes no files. */
  readonly exports: Exports | null
  readonly clock: Clock
  readonly logger: Logger
}

const tags = ['exports']
const place = z.object({ target: z.string(), file: z.string() })
const problems = { 400: problemSchema, 401: problemSchema, 404: problemSchema, 409: problemSchema }

/** What was written, files as they would be now, and to have some written. */
export function addExportRoutes(scope: FastifyInstance, options: ExportRoutesOptions): void {
  const { exports, clock } = options
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/exports',
    {
      schema: {
        tags,
        summary: 'Files of intervals: how each sort stands, and what was written, with manifests',
        querystring: z.strictObject({
          target: z.string().optional(),
          file: z.string().optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(100),
        }),
        ...answering({ 200: exportsSchema, 400: problemSchema, 401: problemSchema }),
      },
    },
    async ({ query }, reply): Promise<unknown> => {
      const files = (exports?.files ?? []).filter(
        ({ target, name }) => (query.target ?? target) === target && (query.file ?? name) === name,
      )
      const shown: ExportFileStatus[] = []
      for (const file of files) if (exports !== null) shown.push(await statusOf(exports, file))
      return reply.send({
        ...{ at: iso(clock.now()), files: shown },
        written: [...(exports?.journal.list(query) ?? [])],
      } satisfies ExportsAnswer)
    },
  )

  app.get(
    '/v1/exports/differences',
    {
      schema: {
        tags,
        summary: 'Stretches that were written and say something else now',
        ...answering({ 200: exportDifferencesSchema, 401: problemSchema }),
      },
    },
    async (_request, reply): Promise<unknown> => {
      const differences: ExportDifferences['differences'] = []
      for (const file of exports?.files ?? []) {
        if (exports === null || file.deliverTo === null) continue
        const { differing } = await exports.rounds.look(file)
        for (const { from, to, writtenAt } of differing) {
          const { lateData } = file.policy
          differences.push({
            ...{ target: file.target, file: file.name, lateData, from: iso(from), to: iso(to) },
            ...{ writtenAt: iso(writtenAt), willBeSent: lateData !== 'append once' },
          })
        }
      }
      return reply.send({ differences } satisfies ExportDifferences)
    },
  )

  app.get(
    '/v1/exports/:target/:file',
    {
      schema: {
        tags,
        summary: 'A file as it would be written now; with format=json its manifest too',
        params: place,
        querystring: z.strictObject({
          from: z.string(),
          to: z.string(),
          format: z.enum(['file', 'json']).default('file'),
          name: z.string().optional().describe('Which, where the rows make several'),
        }),
        ...answering({
          200: {
            description: 'The file in the form of its target',
            content: {
              'application/json': { schema: exportContentSchema },
              'text/csv': { schema: z.string() },
            },
          },
          ...problems,
        }),
      },
    },
    async ({ params, query }, reply): Promise<unknown> => {
      const { exports: own, file } = askedExportFile(exports, params.target, params.file)
      const { span } = askedStretches(
        own,
        file,
        { ...query, stretchMinutes: file.form.intervalMinutes },
        clock.now(),
      )
      const result = await own.exporter.content(file, span, await seenOf(own, file, span))
      if (result.kind === 'refused') throw refusedNow(result.faults)
      const { manifest, documents } = result
      if (query.format === 'json') {
        return reply.send({
          manifest,
          documents: documents.map(({ name, contentType, text }) => ({ name, contentType, text })),
        } satisfies ExportContent)
      }
      const wanted = documents.filter(({ name }) => (query.name ?? name) === name)
      const [only] = wanted
      if (only === undefined || wanted.length > 1) {
        const names = documents.map(({ name }) => name).join(', ')
        throw new ProblemAnswer(
          409,
          `these rows make ${documents.length} files; say name: ${names}`,
        )
      }
      return reply
        .header('content-disposition', `attachment; filename="${encodeURIComponent(only.name)}"`)
        .type(only.contentType)
        .send(only.text)
    },
  )

  app.post(
    '/v1/operations/exports/:target/:file',
    {
      schema: {
        tags,
        summary: 'Has files written and delivered; what was written and says the same is left',
        params: place,
        body: exportAskedSchema,
        ...answering({ 200: exportResultSchema, ...problems, 403: problemSchema }),
      },
    },
    async (request, reply): Promise<unknown> => {
      if (isFromAnotherSite(request)) throw new ProblemAnswer(403, 'it comes from another site')
      const { params, body } = request
      const { exports: own, file } = askedExportFile(exports, params.target, params.file)
      if (file.deliverTo === null) {
        throw new ProblemAnswer(409, `it is delivered nowhere: exports.${file.target}.deliver`)
      }
      const asked = askedStretches(own, file, body, clock.now())
      const { isAgain } = body
      const result: ExportResult = await writeStretches(own, file, { ...asked, isAgain })
      return reply.send(result)
    },
  )
}

async function statusOf({ rounds, journal }: Exports, file: ExportFile): Promise<ExportFileStatus> {
  const { policy, form } = file
  const told = {
    ...{ target: file.target, file: file.name, title: file.title, table: tableOf(form) },
    ...{ deliverTo: file.deliverTo, lateData: policy.lateData },
    closeDelayMinutes: policy.closeDelayMs / 60_000,
    stretchMinutes: file.stretchMinutes,
  }
  if (file.deliverTo === null) {
    return { ...told, writtenUntil: null, waiting: 0, differing: 0, refusal: null }
  }
  const { stretches, written, differing } = await rounds.look(file)
  const refusal = rounds.refusal(file)
  const until = journal.toldUntil(file)
  return {
    ...told,
    writtenUntil: until === null ? null : iso(until),
    waiting: stretches.filter(({ from }) => !written.has(from)).length,
    differing: differing.length,
    refusal:
      refusal === null
        ? null
        : {
            ...{ from: iso(refusal.from), to: iso(refusal.to), at: iso(refusal.at) },
            faults: shownFaults(refusal.faults),
          },
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { spanFault } from '../../connectors/form/row-faults.ts'
import { ringcx } from '../../connectors/ringcx/connector.ts'
import {
  questionOf,
  questionSchema,
  reportNames,
  rowsOf,
} from '../../connectors/ringcx/question.ts'
import type { Span } from '../../schemas/events/instant.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { isFromAnotherSite, tokenOf } from '../live/access.ts'
import { answering } from '../live/answering.ts'
import { wrong } from '../live/asked.ts'
import { ProblemAnswer, sendProblem, sendTablesBehind } from '../live/problem.ts'
import { askedExportFile } from './asked-export.ts'
import type { Exports } from './configured-exports.ts'
import type { ExportFile } from './export-file.ts'
import { refusedNow } from './refused-now.ts'
import { createReportCallers } from './report-callers.ts'
import type { ExportRoutesOptions } from './routes.ts'
import { seenOf } from './seen.ts'

const problems = {
  ...{ 400: problemSchema, 401: problemSchema, 403: problemSchema, 404: problemSchema },
  ...{ 409: problemSchema, 429: problemSchema, 503: problemSchema },
}

/** What a WFM product that pulls asks for, answered as the vendor answers it whom it is used to. */
export function addReportRoute(scope: FastifyInstance, options: ExportRoutesOptions): void {
  const { exports, clock, logger } = options
  const callers = createReportCallers()
  const app = scope.withTypeProvider<ZodTypeProvider>()
  app.post(
    '/v1/exports/:target/reports/:report',
    {
      attachValidation: true,
      schema: {
        tags: ['exports'],
        summary: 'Rows of intervals for a WFM product that polls, as it polls RingCX',
        params: z.object({ target: z.string(), report: z.string() }),
        body: questionSchema,
        ...answering({
          200: {
            description: 'The rows, in the fields of the vendor',
            content: { 'application/json': { schema: z.array(z.record(z.string(), z.unknown())) } },
          },
          ...problems,
        }),
      },
    },
    async (request, reply): Promise<unknown> => {
      // Queues that have no number get one by it.
      if (isFromAnotherSite(request)) throw new ProblemAnswer(403, 'it comes from another site')
      const { target, report } = request.params
      const { exports: own, file } = askedReport(exports, target, report)
      const wait = callers.ask(tokenOf(request), target, clock.now())
      if (wait > 0) {
        reply.header('retry-after', Math.ceil(wait / 1000))
        return sendProblem(reply, 429, 'there are more requests than 3 a minute or 9 in 15 minutes')
      }
      const { span, file: asked } = askedForm(own, file, request.body, clock.now())
      const seen = await seenOf(own, asked, span)
      if (seen.lacks.includes('tables are behind')) return sendTablesBehind(reply)
      const result = await own.exporter.answer(asked, span, seen)
      if (result.kind === 'refused') throw refusedNow(result.faults)
      const [only, ...more] = result.documents
      if (only === undefined || more.length > 0) throw new Error('an answer is one document')
      const { missing, lacks } = result.manifest
      if (missing.length > 0 || lacks.length > 0) {
        logger.warn({ target, report, missing: missing.length, lacks }, 'report lacks something')
      }
      return reply.type(only.contentType).send(only.text)
    },
  )
}

/** The sort of file whose rows a report has. Throws 404 for what nobody knows, and says what there is. */
function askedReport(exports: Exports | null, target: string, report: string) {
  const one = exports?.files.find((file) => file.target === target)
  if (one !== undefined && one.connector !== ringcx.name) {
    const detail = `${target} is of ${one.connector ?? 'a form of its own'}; reports are of ${ringcx.name}`
    throw new ProblemAnswer(404, detail)
  }
  const rows = rowsOf(report)
  if (one !== undefined && rows === null) {
    const choices = reportNames.join(', ')
    throw new ProblemAnswer(404, `there is no such report; there are: ${choices}`)
  }
  return askedExportFile(exports, target, rows ?? report)
}

/** The file in the intervals and the zone of a question. Throws all that is wrong with it at once. */
function askedForm(
  { exporter }: Exports,
  file: ExportFile,
  body: unknown,
  now: number,
): { readonly span: Span; readonly file: ExportFile } {
  const question = questionOf(body, now)
  if (question.kind === 'refused') throw wrong(question.faults)
  const { span, intervalMinutes, zone } = question
  const form = { ...file.form, intervalMinutes, zone }
  const fault = spanFault(form, { span, intervalMs: exporter.grid(file).baseMs })
  if (fault !== null) throw wrong([{ field: 'timeInterval', detail: fault }])
  return { span, file: { ...file, form } }
}

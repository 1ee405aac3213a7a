import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  adherenceIntervalsQuerySchema,
  agentIntervalsQuerySchema,
  conversationIntervalsQuerySchema,
  intervalsSchema,
  queueIntervalsQuerySchema,
  type AdherenceIntervalsQuery,
  type AgentIntervalsQuery,
  type ConversationIntervalsQuery,
  type Intervals,
  type QueueIntervalsQuery,
} from '../../schemas/feeds/intervals.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { localPeriods } from '../time/local-period.ts'
import { answering } from './answering.ts'
import { schemaFaults, wantsCsv, wrong } from './asked.ts'
import { toCsv } from './csv.ts'
import { dimensionNames, namedKinds, type NameOf } from './dimension-names.ts'
import { openGaps } from './interval-gaps.ts'
import {
  columnNames,
  intervalRow,
  lastBegun,
  type RowRecipe,
  type SummedRow,
} from './interval-rows.ts'
import { askedSelection } from './interval-selection.ts'
import { askedInstant, askedSpan } from './interval-span.ts'
import {
  adherenceReport,
  agentReport,
  agentTables,
  conversationReport,
  queueReport,
  type Report,
} from './interval-reports.ts'
import { intervalStatement, type IntervalQuestion } from './interval-sql.ts'
import { publishedOfAll, publishedSpans } from './published-spans.ts'
import { reportedRows } from './reported-sql.ts'
import type { LedgerTime } from './ledger-time.ts'
import type { LiveOptions } from './routes.ts'
import { tablesAsOf } from './table-time.ts'

type Query =
  QueueIntervalsQuery | AgentIntervalsQuery | ConversationIntervalsQuery | AdherenceIntervalsQuery

const tags = ['intervals']

const responses = {
  200: {
    description: 'Rows by period, then by key. As CSV the same columns; `Link` leads to the rest',
    content: {
      'application/json': { schema: intervalsSchema },
      'text/csv': { schema: z.string() },
    },
  },
  400: problemSchema,
  401: problemSchema,
  503: problemSchema,
}

/** What went on, by interval, in any zone, grain and attribution: added up from the base rows of the warehouse. */
export function addIntervalRoutes(scope: FastifyInstance, options: LiveOptions): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/intervals/queues',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'Offered, answered, abandoned, handled: by queue, channel and direction',
        querystring: queueIntervalsQuerySchema,
        ...answering(responses),
      },
    },
    async (request, reply) => {
      refuseIfWrong(request, options.state.ledgerTime(), ['queue_intervals'])
      return answer(request, reply, request.query, queueReport(request.query))
    },
  )

  app.get(
    '/v1/intervals/agents',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'How agents spent their time, and the work they did',
        querystring: agentIntervalsQuerySchema,
        ...answering(responses),
      },
    },
    async (request, reply) => {
      refuseIfWrong(request, options.state.ledgerTime(), agentTables(request.query))
      return answer(request, reply, request.query, agentReport(request.query))
    },
  )

  app.get(
    '/v1/intervals/conversations',
    {
      attachValidation: true,
      schema: {
        tags,
        summary: 'Messages, first answers and answers, by channel and queue',
        querystring: conversationIntervalsQuerySchema,
        ...answering(responses),
      },
    },
    async (request, reply) => {
      refuseIfWrong(request, options.state.ledgerTime(), ['conversation_intervals'])
      return answer(request, reply, request.query, conversationReport(request.query))
    },
  )

  app.get(
    '/v1/intervals/adherence',
    {
      attachValidation: true,
      schema: {
        tags,
        summary:
          'How agents kept to their plans, as corrected in the end and (known_) as known then',
        querystring: adherenceIntervalsQuerySchema,
        ...answering(responses),
      },
    },
    async (request, reply) => {
      refuseIfWrong(request, options.state.ledgerTime(), ['adherence_intervals'])
      return answer(request, reply, request.query, adherenceReport(request.query))
    },
  )

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    query: Query,
    report: Report,
  ): Promise<FastifyReply> {
    const ledger = options.state.ledgerTime()
    const { intervalMs } = ledger
    const { asked } = askedSpan(query, ledger)
    if (asked === null) throw new Error('a span that was found right is not')
    const { span, zone, grain } = asked
    const { limit, attribution } = query
    const after = query.cursor === undefined ? null : readCursor(query.cursor, report.keys.length)
    const asOf = await tablesAsOf(options)
    const now = asOf ?? options.clock.now()
    const periods = localPeriods(span, asked)
    const { tables, ...rest } = report
    const { parts, ...columns } = askedSelection(query, tables)
    const reportedAt = askedInstant(query, ledger).at
    const out = await Promise.all(
      tables.map((table) =>
        publishedSpans(options.warehouse, table, reportedAt ?? options.clock.now()),
      ),
    )
    const reported = parts.map((part, index) => {
      if (reportedAt === null) return part
      const { final = [], delivered = [] } = out[index] ?? {}
      const rows = reportedRows(part.table, [...final, ...delivered], intervalMs)
      return { ...part, rows }
    })
    const { sql, params } = intervalStatement({
      ...{ ...rest, ...asked, parts: reported, after, limit: limit + 1 },
      periods: periods.map((period) => ({ ...period, last: lastBegun(period, now, intervalMs) })),
    })
    const summed = await options.warehouse.query<SummedRow>(
      sql,
      reportedAt === null ? params : { ...params, reportedAt },
    )
    const gaps = await openGaps(options.warehouse, tables, span)
    const recipe: RowRecipe = {
      ...{ keys: report.keys, asOf: now, gaps, intervalMs, published: publishedOfAll(out) },
      periods: new Map(periods.map((period) => [period.key, period])),
      ...columns,
      knowledge: options.state.details().knowledge(),
      names: await namesIn(summed, report.keys, query.names),
    }
    const rows = summed.slice(0, limit).map((row) => intervalRow(row, recipe))
    const next = summed.length > limit ? cursorAfter(summed[limit - 1], report.keys) : null
    if (next !== null) reply.header('link', `<${nextUrl(request, next)}>; rel="next"`)
    if (wantsCsv(request, query)) {
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .send(toCsv(columnNames(recipe), rows))
    }
    const envelope: Omit<Intervals, 'rows'> = {
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      ...{ zone, grain: `${grain}` as const, attribution, asOf, next },
      gaps: gaps.map(({ source, from, to, reason }) => ({
        ...{ source, reason, from: new Date(from).toISOString() },
        to: to === null ? null : new Date(to).toISOString(),
      })),
    }
    return reply.type('application/json; charset=utf-8').send(JSON.stringify({ ...envelope, rows }))
  }

  async function namesIn(
    rows: readonly SummedRow[],
    keys: readonly string[],
    naming: Query['names'],
  ): Promise<Readonly<Record<string, NameOf>>> {
    const found: Record<string, NameOf> = {}
    for (const key of keys) {
      const kind = namedKinds[key]
      if (kind === undefined) continue
      const ids = [...new Set(rows.map((row) => String(row[key])))]
      found[key] = await dimensionNames(options.warehouse, kind, ids, naming)
    }
    return found
  }
}

/** Everything at once: what the schema finds, and what it cannot know about the time that is asked for. */
function refuseIfWrong(
  request: FastifyRequest,
  ledger: LedgerTime,
  tables: readonly IntervalTable[],
): void {
  // Which grains there are is known with the length of the base intervals, so of those only that answer counts.
  const errors = [
    ...schemaFaults(request).filter(({ field }) => field !== 'grain'),
    ...askedSpan(request.query, ledger).errors,
    ...askedInstant(request.query, ledger).errors,
    ...askedSelection(request.query, tables).errors,
  ]
  if (errors.length > 0) throw wrong(errors)
}

const cursor = z.tuple([z.number()], z.string())

function cursorAfter(row: SummedRow | undefined, keys: readonly string[]): string {
  const place = [row?.['period'], ...keys.map((key) => row?.[key])]
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function readCursor(text: string, keysCount: number): IntervalQuestion['after'] {
  try {
    const read = cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
    if (read.length === keysCount + 1) return read
  } catch {
    // Whatever it is, it is not ours.
  }
  throw wrong([{ field: 'cursor', detail: 'is not the `next` of an answer to this question' }])
}

function nextUrl(request: FastifyRequest, next: string): string {
  const url = new URL(request.raw.url ?? '/', 'http://here')
  url.searchParams.set('cursor', next)
  url.searchParams.delete('access_token')
  return `${url.pathname}${url.search}`
}

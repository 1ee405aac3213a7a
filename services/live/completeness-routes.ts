import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Span } from '../../schemas/events/instant.ts'
import {
  completenessQuerySchema,
  completenessSchema,
  type CompletenessDay,
} from '../../schemas/feeds/completeness.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { tables } from '../../schemas/tables/tables.ts'
import { coverageOf, type OpenGap } from '../projections/coverage.ts'
import { localPeriods, type LocalPeriod } from '../time/local-period.ts'
import { offsetSpans } from '../time/zone.ts'
import { answering } from './answering.ts'
import { schemaFaults, wrong } from './asked.ts'
import { openGaps } from './interval-gaps.ts'
import { askedSpan, type AskedSpan } from './interval-span.ts'
import type { LedgerTime } from './ledger-time.ts'
import { periodSql } from './interval-sql.ts'
import { publishedSpans, statusOf, type PublishedSpans } from './published-spans.ts'
import type { LiveOptions } from './routes.ts'

type Asked = NonNullable<AskedSpan['asked']>

const responses = {
  200: completenessSchema,
  400: problemSchema,
  401: problemSchema,
  503: problemSchema,
}

/** Whether a day's numbers can be planned with: how many of its intervals are final, and of how many nobody knows. */
export function addCompletenessRoutes(scope: FastifyInstance, options: LiveOptions): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/v1/completeness',
    {
      attachValidation: true,
      schema: {
        tags: ['intervals'],
        summary: 'How far each day of each queue or agent has been told',
        querystring: completenessQuerySchema,
        ...answering(responses),
      },
    },
    async (request, reply) => {
      const asked = askedDays(request, options.state.ledgerTime())
      const { table } = request.query
      const key = tables[table].key.some((column) => column === 'agent') ? 'agent' : 'queue'
      const { warehouse, clock } = options
      const busy = await busyDays(options, table, key, asked)
      const gaps = await openGaps(warehouse, [table], asked.span)
      const published = await publishedSpans(warehouse, table, clock.now())
      const days = new Map(localPeriods(asked.span, asked).map((day) => [day.key, day]))
      const told = new Map(
        [...days].map(([name, day]) => [name, dayOf(day, asked, published, gaps)]),
      )
      const rows = busy.flatMap(({ period, ...own }): readonly CompletenessDay[] => {
        const day = told.get(period)
        return day === undefined ? [] : [{ ...day, ...own }]
      })
      return reply.send({ zone: asked.zone, table, rows })
    },
  )
}

function askedDays(request: FastifyRequest, ledger: LedgerTime): Asked {
  const query = z.looseObject({}).catch({}).parse(request.query)
  const { asked, errors } = askedSpan({ ...query, grain: 'day' }, ledger)
  const all = [...schemaFaults(request), ...errors]
  if (all.length > 0 || asked === null) throw wrong(all)
  return asked
}

/** The keys that had anything to tell of a day, and of how many of its intervals. */
async function busyDays(
  { warehouse }: LiveOptions,
  table: keyof typeof tables,
  key: string,
  asked: Asked,
): Promise<readonly z.infer<typeof busyRow>[]> {
  const { span, zone, intervalMs } = asked
  const at = 'toUnixTimestamp64Milli(rows.interval_start)'
  const rows = await warehouse.query(
    `SELECT ${periodSql(offsetSpans(zone, span, intervalMs), asked, at)} AS period, rows.workspace AS workspace,
       rows.${key} AS key, toUInt32(uniqExact(rows.interval_start)) AS busy
     FROM v_${table} AS rows
     WHERE rows.interval_start >= fromUnixTimestamp64Milli({from:Int64})
       AND rows.interval_start < fromUnixTimestamp64Milli({to:Int64})
     GROUP BY period, workspace, key ORDER BY period, workspace, key`,
    { ...span },
  )
  return z.array(busyRow).parse(rows)
}

const busyRow = z.object({
  period: z.int(),
  workspace: z.string(),
  key: z.string(),
  busy: z.int(),
})

function dayOf(
  { first, last, label, baseIntervals }: LocalPeriod,
  { intervalMs }: Asked,
  published: PublishedSpans,
  gaps: readonly OpenGap[],
): Omit<CompletenessDay, 'workspace' | 'key' | 'busy'> {
  const bases: Span[] = []
  for (let from = first; from <= last; from += intervalMs) {
    bases.push({ from, to: from + intervalMs })
  }
  const final = bases.filter((base) => statusOf(published, base) === 'final').length
  return {
    date: label.slice(0, 10),
    expected: baseIntervals,
    final,
    provisional: baseIntervals - final,
    unknown: bases.filter((base) => coverageOf(gaps, base) === 'unknown').length,
  }
}

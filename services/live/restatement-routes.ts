import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { problemSchema, type ProblemError } from '../../schemas/feeds/problem.ts'
import {
  restatementSchema,
  restatementsQuerySchema,
  restatementsSchema,
  type Restatement,
  type RestatementsQuery,
} from '../../schemas/feeds/restatements.ts'
import { readInstant } from '../time/zone.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { answering } from './answering.ts'
import { schemaFaults, wantsCsv, wrong, zoneFaults } from './asked.ts'
import { toCsv } from './csv.ts'

const responses = {
  200: {
    description:
      'One row a column of a part (`shard`) of a row that was out and has changed, in the order of the changes',
    content: {
      'application/json': { schema: restatementsSchema },
      'text/csv': { schema: z.string() },
    },
  },
  400: problemSchema,
  401: problemSchema,
  503: problemSchema,
}

/** What was final or delivered and says otherwise now: what, from, to, because of which event, when. */
export function addRestatementRoutes(scope: FastifyInstance, warehouse: Warehouse): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/v1/restatements',
    {
      attachValidation: true,
      schema: {
        tags: ['intervals'],
        summary: 'Published numbers that have changed, with the events that changed them',
        querystring: restatementsQuerySchema,
        ...answering(responses),
      },
    },
    async (request, reply) => {
      const times = readTimes(request)
      const { limit } = request.query
      const found = await readRestatements(warehouse, request.query, times)
      const rows = found.slice(0, limit)
      if (wantsCsv(request, request.query)) {
        const csv = toCsv(Object.keys(restatementSchema.shape), rows)
        return reply.type('text/csv; charset=utf-8; header=present').send(csv)
      }
      return reply.send({ rows, isWhole: found.length <= limit })
    },
  )
}

interface Times {
  readonly from: number
  readonly to: number
  readonly recordedAfter: number
}

/** What can be read of a question although the schema has found faults in it. */
const told = z.object({
  zone: z.string().default('UTC').catch('UTC'),
  from: z.string().optional().catch(undefined),
  to: z.string().optional().catch(undefined),
  recorded_after: z.string().optional().catch(undefined),
})

/** All that is wrong with the question at once. */
function readTimes(request: FastifyRequest): Times {
  const { zone, from, to, recorded_after: after } = told.parse(request.query)
  const ofZone = zoneFaults(zone)
  const errors: ProblemError[] = [...schemaFaults(request), ...ofZone]
  const read = (field: string, text: string | undefined): number => {
    if (text === undefined) return 0
    const instant = readInstant(text, ofZone.length === 0 ? zone : 'UTC')
    if (instant.kind !== 'wrong') return instant.at
    errors.push({ field, detail: instant.detail })
    return 0
  }
  const times = {
    from: read('from', from),
    to: read('to', to),
    recordedAfter: read('recorded_after', after),
  }
  if (errors.length === 0 && times.from >= times.to)
    errors.push({ field: 'to', detail: 'is not after `from`' })
  if (errors.length > 0) throw wrong(errors)
  return times
}

async function readRestatements(
  warehouse: Warehouse,
  query: RestatementsQuery,
  times: Times,
): Promise<readonly Restatement[]> {
  const { limit, table, queue, agent, metric, cause } = query
  const filters = { table_name: table, queue, agent, column_name: metric, cause_id: cause }
  const wanted = Object.entries(filters).filter(([, value]) => value !== undefined)
  const conditions = wanted.map(([column]) => `AND restatements.${column} = {${column}:String}`)
  const rows = await warehouse.query(
    `SELECT table_name AS table, workspace, queue, agent, activity, channel, direction,
       toUnixTimestamp64Milli(interval_start) AS interval_start, column_name AS metric, shard,
       old_value AS old, new_value AS new, old_hist, new_hist, standing,
       cause_id AS cause, cause_type,
       toUnixTimestamp64Milli(caused_at) AS caused_at, toUnixTimestamp64Milli(recorded_at) AS recorded_at
     FROM restatements FINAL
     WHERE restatements.interval_start >= fromUnixTimestamp64Milli({from:Int64})
       AND restatements.interval_start < fromUnixTimestamp64Milli({to:Int64})
       AND restatements.recorded_at > fromUnixTimestamp64Milli({recordedAfter:Int64})
       ${conditions.join(' ')}
     ORDER BY restatements.recorded_at, position, table, workspace, queue, agent, activity, channel, direction, restatements.interval_start, metric, shard
     LIMIT {limit:UInt32}`,
    { ...times, ...Object.fromEntries(wanted), limit: limit + 1 },
  )
  return z
    .array(row)
    .parse(rows)
    .map(({ old_hist, new_hist, ...rest }) => ({
      ...rest,
      ...(new_hist.length > 0 ? { old: old_hist, new: new_hist } : {}),
      interval_start: iso(rest.interval_start),
      caused_at: iso(rest.caused_at),
      recorded_at: iso(rest.recorded_at),
    }))
}

/** The same with instants in milliseconds, as the table answers it. */
const row = restatementSchema.extend({
  interval_start: z.int(),
  old: z.int(),
  new: z.int(),
  old_hist: z.array(z.int()),
  new_hist: z.array(z.int()),
  caused_at: z.int(),
  recorded_at: z.int(),
})

function iso(instant: number): string {
  return new Date(instant).toISOString()
}

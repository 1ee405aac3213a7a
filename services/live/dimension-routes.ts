import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import {
  dimensionParamsSchema,
  dimensionQuerySchema,
  dimensionSchema,
  type Dimension,
  type DimensionName,
} from '../../schemas/feeds/dimensions.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { readInstant } from '../time/zone.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { answering } from './answering.ts'
import { wrong } from './asked.ts'

/** What workers, queues, activities and workflows were called, and are. */
export function addDimensionRoutes(
  scope: FastifyInstance,
  { warehouse }: { readonly warehouse: Warehouse },
): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/dimensions/:dimension',
    {
      schema: {
        tags: ['dimensions'],
        summary: 'Workers, queues, activities or workflows: their history, or as of an instant',
        params: dimensionParamsSchema,
        querystring: dimensionQuerySchema,
        ...answering({
          200: dimensionSchema,
          400: problemSchema,
          401: problemSchema,
          503: problemSchema,
        }),
      },
    },
    async (request, reply) => {
      const { dimension } = request.params
      const at = request.query.at === undefined ? null : instantOf(request.query.at)
      const stretches = await stretchesOf(warehouse, dimension, at, request.query.id)
      const answer: Dimension = {
        dimension,
        at: at === null ? null : toIso(at),
        rows: stretches.map((stretch) => toRow(stretch, dimension, at)),
      }
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
    },
  )
}

function instantOf(text: string): Instant {
  const read = readInstant(text, 'UTC')
  if (read.kind === 'instant') return read.at
  throw wrong([{ field: 'at', detail: read.detail }])
}

interface Stretch {
  readonly workspace: string
  readonly id: string
  readonly name: string
  readonly expression: string
  readonly isAvailable: boolean | null
  readonly since: Instant
  readonly until: Instant | null
  readonly isCurrent: boolean
  readonly deletedAt: Instant | null
}

const kinds: Readonly<Record<DimensionName, string>> = {
  workers: 'worker',
  queues: 'queue',
  activities: 'activity',
  workflows: 'workflow',
}

async function stretchesOf(
  warehouse: Warehouse,
  dimension: DimensionName,
  at: Instant | null,
  ids: readonly string[] | undefined,
): Promise<readonly Stretch[]> {
  const conditions = [
    'kind = {kind:String}',
    ...(ids === undefined ? [] : ['id IN {ids:Array(String)}']),
    ...(at === null
      ? []
      : [
          'since <= fromUnixTimestamp64Milli({at:Int64})',
          '(until IS NULL OR until > fromUnixTimestamp64Milli({at:Int64}))',
        ]),
  ]
  return warehouse.query<Stretch>(
    `SELECT workspace, id, name, expression, is_available AS isAvailable, since, until,
       is_current AS isCurrent, deleted_at AS deletedAt
     FROM dimensions WHERE ${conditions.join(' AND ')} ORDER BY workspace, id, since`,
    { kind: kinds[dimension], ids, at },
  )
}

function toRow(stretch: Stretch, dimension: DimensionName, at: Instant | null) {
  const { workspace, id, name, expression, isAvailable, isCurrent, deletedAt } = stretch
  return {
    ...{ workspace, id, name: name === '' ? null : name },
    ...(dimension === 'queues' ? { expression: expression === '' ? null : expression } : {}),
    ...(dimension === 'activities' ? { isAvailable } : {}),
    since: toIso(stretch.since),
    until: stretch.until === null ? null : toIso(stretch.until),
    isCurrent,
    isDeleted: deletedAt !== null && (at === null || deletedAt <= at),
    deletedAt: deletedAt === null ? null : toIso(deletedAt),
  }
}

function toIso(at: Instant): string {
  return new Date(at).toISOString()
}

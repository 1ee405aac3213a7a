import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import {
  explainedCellSchema,
  explainedEventSchema,
  explainQuerySchema,
  type ExplainedCell,
  type ExplainedEvent,
} from '../../schemas/feeds/explain.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { explain, explainEvent, readKnowledge, storedValue } from '../runner/explain.ts'
import type { Clock } from '../runtime/clock.ts'
import { answering } from './answering.ts'
import { wrong } from './asked.ts'
import { askedCell } from './explain-question.ts'
import { ProblemAnswer } from './problem.ts'
import { shownStretch } from './stretches-shown.ts'
import { tablesAsOf, type TableTimeOptions } from './table-time.ts'

export interface ExplainOptions extends TableTimeOptions {
  readonly clock: Clock
}

const tags = ['intervals']
const problems = { 400: problemSchema, 401: problemSchema, 503: problemSchema }

/** More cells than this nobody reads. */
const cellsMax = 10_000

/** From a number to the events behind it, and back. */
export function addExplainRoutes(scope: FastifyInstance, options: ExplainOptions): void {
  const { warehouse } = options
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/explain',
    {
      schema: {
        tags,
        summary: 'The events behind one number of an interval',
        querystring: explainQuerySchema,
        ...answering({ 200: explainedCellSchema, ...problems }),
      },
    },
    async (request): Promise<ExplainedCell> => {
      const knowledge = await readKnowledge(warehouse)
      const { cell, errors } = await askedCell(warehouse, request.query, knowledge.intervalMs)
      if (cell === null) throw wrong(errors)
      const asOf = await asOfTables(options)
      const found = await explain(warehouse, cell, knowledge, asOf)
      const { value, shares, stretches, events } = found
      const { limit } = request.query
      return {
        ...{ table: cell.table, metric: cell.metric.name, key: { ...cell.key } },
        ...{ interval: iso(cell.from), asOf: iso(asOf) },
        stored: shown(await storedValue(warehouse, cell)),
        recomputed: shown(value),
        shares: shares
          .slice(0, limit)
          .map(({ entity, share }) => ({ entity, share: shown(share) })),
        stretches: stretches.slice(0, limit).map((one) => shownStretch(one, knowledge)),
        events: events.slice(0, limit).map(shownEvent),
        isWhole: [events, shares, stretches].every(({ length }) => length <= limit),
      }
    },
  )

  app.get(
    '/v1/explain/events/:id',
    {
      schema: {
        tags,
        summary: 'The numbers that an event is behind',
        params: z.object({ id: z.string() }),
        ...answering({ 200: explainedEventSchema, ...problems, 404: problemSchema }),
      },
    },
    async (request): Promise<ExplainedEvent> => {
      const asOf = await asOfTables(options)
      const knowledge = await readKnowledge(warehouse)
      const found = await explainEvent(warehouse, request.params.id, knowledge, asOf)
      if (found === null) {
        throw new ProblemAnswer(404, 'there is no event of this id in the table events')
      }
      const cells = found.cells.map(({ key, metric, share, without, ...cell }) => {
        const { interval_start: start, ...rest } = key
        return {
          ...{ table: cell.table, interval: iso(Number(start)) },
          key: Object.fromEntries(Object.entries(rest).map(([name, of]) => [name, String(of)])),
          ...{ metric: metric.name, entity: cell.entity },
          ...{ share: shown(share), without: shown(without) },
        }
      })
      const sorted = cells.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
      return {
        ...{ event: shownEvent(found.event), asOf: iso(asOf), cells: sorted.slice(0, cellsMax) },
        isWhole: sorted.length <= cellsMax,
      }
    },
  )
}

/** Where nobody knows how far the tables are, what is open counts until now. */
async function asOfTables(options: ExplainOptions): Promise<number> {
  return (await tablesAsOf(options)) ?? options.clock.now()
}

function sortKey({ table, interval, key, metric }: ExplainedEvent['cells'][number]): string {
  return [table, interval, ...Object.values(key), metric].join('\n')
}

function shown(value: readonly number[]): number | number[] {
  return value.length > 1 ? [...value] : (value[0] ?? 0)
}

function shownEvent({ id, type, at, receivedAt, source, road, task, worker }: LedgerEvent) {
  return { id, type, at: iso(at), receivedAt: iso(receivedAt), source, road, task, worker }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}

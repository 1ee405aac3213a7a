import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { journeyQuerySchema, journeySchema, type Journey } from '../../schemas/feeds/customers.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { answering } from './answering.ts'
import { journeySteps, type Fate, type Touch } from './journey.ts'
import { ProblemAnswer } from './problem.ts'

const byId = z.object({
  id: z
    .string()
    .max(256)
    .describe('A customer (CU…), or one of his identities such as phone:+15550101001'),
})

/** One customer over all channels. */
export function addCustomerRoutes(
  scope: FastifyInstance,
  { warehouse }: { readonly warehouse: Warehouse },
): void {
  const app = scope.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/v1/customers/:id/journey',
    {
      schema: {
        tags: ['customers'],
        summary: 'What one customer has done, over all channels and in order',
        params: byId,
        querystring: journeyQuerySchema,
        ...answering({
          200: journeySchema,
          400: problemSchema,
          401: problemSchema,
          404: problemSchema,
        }),
      },
    },
    async (request, reply) => {
      const journey = await journeyOf(warehouse, request.params.id, request.query.limit)
      if (journey === null) throw new ProblemAnswer(404, 'nobody of this name is known')
      return reply.type('application/json; charset=utf-8').send(JSON.stringify(journey))
    },
  )
}

interface KnownIdentity {
  readonly identity: string
  readonly customer: string
  readonly kind: string
  readonly since: number
  readonly firstSeenAt: number
}

async function journeyOf(warehouse: Warehouse, id: string, limit: number): Promise<Journey | null> {
  const known = await identitiesOf(warehouse, id)
  const [first] = known
  if (first === undefined) return null
  const touches = await touchesOf(
    warehouse,
    known.map(({ identity }) => identity),
    limit,
  )
  const steps = [...journeySteps(touches, await fatesOf(warehouse, touches))]
  const count = (is: (step: (typeof steps)[number]) => boolean) => steps.filter(is).length
  return {
    customer: first.customer,
    identities: known.map(({ identity, kind, since, firstSeenAt }) => ({
      ...{ identity, kind },
      firstSeenAt: new Date(firstSeenAt).toISOString(),
      since: new Date(since).toISOString(),
    })),
    contactsCount: count(({ kind }) => kind === 'task'),
    repeatsCount: count(({ isRepeat }) => isRepeat),
    channelChangesCount: count(({ isOtherChannel }) => isOtherChannel),
    steps,
  }
}

/** All of a person's, by one of them, by his present id, or by one that he had before he was found to be somebody else too. */
async function identitiesOf(warehouse: Warehouse, id: string): Promise<readonly KnownIdentity[]> {
  return warehouse.query<KnownIdentity>(
    `SELECT identity, customer, kind, toUnixTimestamp64Milli(since) AS since,
       toUnixTimestamp64Milli(first_seen_at) AS firstSeenAt
     FROM customers FINAL
     WHERE is_current AND customer IN (
       SELECT customer FROM customers FINAL WHERE is_current AND identity IN (
         SELECT identity FROM customers FINAL WHERE identity = {id:String} OR customer = {id:String}))
     ORDER BY first_seen_at, identity`,
    { id },
  )
}

/** Each event once, though it stands under every identity that it names. */
async function touchesOf(
  warehouse: Warehouse,
  identities: readonly string[],
  limit: number,
): Promise<readonly Touch[]> {
  const texts = [
    'task',
    'conversation',
    'call',
    'message',
    'execution',
    'channel',
    'direction',
    'reason',
  ]
  return warehouse.query<Touch>(
    `SELECT toUnixTimestamp64Milli(e.at) AS at, e.type AS type, e.id AS id,
       ${texts.map((name) => `ifNull(e.${name}, '') AS ${name}`).join(', ')}
     FROM events AS e FINAL
     WHERE e.topic = 'ledgerline.customers' AND e.entity IN {identities:Array(String)}
       AND e.type != 'identity.labelled'
     ORDER BY e.at DESC, e.id LIMIT 1 BY e.id LIMIT {limit:UInt32}`,
    { identities, limit },
  )
}

/** What became of what the customer did, by its id. */
async function fatesOf(
  warehouse: Warehouse,
  touches: readonly Touch[],
): Promise<ReadonlyMap<string, Fate>> {
  const ids = [
    ...new Set(
      touches.flatMap(({ task, conversation, call, execution }) => [
        task,
        conversation,
        call,
        execution,
      ]),
    ),
  ].filter((id) => id !== '')
  const ended = (column: string) => `toUnixTimestamp64Milli(${column}) AS endedAt`
  const found = await Promise.all(
    [
      `SELECT task AS id, channel, first_queue AS queue, ${ended('ended_at')}, outcome,
         wait_ms AS waitMs, talk_ms + hold_ms + acw_ms AS handleMs
       FROM contacts FINAL WHERE task IN {ids:Array(String)}`,
      `SELECT conversation AS id, channel, queue, ${ended('ended_at')},
         multiIf(is_contained, 'contained', is_open, 'open', 'ended') AS outcome, NULL AS waitMs, NULL AS handleMs
       FROM conversations FINAL WHERE conversation IN {ids:Array(String)}`,
      `SELECT call AS id, 'voice' AS channel, queue, ${ended('ended_at')}, status AS outcome,
         NULL AS waitMs, duration_ms AS handleMs
       FROM calls FINAL WHERE call IN {ids:Array(String)}`,
      `SELECT execution AS id, 'self_service' AS channel, '' AS queue, ${ended('ended_at')}, last_step AS outcome,
         NULL AS waitMs, duration_ms AS handleMs
       FROM flow_executions FINAL WHERE execution IN {ids:Array(String)}`,
    ].map((sql) => warehouse.query<Fate>(sql, { ids })),
  )
  return new Map(found.flat().map((fate) => [fate.id, fate]))
}

import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { parse } from 'node:querystring'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import { createRandom } from '../../services/simulator/model/random.ts'
import { addSetupRoutes, createTwilioAccount, type TwilioAccount } from './twilio-account.ts'

export type Item = Readonly<Record<string, unknown>>

/** Twilio's REST API as far as the hub asks for it, with the manners of the real one. */
export interface TwilioRestServer {
  readonly url: string
  /** Method and path with query of each request that was let in, in order. */
  readonly requests: readonly string[]
  /** What is set up in the account. */
  readonly account: TwilioAccount
  close(): Promise<void>
}

export interface TwilioRestServerOptions {
  /** By default one that is free. */
  readonly port?: number
  readonly accountSid?: string
  readonly password?: string
  /** Items of TaskRouter's Events; dated by `event_date_ms`. */
  readonly events?: readonly Item[]
  readonly queues?: readonly Item[]
  /** Answers of CumulativeStatistics: one is given to the question for just its queue, times and channel. */
  readonly statistics?: readonly { readonly channel: string | null; readonly answer: Item }[]
  readonly conversations?: readonly Item[]
  readonly participants?: Readonly<Record<string, readonly Item[]>>
  readonly conversationMessages?: Readonly<Record<string, readonly Item[]>>
  readonly calls?: readonly Item[]
  readonly messages?: readonly Item[]
  readonly clock?: Clock
  /** More than so many in one second are answered with 429. */
  readonly requestsPerSecondMax?: number
  /** So many of a hundred requests fail with 503 or a broken connection, by the seed. */
  readonly failures?: { readonly seed: number; readonly percent: number }
  /** Called with the destination of a sink that is to be tested. */
  readonly onSinkTest?: (destination: string, testId: string) => Promise<void>
}

export const testAccount = `AC${'fa4e'.padEnd(31, '0')}1`
export const testPassword = 'an-auth-token'

export async function openTwilioRestServer(
  options: TwilioRestServerOptions = {},
): Promise<TwilioRestServer> {
  const { clock = systemClock, accountSid = testAccount, password = testPassword } = options
  const random = createRandom(options.failures?.seed ?? 0)
  const requests: string[] = []
  const times: number[] = []
  const account = createTwilioAccount()
  const app = fastify({ logger: false, forceCloseConnections: true })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, parse(String(body))),
  )

  app.addHook('onRequest', async (request, reply) => {
    if (!isAllowed(request, accountSid, password)) {
      return reply.code(401).send({ code: 20003, status: 401, message: 'Authenticate' })
    }
    const now = clock.now()
    times.push(now)
    const lately = times.filter((time) => time > now - 1000).length
    const max = options.requestsPerSecondMax ?? Infinity
    if (lately > max) {
      return reply.code(429).header('retry-after', '2').send({ code: 20429, status: 429 })
    }
    if (max < Infinity) void reply.header('x-rate-limit-remaining', String(max - lately))
    if (random.next() * 100 < (options.failures?.percent ?? 0)) {
      if (random.next() < 0.3) {
        request.raw.destroy()
        return reply
      }
      return reply.code(503).send({ code: 20503, status: 503 })
    }
    requests.push(`${request.method} ${request.url}`)
    return undefined
  })

  app.get('/taskrouter/v1/Workspaces/:workspace/Events', (request, reply) => {
    const { StartDate, EndDate } = queryOf(request)
    const items = (options.events ?? []).filter((item) =>
      isBetween(Number(item['event_date_ms']), StartDate, EndDate),
    )
    return page(request, reply, 'https://taskrouter.twilio.com', 'events', items)
  })
  app.get('/taskrouter/v1/Workspaces/:workspace/TaskQueues', (request, reply) =>
    page(request, reply, 'https://taskrouter.twilio.com', 'task_queues', options.queues ?? []),
  )
  app.get<{ Params: { queue: string } }>(
    '/taskrouter/v1/Workspaces/:workspace/TaskQueues/:queue/CumulativeStatistics',
    (request, reply) => {
      const { StartDate, EndDate, TaskChannel = null } = queryOf(request)
      const recorded = options.statistics?.find(
        ({ channel, answer }) =>
          channel === TaskChannel &&
          answer['task_queue_sid'] === request.params.queue &&
          answer['start_time'] === StartDate &&
          answer['end_time'] === EndDate,
      )
      return recorded === undefined
        ? reply.code(404).send({ code: 20404, status: 404, message: 'Not found' })
        : reply.send(recorded.answer)
    },
  )
  app.get('/conversations/v1/Conversations', (request, reply) => {
    const { StartDate, EndDate } = queryOf(request)
    const items = (options.conversations ?? []).filter((item) =>
      isBetween(Date.parse(String(item['date_created'])), StartDate, EndDate),
    )
    return page(request, reply, 'https://conversations.twilio.com', 'conversations', items)
  })
  for (const [path, key, lists] of [
    ['Participants', 'participants', options.participants],
    ['Messages', 'messages', options.conversationMessages],
  ] as const) {
    app.get<{ Params: { sid: string } }>(
      `/conversations/v1/Conversations/:sid/${path}`,
      (request, reply) => {
        const items = lists?.[request.params.sid] ?? []
        return page(request, reply, 'https://conversations.twilio.com', key, items)
      },
    )
  }
  for (const [path, key, name, date, items] of [
    ['Calls', 'calls', 'StartTime', 'start_time', options.calls],
    ['Messages', 'messages', 'DateSent', 'date_sent', options.messages],
  ] as const) {
    app.get(`/api/2010-04-01/Accounts/:account/${path}.json`, (request, reply) => {
      const query = queryOf(request)
      const found = (items ?? []).filter((item) =>
        isBetween(Date.parse(String(item[date])), query[`${name}>`], query[`${name}<`]),
      )
      return page(request, reply, null, key, found)
    })
  }
  addSetupRoutes(app, account, options.onSinkTest)

  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  return { url, requests, account, close: () => app.close() }
}

function isAllowed({ headers }: FastifyRequest, account: string, password: string): boolean {
  const given = Buffer.from(`${account}:${password}`).toString('base64')
  return headers.authorization === `Basic ${given}`
}

function queryOf(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(new URL(request.url, 'http://here').searchParams)
}

/** Twilio's dates have whole seconds, and both ends belong to the range. */
function isBetween(at: number, from: string | undefined, to: string | undefined): boolean {
  if (from === undefined || to === undefined) throw new Error('the range was not given')
  const second = Math.floor(at / 1000) * 1000
  return second >= Date.parse(from) && second <= Date.parse(to)
}

/** One page of a list: in an order that means nothing, with the address of the next as Twilio itself would give it. */
function page(
  request: FastifyRequest,
  reply: FastifyReply,
  host: string | null,
  key: string,
  items: readonly Item[],
): FastifyReply {
  const query = queryOf(request)
  const size = Number(query['PageSize'] ?? 50)
  if (size > 1000) return reply.code(400).send({ code: 20001, status: 400 })
  const from = Number(query['PageToken']?.slice(2) ?? 0)
  // The page's number alone is nothing that Twilio would know.
  if (query['Page'] !== undefined && query['PageToken'] === undefined) {
    return reply.code(400).send({ code: 20001, status: 400 })
  }
  const mixed = items.toSorted((a, b) => scattered(a) - scattered(b))
  const next = from + size < items.length ? nextPath(request, from + size) : null
  const shown = { [key]: mixed.slice(from, from + size) }
  if (host === null) return reply.send({ ...shown, page_size: size, next_page_uri: next })
  const meta = { key, page_size: size, next_page_url: next === null ? null : `${host}${next}` }
  return reply.send({ ...shown, meta })
}

function nextPath(request: FastifyRequest, from: number): string {
  const url = new URL(request.url, 'http://here')
  url.searchParams.set('Page', '1')
  url.searchParams.set('PageToken', `PT${from}`)
  return url.pathname.replace(/^\/[a-z]+/, '') + url.search
}

/** The same place for the same item on every page. */
function scattered(item: Item): number {
  const place = places.get(item) ?? createRandom(String(item['sid'])).next()
  places.set(item, place)
  return place
}

const places = new WeakMap<Item, number>()

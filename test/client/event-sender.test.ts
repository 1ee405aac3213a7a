import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { SendError } from '../../client/event-delivery.ts'
import { createSender, type Sender, type SenderOptions } from '../../client/event-sender.ts'
import { openDoor, type Door, type DoorOptions } from '../services/ingest/door.ts'
import { openUnreliableProxy } from './unreliable-proxy.ts'

const closings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

async function openHub(options: DoorOptions = {}): Promise<{ door: Door; url: string }> {
  const door = await openDoor(options)
  closings.push(() => door.close())
  return { door, url: await door.app.listen({ host: '127.0.0.1', port: 0 }) }
}

/** A server of whatever answers are given, in their order; the last goes on. */
async function openAnswers(answers: readonly RequestListener[]) {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part as Buffer)
      const answer = answers[Math.min(bodies.length, answers.length - 1)]
      bodies.push(Buffer.concat(parts).toString())
      answer?.(request, response)
    })()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, bodies }
}

const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end('{}')
const silence: RequestListener = () => undefined

function open(url: string, more: Partial<SenderOptions> = {}): Sender {
  const sender = createSender({ url, source: '/pbx', workspace: 'WS1', retryDelayMs: 5, ...more })
  closings.push(() => sender.close())
  return sender
}

const ringing = {
  type: 'call.ringing',
  time: '2026-03-10T14:15:10Z',
  data: { call: 'C1' },
} as const
const stored = (door: Door) => door.eventsIn('ledgerline.conversations')
const idsIn = (body = '') => [...body.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id)

describe('an event that is sent', () => {
  test('is in the ledger when the promise resolves', async () => {
    const { door, url } = await openHub()
    const id = await open(url).send({ ...ringing, attributes: { traceparent: '00-1' } })
    const [event] = await stored(door)
    expect(event).toMatchObject({ type: 'call.ringing', call: 'C1', workspace: 'WS1' })
    expect(event).toMatchObject({
      source: '/pbx',
      id: `/pbx#${id}`,
      at: Date.UTC(2026, 2, 10, 14, 15, 10),
    })
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({ traceparent: '00-1' })
  })

  test('keeps the id that it has', async () => {
    const { door, url } = await openHub()
    expect(await open(url).send({ ...ringing, id: 'mine' })).toBe('mine')
    expect(await stored(door)).toMatchObject([{ id: '/pbx#mine' }])
  })

  test('goes to a hub that wants a token, or a signature', async () => {
    const secret = `whsec_${Buffer.from('a secret for this test only').toString('base64')}`
    const { door, url } = await openHub({
      config: { apiTokens: ['token'], standardWebhookSecrets: [secret] },
    })
    await open(url, { token: 'token' }).send(ringing)
    await open(url, { standardWebhookSecret: secret }).send(ringing)
    expect(await stored(door)).toHaveLength(2)
    const refused = open(url, { token: 'wrong' }).send(ringing)
    await expect(refused).rejects.toMatchObject({ name: 'SendError', status: 401 })
    expect(() => open(url, { standardWebhookSecret: 'no secret!' })).toThrow('whsec_')
  })
})

describe('batches', () => {
  test('hold what was sent within their age', async () => {
    const { url, bodies } = await openAnswers([status(202)])
    const sender = open(url)
    await Promise.all([sender.send(ringing), sender.send(ringing), sender.send(ringing)])
    expect(bodies.map((body) => idsIn(body).length)).toEqual([3])
  })

  test('go when they are full, by events and by characters, in the order of sending', async () => {
    const { url, bodies } = await openAnswers([status(202)])
    const ids = ['1', '2', '3', '4', '5']
    const events = ids.map((id) => ({ ...ringing, id }))
    // An age that no test waits for: what goes, goes for being full or flushed.
    const sender = open(url, { batchEventsMax: 2, batchAgeMs: 3_600_000 })
    const sent = sender.sendBatch(events)
    await sender.flush()
    expect(await sent).toEqual(ids)
    expect(bodies.map(idsIn)).toEqual([['1', '2'], ['3', '4'], ['5']])
    const small = open(url, { batchCharactersMax: 500 })
    await small.sendBatch(events.slice(0, 3))
    expect(bodies.slice(3).map(idsIn)).toEqual([['1', '2'], ['3']])
  })

  test('too large for the hub are halved', async () => {
    const { door, url } = await openHub({ config: { bodyBytesMax: 1500 } })
    const events = Array.from({ length: 20 }, (_, at) => ({ ...ringing, id: String(at) }))
    expect(await open(url).sendBatch(events)).toHaveLength(20)
    expect(await stored(door)).toHaveLength(20)
    const huge = open(url).send({ ...ringing, data: { call: 'C1', note: 'x'.repeat(2000) } })
    await expect(huge).rejects.toMatchObject({ status: 413 })
  })

  test('with a wrong event cost the others nothing, and tell what is wrong', async () => {
    const { door, url } = await openHub()
    const sender = open(url)
    const sent = sender.sendBatch([
      { ...ringing, id: 'fine' },
      { ...ringing, id: 'wrong', time: 'noon', data: { duration_ms: -1 } },
      { ...ringing, id: 'fine too' },
      { type: 'task.created', id: 'taskless' },
    ])
    const error = await sent.catch((reason: unknown) => reason)
    if (!(error instanceof SendError)) throw new Error('it was sent')
    expect(error.status).toBe(400)
    expect(error.faults.map(({ pointer }) => pointer).sort()).toEqual([
      ...['/1/data/call', '/1/data/duration_ms', '/1/time', '/3/data/task'],
    ])
    expect(error.message).toContain('/1/time')
    expect((await stored(door)).map(({ id }) => id).sort()).toEqual(['/pbx#fine', '/pbx#fine too'])
    const alone = await sender.send({ ...ringing, data: {} }).catch((reason: unknown) => reason)
    expect(alone).toMatchObject({ status: 400, faults: [{ pointer: '/data/call' }] })
  })
})

describe('what may pass is tried again', () => {
  test('an answer that is lost after the hub has stored: the event is one by its id', async () => {
    const { door, url } = await openHub()
    const proxy = await openUnreliableProxy(new URL(url))
    closings.push(() => proxy.close())
    proxy.loseAnswers(3)
    const ids = await open(proxy.url).sendBatch([ringing, ringing])
    expect(proxy.lostCount).toBe(3)
    const events = await stored(door)
    expect(events).toHaveLength(8)
    expect(new Set(events.map(({ id }) => id))).toEqual(new Set(ids.map((id) => `/pbx#${id}`)))
    // A copy of an event is the event: all that differs is when the hub had it.
    expect(new Set(events.map(({ payload }) => payload)).size).toBe(2)
  })

  test.each([429, 500, 502, 503, 504, 408])('an answer of %i', async (code) => {
    const { url, bodies } = await openAnswers([status(code), status(code), status(202)])
    await open(url).send(ringing)
    expect(bodies).toHaveLength(3)
    expect(new Set(bodies).size).toBe(1)
  })

  test('an answer that does not come in time', async () => {
    const { url, bodies } = await openAnswers([silence, status(202)])
    await open(url, { timeoutMs: 50 }).send(ringing)
    expect(new Set(bodies).size).toBe(1)
    expect(bodies).toHaveLength(2)
  })

  test('not before the hub wants it again', async () => {
    const { url } = await openAnswers([status(429, { 'retry-after': '1' }), status(202)])
    const began = performance.now()
    await open(url).send(ringing)
    expect(performance.now() - began).toBeGreaterThanOrEqual(990)
  })

  test('and given up when it has taken too long', async () => {
    const { url } = await openAnswers([status(503, { 'retry-after': '3600' })])
    const tooLong = open(url, { retryForMs: 1000 }).send(ringing)
    await expect(tooLong).rejects.toMatchObject({ name: 'SendError', status: 503 })
    const nobody = open('http://127.0.0.1:1', { retryForMs: 20 }).send(ringing)
    await expect(nobody).rejects.toMatchObject({ status: null, message: 'the hub does not answer' })
  })

  test.each([400, 401, 403, 404, 415, 302])('but not an answer of %i', async (code) => {
    const { url, bodies } = await openAnswers([status(code, { location: '/elsewhere' })])
    await expect(open(url).send(ringing)).rejects.toMatchObject({ status: code })
    expect(bodies).toHaveLength(1)
  })
})

describe('the buffer', () => {
  test('takes no more than it may hold, and goes on when the hub does', async () => {
    const gates: (() => void)[] = []
    const gated: RequestListener = (_request, response) =>
      void gates.push(() => void response.writeHead(202).end('{}'))
    const { url, bodies } = await openAnswers([gated, status(202)])
    let takenCount = 0
    const events = Array.from({ length: 10 }, (_, at) => ({
      ...ringing,
      id: String(at),
      get data() {
        takenCount += 1
        return ringing.data
      },
    }))
    const sent = open(url, { bufferEventsMax: 4, batchEventsMax: 2 }).sendBatch(events)
    await expect.poll(() => gates.length).toBe(1)
    expect(takenCount).toBe(4)
    gates[0]?.()
    expect(await sent).toHaveLength(10)
    expect(bodies.flatMap(idsIn)).toEqual(events.map(({ id }) => id))
  })

  test('lets go of who waits for room and wants to no more, and of nobody else', async () => {
    const gates: (() => void)[] = []
    const gated: RequestListener = (_request, response) =>
      void gates.push(() => void response.writeHead(202).end('{}'))
    const { url, bodies } = await openAnswers([gated, status(202)])
    const sender = open(url, { bufferEventsMax: 1, batchAgeMs: 0 })
    const first = sender.send({ ...ringing, id: 'first' })
    const leaving = new AbortController()
    const left = sender.send({ ...ringing, id: 'left' }, { signal: leaving.signal })
    const stays = sender.send({ ...ringing, id: 'stays' })
    leaving.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    await expect.poll(() => gates.length).toBe(1)
    gates[0]?.()
    expect(await Promise.all([first, stays])).toEqual(['first', 'stays'])
    expect(bodies.flatMap(idsIn)).toEqual(['first', 'stays'])
  })
})

describe('an end', () => {
  test('by closing waits until the hub has everything, and takes nothing more', async () => {
    const { door, url } = await openHub()
    const sender = open(url, { batchAgeMs: 3_600_000 })
    const sent = sender.sendBatch([ringing, ringing])
    await sender.close()
    expect(await stored(door)).toHaveLength(2)
    expect(await sent).toHaveLength(2)
    await expect(sender.send(ringing)).rejects.toThrow('closed')
  })

  test('by the signal leaves nothing waiting, neither on its way nor before', async () => {
    const { url, bodies } = await openAnswers([silence])
    const ending = new AbortController()
    const sender = open(url, { signal: ending.signal, batchEventsMax: 1, bufferEventsMax: 2 })
    const all = [sender.send(ringing), sender.send(ringing), sender.send(ringing)]
    await expect.poll(() => bodies.length).toBe(1)
    ending.abort(new Error('the end'))
    for (const one of all) await expect(one).rejects.toThrow('the end')
    await expect(sender.send(ringing)).rejects.toThrow('the end')
  })
})

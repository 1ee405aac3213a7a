import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { decodeEvent } from '../../../schemas/avro/codec.ts'
import { openOutbox } from '../../../services/delivery/outbox/outbox.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'
import { openHttpReceiver, type HttpReceiver } from '../../vendors/http-receiver.ts'
import {
  documentOf,
  openDispatchPlace,
  stateOf,
  target,
  type DispatchPlace,
  type PlaceOptions,
} from './dispatch-place.ts'

const start = Date.parse('2026-03-10T08:00:00Z')
const hourMs = 3_600_000

let folder: Awaited<ReturnType<typeof tempFolder>>
let receiver: HttpReceiver
let clock: ReturnType<typeof createJumpingClock>
let place: DispatchPlace | null

beforeEach(async () => {
  folder = await tempFolder()
  receiver = await openHttpReceiver()
  clock = createJumpingClock(start)
  place = null
})

afterEach(async () => {
  await place?.close()
  await receiver.close()
  await folder.remove()
})

async function open(options: Partial<PlaceOptions> = {}): Promise<DispatchPlace> {
  place = await openDispatchPlace({ folder: folder.path, url: receiver.url, clock, ...options })
  return place
}

async function restarted(options: Partial<PlaceOptions> = {}): Promise<DispatchPlace> {
  await place?.close()
  return open(options)
}

const agents = Array.from({ length: 120 }, (_, agent) => agent)
const told = z.array(z.object({ agent: z.string(), sequence: z.int() }))

/** What the vendor was told of agents, and which documents it has, in order. */
function statesTaken() {
  return receiver.taken
    .filter(({ key }) => key.startsWith('states-'))
    .flatMap(({ body }) => told.parse(JSON.parse(body.toString())))
}

function documentsTaken(): readonly string[] {
  return receiver.taken.map(({ key }) => key).filter((key) => key.startsWith('document-'))
}

/** Waits until so many attempts have reached the receiver. */
function attempts(count: number): Promise<void> {
  return until(`${count} attempts`, () => receiver.headers.length >= count, {
    ...{ seen: () => `${receiver.headers.length} attempts`, forMs: 60_000 },
  })
}

test('everything arrives, and the journal says of it what the vendor has', async () => {
  const { dispatch, idle } = await open()
  await dispatch.putStates(
    target,
    agents.map((agent) => stateOf(agent, 1)),
  )
  for (const number of [1, 2, 3]) await dispatch.putDocument(target, documentOf(number))
  await idle()
  expect(statesTaken()).toHaveLength(agents.length)
  expect(documentsTaken()).toEqual(['document-1', 'document-2', 'document-3'])
  const journal = dispatch.journal({ limit: 100 }).toReversed()
  expect(journal.map(({ key, sha256, bytes }) => [key, sha256, bytes])).toEqual(
    receiver.taken.map(({ key, body }) => [
      ...[key, createHash('sha256').update(body).digest('hex'), body.length],
    ]),
  )
  expect(journal.every(({ outcome, attempts }) => outcome === 'delivered' && attempts === 1)).toBe(
    true,
  )
})

test('a target that was down for an hour gets the newest of everyone first, then documents, each once', async () => {
  const { dispatch, idle, metrics } = await open({ statesMax: 50 })
  receiver.become('failing')
  await dispatch.putDocument(target, documentOf(1))
  for (const sequence of [1, 2, 3, 4]) {
    await dispatch.putStates(
      target,
      agents.map((agent) => stateOf(agent, sequence)),
    )
    await dispatch.putDocument(target, documentOf(1 + sequence))
  }
  await until('an hour has passed', () => clock.now() - start > hourMs, {
    ...{ seen: () => `${(clock.now() - start) / 1000} s`, forMs: 120_000 },
  })
  const [before] = dispatch.status()
  expect(before).toMatchObject({ states: { count: 120 }, documents: { count: 5 } })
  expect(before?.breaker).not.toBe('closed')
  // Neither a hammering nor a sleep: a minute between attempts, less by jitter.
  expect(receiver.headers.length).toBeGreaterThan(50)
  expect(receiver.headers.length).toBeLessThan(200)
  expect(receiver.taken).toEqual([])

  receiver.become('well')
  await idle()
  expect(receiver.taken.map(({ key }) => key.split('-')[0])).toEqual([
    ...['states', 'states', 'states'],
    ...['document', 'document', 'document', 'document', 'document'],
  ])
  expect(statesTaken().every(({ sequence }) => sequence === 4)).toBe(true)
  expect(new Set(statesTaken().map(({ agent }) => agent)).size).toBe(agents.length)
  expect(documentsTaken()).toEqual([1, 2, 3, 4, 5].map((number) => `document-${number}`))
  expect(dispatch.status()[0]).toMatchObject({ breaker: 'closed', failures: 0 })
  expect(await metrics.text()).toContain('ledgerline_delivery_coalesced_total{target="wfm"} 360')
})

test('a target that does anything at all in turn has everything in the end, nothing twice by key', async () => {
  const moods = ['failing', 'forgetting', 'disconnecting', 'throttling', 'well', 'slow'] as const
  const { dispatch, idle } = await open({ policy: { timeoutMs: 1_000 }, statesMax: 7 })
  const few = agents.slice(0, 20)
  for (let round = 1; round <= 18; round++) {
    receiver.become(moods[(round * 5) % moods.length] ?? 'well')
    await dispatch.putStates(
      target,
      few.map((agent) => stateOf(agent, round)),
    )
    await dispatch.putDocument(target, documentOf(round))
    await systemClock.sleep(20)
  }
  receiver.become('well')
  await idle()
  const documents = documentsTaken()
  // What came twice came again at once, under its key and with the same bytes.
  const once = documents.filter((key, index) => key !== documents[index - 1])
  expect(once).toEqual(Array.from({ length: 18 }, (_, index) => `document-${index + 1}`))
  const byKey = new Map<string, string>()
  for (const { key, body } of receiver.taken) {
    expect(byKey.get(key) ?? body.toString()).toBe(body.toString())
    byKey.set(key, body.toString())
  }
  const newest = new Map<string, number>()
  for (const { agent, sequence } of statesTaken()) {
    expect(sequence).toBeGreaterThanOrEqual(newest.get(agent) ?? 0)
    newest.set(agent, sequence)
  }
  expect([...newest.values()]).toEqual(few.map(() => 18))
  const delivered = dispatch.journal({ limit: 1_000, outcome: 'delivered', kind: 'document' })
  expect(delivered.map(({ key }) => key).toReversed()).toEqual(once)
})

test('what waits is there after a restart, and what has left does not go again', async () => {
  let { dispatch, idle } = await open()
  await dispatch.putStates(target, [stateOf(1, 5), stateOf(2, 5)], 'after 5')
  await dispatch.putDocument(target, documentOf(1), 'after 6')
  await idle()
  receiver.become('failing')
  await dispatch.putStates(target, [stateOf(2, 6), stateOf(3, 6)], 'after 7')
  await dispatch.putDocument(target, documentOf(2))
  ;({ dispatch, idle } = await restarted())
  expect(dispatch.position(target)).toBe('after 7')
  receiver.become('well')
  // The reader has not got so far as to say that it had put these, and puts them again.
  expect(await dispatch.putStates(target, [stateOf(1, 5), stateOf(3, 6)])).toEqual({
    ...{ put: 0, coalesced: 0, stale: 2 },
  })
  expect(await dispatch.putDocument(target, documentOf(1))).toBe(false)
  expect(await dispatch.putDocument(target, documentOf(2))).toBe(false)
  await idle()
  expect(statesTaken().map(({ agent, sequence }) => `${agent}:${sequence}`)).toEqual([
    ...['agent-1:5', 'agent-2:5', 'agent-2:6', 'agent-3:6'],
  ])
  expect(documentsTaken()).toEqual(['document-1', 'document-2'])
})

describe('what a target refuses', () => {
  test('does not hold up what comes after it, is kept as a dead letter, and can be sent again', async () => {
    const { dispatch, idle } = await open()
    receiver.answerBy((_request, body) => ({
      status: body.toString().includes('rows of 2') ? 422 : 200,
      text: '',
    }))
    for (const number of [1, 2, 3]) await dispatch.putDocument(target, documentOf(number))
    await idle()
    expect(documentsTaken()).toEqual(['document-1', 'document-3'])
    expect(dispatch.status()[0]).toMatchObject({ refused: 1, breaker: 'closed' })
    expect(dispatch.journal({ limit: 10, outcome: 'refused' })).toMatchObject([
      { key: 'document-2', answer: 'status 422', attempts: 1 },
    ])

    receiver.answerBy(null)
    expect(dispatch.again({ target, key: 'document-2', isNew: false })).toEqual({
      ...{ put: 1, gone: 0, waiting: 0 },
    })
    await idle()
    expect(documentsTaken()).toEqual(['document-1', 'document-3', 'document-2'])
    expect(dispatch.status()[0]).toMatchObject({ refused: 0 })
  })

  test('of many states is the one that is wrong', async () => {
    const { dispatch, idle } = await open()
    receiver.answerBy((_request, body) => ({
      status: body.toString().includes('agent-7"') ? 400 : 200,
      text: '',
    }))
    await dispatch.putStates(
      target,
      agents.slice(0, 20).map((agent) => stateOf(agent, 1)),
    )
    await idle()
    expect(statesTaken()).toHaveLength(19)
    expect(dispatch.journal({ limit: 100, outcome: 'refused' })).toMatchObject([{ states: 1 }])
  })

  test.each([401, 403, 404])(
    'because of its address or of our credentials (%i) waits until they are put right',
    async (status) => {
      const { dispatch, idle } = await open()
      receiver.answerBy(() => ({ status, text: '' }))
      await dispatch.putDocument(target, documentOf(1))
      await attempts(3)
      expect(dispatch.status()[0]).toMatchObject({ documents: { count: 1 }, refused: 0 })
      receiver.answerBy(null)
      await idle()
      expect(documentsTaken()).toEqual(['document-1'])
    },
  )

  test('by a fault of SOAP that is ours goes away; one of its own is tried again', async () => {
    const { dispatch, idle } = await open()
    const fault = (code: string) => ({
      status: 500,
      text: `<s:Envelope><s:Body><s:Fault><faultcode>${code}</faultcode></s:Fault></s:Body></s:Envelope>`,
    })
    receiver.answerBy(() => fault('s:Server'))
    await dispatch.putDocument(target, documentOf(1))
    await attempts(3)
    expect(dispatch.status()[0]).toMatchObject({ documents: { count: 1 }, refused: 0 })
    receiver.answerBy(() => fault('s:Client'))
    await idle()
    expect(dispatch.status()[0]).toMatchObject({ refused: 1 })
  })

  test('for so long that it is too old is given up, and said to be', async () => {
    const { dispatch, idle } = await open({ policy: { giveUpAfterMs: hourMs } })
    receiver.become('failing')
    await dispatch.putDocument(target, documentOf(1))
    await idle()
    expect(clock.now() - start).toBeGreaterThanOrEqual(hourMs)
    expect(dispatch.journal({ limit: 10 })).toMatchObject([{ outcome: 'given_up' }])
    expect(dispatch.status()[0]).toMatchObject({ refused: 1 })
  })
})

describe('how a target is spared', () => {
  test('when it asks to be left alone for some time, it is', async () => {
    const { dispatch, idle } = await open({ policy: { firstDelayMs: 1, delayMaxMs: 1 } })
    const times: number[] = []
    receiver.answerBy(() => {
      times.push(clock.now())
      const headers = { 'retry-after': '90' }
      return times.length < 3 ? { status: 429, text: '', headers } : { status: 200, text: '' }
    })
    await dispatch.putDocument(target, documentOf(1))
    await idle()
    expect(times.map((time) => time - start)).toEqual([0, 90_000, 180_000])
  })

  test('it gets no more in a second than it bears', async () => {
    const { dispatch, idle } = await open({ policy: { requestsPerSecond: 2 } })
    for (let number = 1; number <= 8; number++)
      await dispatch.putDocument(target, documentOf(number))
    await idle()
    expect(clock.now() - start).toBeGreaterThanOrEqual(3_000 - 10)
    expect(documentsTaken()).toHaveLength(8)
  })

  test('while it is down one attempt at a time goes out; when it is well as many as it may have', async () => {
    let most = 0
    let now = 0
    const { dispatch, idle } = await open({
      ...{ policy: { concurrency: 4, failuresMax: 1 }, statesMax: 5 },
    })
    receiver.answerBy(() => ({ status: 503, text: '' }))
    await dispatch.putStates(
      target,
      agents.map((agent) => stateOf(agent, 1)),
    )
    await attempts(12)
    receiver.answerBy((request) => {
      most = Math.max(most, ++now)
      request.socket.once('close', () => now--)
      return { status: 200, text: '', headers: { connection: 'close' } }
    })
    await idle()
    expect(new Set(statesTaken().map(({ agent }) => agent)).size).toBe(agents.length)
    expect(statesTaken()).toHaveLength(agents.length)
    expect(most).toBeLessThanOrEqual(5)
  })

  test('documents and states do not keep one another waiting', async () => {
    const { dispatch, idle } = await open({ statesMax: 10 })
    receiver.become('failing')
    for (const number of [1, 2, 3]) await dispatch.putDocument(target, documentOf(number))
    await dispatch.putStates(
      target,
      agents.slice(0, 30).map((agent) => stateOf(agent, 1)),
    )
    await attempts(2)
    let sequence = 1
    // Whenever something is taken, all agents change again.
    receiver.answerBy(() => {
      sequence++
      if (sequence < 40) {
        void dispatch.putStates(
          target,
          agents.slice(0, 30).map((agent) => stateOf(agent, sequence)),
        )
      }
      return { status: 200, text: '' }
    })
    receiver.become('well')
    await idle()
    const places = receiver.taken.flatMap(({ key }, index) =>
      key.startsWith('document-') ? [index] : [],
    )
    expect(places[0]).toBeGreaterThanOrEqual(3)
    expect(places[2]).toBeLessThan(20)
    expect(documentsTaken()).toEqual(['document-1', 'document-2', 'document-3'])
  })
})

describe('what the ledger is told', () => {
  const about = { table: 'queue_intervals', since: start - hourMs, until: start }

  async function toldOf(log: DispatchPlace['log']) {
    const events = new Map<string, unknown>()
    for (let partition = 0; partition < log.partitions('ledgerline.tasks'); partition++) {
      for await (const batch of log.read({ topic: 'ledgerline.tasks', partition }, 0, 100)) {
        for (const { value } of batch) {
          const { type, id, label, table, since, until: to, at } = decodeEvent(value)
          events.set(`${partition} ${id}`, { type, label, table, since, until: to, at })
        }
      }
    }
    return events
  }

  test('a document that has left with rows of a table is in every partition of that table', async () => {
    const { dispatch, idle, log } = await open()
    await dispatch.putDocument(target, documentOf(1, about))
    await dispatch.putDocument(target, documentOf(2))
    await idle()
    await restarted()
    if (place === null) throw new Error('it is not open')
    const events = await toldOf(place.log)
    expect(events.size).toBe(log.partitions('ledgerline.tasks'))
    for (const [id, event] of events) {
      expect(id).toMatch(/^\d+ delivered:wfm:document-1$/)
      expect(event).toEqual({ type: 'export.delivered', label: target, ...about, at: start })
    }
  })
})

describe('what cannot be put', () => {
  test('is said, and changes nothing', async () => {
    const { dispatch, idle } = await open()
    await dispatch.putDocument(target, documentOf(1))
    const changed = { ...documentOf(1), body: Buffer.from('other rows') }
    await expect(dispatch.putDocument(target, changed, 'far')).rejects.toMatchObject({
      code: 'DELIVERY_KEY_REUSED',
    })
    const strange = { ...documentOf(2), name: '../../etc/passwd' }
    await expect(dispatch.putDocument(target, strange, 'far')).rejects.toThrow(RangeError)
    await expect(dispatch.putStates('nobody', [], 'far')).rejects.toThrow('no target nobody')
    const large = { ...stateOf(1, 1), body: Buffer.alloc(70_000) }
    await expect(dispatch.putStates(target, [large], 'far')).rejects.toThrow(RangeError)
    const odd = { ...stateOf(1, 1), sequence: Number.NaN }
    await expect(dispatch.putStates(target, [odd], 'far')).rejects.toThrow(RangeError)
    await idle()
    expect(documentsTaken()).toEqual(['document-1'])
    expect(dispatch.position(target)).toBeNull()
  })

  test('a folder in which somebody delivers already is not opened a second time', async () => {
    await open()
    expect(() => openOutbox({ folder: join(folder.path, 'delivery') })).toThrow('LOG_UNAVAILABLE')
  })
})

test('sent under new keys it arrives a second time at whoever knows the old ones', async () => {
  const { dispatch, idle } = await open()
  for (const number of [1, 2]) await dispatch.putDocument(target, documentOf(number))
  await idle()
  clock.advance(1_000)
  expect(dispatch.again({ target, from: start, to: clock.now(), isNew: true })).toEqual({
    ...{ put: 2, gone: 0, waiting: 0 },
  })
  await idle()
  expect(documentsTaken()).toEqual(['document-1', 'document-2', 'document-1~3', 'document-2~4'])
})

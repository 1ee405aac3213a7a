import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { stateChangesSchema, stateSchema, type StateChanges } from '../../../schemas/feeds/state.ts'
import { ann, available, billing, enters, goes, support } from './contact-centre.ts'
import { openTestHub, type TestHub, type TestHubOptions } from './hub-with-state.ts'
import { readMessages, refusedUpgrade } from './socket-reader.ts'
import { next, streamRoads } from './stream-roads.ts'

const hubs: TestHub[] = []
afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.close()
})

async function open(options?: TestHubOptions): Promise<TestHub> {
  const hub = await openTestHub(options)
  hubs.push(hub)
  return hub
}

describe.each(streamRoads)('by $name', (road) => {
  test('a stream begins with the whole state and goes on with what changes', async () => {
    const hub = await open()
    await hub.append(enters('T1', billing, 1))
    await hub.shown()
    const events = await road.open(hub)
    const snapshot = await next(events, 'snapshot', 'changes')
    const whole = stateSchema.strict().parse(snapshot.data)
    expect(whole.tasks).toMatchObject([{ id: 'T1', queueName: 'Billing' }])

    await hub.append(enters('T2', billing, 2))
    // The task may be told of before the queue that it enters: they are two events.
    const changes: StateChanges[] = []
    while (!changes.some(({ queues }) => queues.length > 0)) {
      const changed = await next(events, 'snapshot', 'changes')
      expect(changed.event).toBe('changes')
      expect(changed.id).not.toBe(snapshot.id)
      changes.push(stateChangesSchema.strict().parse(changed.data))
    }
    expect(new Set(changes.flatMap(({ tasks }) => tasks.map(({ id }) => id)))).toEqual(
      new Set(['T2']),
    )
    expect(changes.at(-1)?.queues).toMatchObject([{ id: 'WQ-billing', waiting: 2 }])
    await events.return(undefined)
  })

  test('a reader who comes back with the id of any event is told what he has missed and nothing else', async () => {
    const hub = await open()
    await hub.append([...enters('T1', billing, 1), ...enters('T2', support, 1)])
    await hub.shown()
    for (const filter of ['', '&queues=WQ-billing', '&kinds=tasks']) {
      const first = await road.open(hub, `?${filter.slice(1)}`)
      const snapshot = await next(first, 'snapshot')
      const { id } = filter === '' ? await next(first, 'freshness') : snapshot
      await first.return(undefined)

      const task = `T${filter}`
      await hub.append(enters(task, billing, 5))
      await hub.shown()
      const again = await road.open(hub, `?last_event_id=${id}${filter}`)
      const event = await next(again, 'snapshot', 'changes')
      expect(event.event).toBe('changes')
      const { tasks, removed } = stateChangesSchema.parse(event.data)
      expect(tasks.map((one) => one.id)).toEqual([task])
      expect(removed).toEqual({ queues: [], agents: [], tasks: [] })
      await again.return(undefined)
    }
  })

  test('a reader who comes back with another filter gets a snapshot of it', async () => {
    const hub = await open()
    await hub.append([...enters('T1', billing, 1), ...enters('T2', support, 1)])
    await hub.shown()
    const first = await road.open(hub, '?queues=WQ-billing')
    const { id } = await next(first, 'snapshot')
    await first.return(undefined)
    for (const filter of ['', '&queues=WQ-support', '&queues=WQ-billing&kinds=tasks']) {
      const again = await road.open(hub, `?last_event_id=${id}${filter}`)
      expect((await next(again, 'snapshot', 'changes')).event).toBe('snapshot')
      await again.return(undefined)
    }
  })

  test('what is wrong with a filter is told before the stream begins, all of it', async () => {
    const hub = await open()
    const { status, errors } = await road.refused(hub, '?queue=WQ1&teams=North,&kinds=tasks,agent')
    expect(status).toBe(400)
    expect(errors).toEqual(
      expect.arrayContaining([
        { field: 'queue', detail: 'there is no such parameter' },
        { field: 'teams.1', detail: 'an id or a name is missing between commas' },
        expect.objectContaining({ field: 'kinds.1', choices: ['queues', 'agents', 'tasks'] }),
      ]),
    )
    expect(errors).toHaveLength(3)
  })

  test('nobody reads without a token where tokens are set', async () => {
    const hub = await open({ apiTokens: ['right'] })
    await hub.append(enters('T1', billing, 1))
    await hub.shown()
    expect((await road.refused(hub)).status).toBe(401)
    expect((await road.refused(hub, '?access_token=wrong')).status).toBe(401)
    const events = await road.open(hub, '?access_token=right&queues=Billing')
    const { data } = await next(events, 'snapshot')
    expect(stateSchema.parse(data).queues).toMatchObject([{ id: 'WQ-billing' }])
    await events.return(undefined)
  })

  test('a stream that is open does not keep the hub from closing', async () => {
    const closing = await openTestHub()
    await closing.append([goes(ann, available, 0)])
    const events = await road.open(closing)
    await next(events, 'snapshot')
    await closing.close()
    await expect(next(events, 'never')).rejects.toThrow()
  })
})

test('a token in the header opens a WebSocket too', async () => {
  const hub = await open({ apiTokens: ['right'] })
  const headers = { authorization: 'Bearer right' }
  const events = readMessages(`${hub.url}/v1/state/stream`, { headers })
  expect((await next(events, 'snapshot')).event).toBe('snapshot')
  await events.return(undefined)
})

test('a page of another site gets no WebSocket, the own page does', async () => {
  const hub = await open()
  const url = `${hub.url}/v1/state/stream`
  expect((await refusedUpgrade(url, { origin: 'https://elsewhere.example' })).status).toBe(403)
  const own = readMessages(url, { headers: { origin: hub.url } })
  expect((await next(own, 'snapshot')).event).toBe('snapshot')
  await own.return(undefined)
})

test('a WebSocket to any other address is answered as a call', async () => {
  const hub = await open()
  const { status } = await refusedUpgrade(`${hub.url}/v1/nowhere`)
  expect(status).toBe(404)
})

test('a call that asks for another protocol is answered as if it had not, with its body', async () => {
  const hub = await open()
  const asking = request(`${hub.url}/v1/operations/definitions`, {
    method: 'POST',
    headers: {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAARAAAAAAAIAAAAA',
      'content-type': 'application/yaml',
    },
  })
  asking.write('nonsense')
  asking.end(': [')
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(400)
  expect(await text(response)).toContain('line')
})

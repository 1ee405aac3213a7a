import { afterEach, expect, test } from 'vitest'
import { stateChangesSchema, stateSchema } from '../../../schemas/feeds/state.ts'
import {
  activities,
  ann,
  available,
  billing,
  bob,
  ends,
  enters,
  goes,
  happens,
  onBreak,
  step,
} from './contact-centre.ts'
import { readEvents } from './event-stream-reader.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'
import { next } from './stream-roads.ts'

let hub: TestHub | undefined
afterEach(async () => {
  await hub?.close()
  hub = undefined
})

const call = { task: 'T1', worker: ann, queue: billing }

test('a stream begins with the whole state and goes on with what changes', async () => {
  hub = await openTestHub()
  await hub.append([...activities(), goes(ann, available, 0), ...enters('T1', billing, 1)])
  await hub.shown()

  const events = readEvents(await fetch(`${hub.url}/v1/state/stream`))
  const snapshot = await next(events, 'snapshot')
  const whole = stateSchema.strict().parse(snapshot.data)
  expect(whole.tasks).toMatchObject([{ id: 'T1', status: 'waiting', queueName: 'Billing' }])
  expect(whole.agents).toMatchObject([{ id: 'WK-ann', name: 'Ann', state: 'idle' }])
  expect(whole.queues).toMatchObject([{ id: 'WQ-billing', waiting: 1, handling: 0 }])

  await hub.append([step('created', call, 2)])
  const changed = await next(events, 'changes')
  const changes = stateChangesSchema.strict().parse(changed.data)
  expect(changes.queues.concat().at(0)).toMatchObject({ waiting: 1, ringing: 1 })
  expect(changed.id).not.toBe(snapshot.id)
  await events.return(undefined)
})

test('a reader who comes back is told what he has missed and nothing else', async () => {
  hub = await openTestHub()
  await hub.append([...activities(), goes(ann, available, 0), ...enters('T1', billing, 1)])
  await hub.shown()
  const first = readEvents(await fetch(`${hub.url}/v1/state/stream`))
  const { id } = await next(first, 'snapshot')
  await first.return(undefined)

  await hub.append([...enters('T2', billing, 5)])
  await hub.shown()
  const again = readEvents(
    await fetch(`${hub.url}/v1/state/stream`, { headers: { 'last-event-id': id } }),
  )
  const event = await next(again, 'snapshot', 'changes')
  expect(event.event).toBe('changes')
  const missed = stateChangesSchema.parse(event.data)
  expect(missed.tasks.map((task) => task.id)).toEqual(['T2'])
  expect(missed.queues).toMatchObject([{ id: 'WQ-billing', waiting: 2 }])
  expect(missed.agents).toEqual([])
  await again.return(undefined)
})

test.each(['', 'nonsense', 'a.b.c', 'a..7'])(
  'a reader who comes back with %j, which this process does not know, gets the whole state',
  async (id) => {
    hub = await openTestHub()
    await hub.append(enters('T1', billing, 1))
    await hub.shown()
    const events = readEvents(
      await fetch(`${hub.url}/v1/state/stream`, { headers: { 'last-event-id': id } }),
    )
    expect((await next(events, 'snapshot', 'changes')).event).toBe('snapshot')
    await events.return(undefined)
  },
)

test('what is over is told as removed, once', async () => {
  hub = await openTestHub()
  await hub.append([
    ...enters('T1', billing, 1),
    step('created', call, 2),
    step('accepted', call, 3),
  ])
  await hub.shown()
  const events = readEvents(await fetch(`${hub.url}/v1/state/stream`))
  await next(events, 'snapshot')
  await hub.append([step('completed', call, 60), ends('T1', 60)])
  for (let removed: readonly string[] = []; !removed.includes('T1');) {
    removed = stateChangesSchema.parse((await next(events, 'changes')).data).removed.tasks
  }
  await hub.append(enters('T2', billing, 61))
  expect(stateChangesSchema.parse((await next(events, 'changes')).data).removed.tasks).toEqual([])
  await events.return(undefined)
})

test('how the members of a queue stand follows who they are, though nothing more happens', async () => {
  hub = await openTestHub()
  const attributes = JSON.stringify({ sid: billing.queue, target_workers: '1==1' })
  await hub.append([
    ...activities(),
    happens('task-queue.configured', 0, { ...billing, attributes }),
    goes(ann, available, 0),
    goes(bob, available, 0),
  ])
  await hub.shown()
  const events = readEvents(await fetch(`${hub.url}/v1/state/stream`))
  await next(events, 'snapshot')
  let told: unknown = { idle: 2 }
  const hear = async () => {
    const changes = stateChangesSchema.parse((await next(events, 'changes')).data)
    for (const { members } of changes.queues) told = members?.byState
    return changes
  }
  // One after the other, so that the second is told while the first has just been.
  for (const agent of [ann, bob]) {
    await hub.append([goes(agent, onBreak, 1)])
    while ((await hear()).agents.every(({ id }) => id !== agent.worker));
  }
  while (JSON.stringify(told) !== '{"aux":2}') await hear()
  expect(hub.state.current().queues.get(billing.queue)?.members?.byState).toEqual({ aux: 2 })
  await events.return(undefined)
})

test('between changes a reader hears how fresh the state is', async () => {
  hub = await openTestHub()
  await hub.append(enters('T1', billing, 1))
  await hub.shown()
  const events = readEvents(await fetch(`${hub.url}/v1/state/stream`))
  const { data } = await next(events, 'freshness')
  expect(data).toMatchObject({ catchingUp: false, freshness: { reading: true } })
  await events.return(undefined)
})

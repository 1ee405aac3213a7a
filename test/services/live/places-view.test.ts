import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import fc from 'fast-check'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { createFilteredViews } from '../../../services/live/filtered-views.ts'
import { toFilter } from '../../../services/live/state-filter.ts'
import { stateKinds, type StateKind } from '../../../services/live/state-kinds.ts'
import type { StateView } from '../../../services/live/state-view.ts'
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
  step,
  support,
} from './contact-centre.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

let hub: TestHub
beforeEach(async () => {
  hub = await openTestHub()
  await hub.append([
    ...activities(),
    happens('task-queue.configured', 0, {
      ...billing,
      attributes: JSON.stringify({ sid: billing.queue, target_workers: "skills HAS 'billing'" }),
    }),
    ...[ann, bob].map((worker) => goes(worker, available, 0)),
  ])
  await hub.shown()
})
afterEach(() => hub.close())

type Known = Readonly<Record<StateKind, Set<string>>>

/** What a reader of a view knows, who is told of each change. */
function startReading(view: StateView) {
  const known: Known = { queues: new Set(), agents: new Set(), tasks: new Set() }
  let sequence = hub.state.current().sequence
  for (const kind of stateKinds) {
    for (const id of idsIn(`[${[...view.pieces(kind)].join('')}]`)) known[kind].add(id)
  }

  /** Answers what he has just been told. */
  async function read(): Promise<Record<StateKind, { told: string[]; gone: readonly string[] }>> {
    await hub.shown()
    const now = hub.state.current().sequence
    const changes = view.changesSince(sequence)
    if (changes === null) throw new Error('too long ago')
    sequence = now
    const heard = { queues: nothing(), agents: nothing(), tasks: nothing() }
    for (const kind of stateKinds) {
      const { present, absent } = changes[kind]
      for (const id of idsIn(present)) known[kind].add(id)
      for (const id of absent) known[kind].delete(id)
      heard[kind] = { told: idsIn(present), gone: absent }
    }
    return heard
  }

  return { known, read }
}

function nothing(): { told: string[]; gone: readonly string[] } {
  return { told: [], gone: [] }
}

function idsIn(json: string): string[] {
  return (JSON.parse(json) as readonly { readonly id: string }[]).map(({ id }) => id)
}

function viewOf(parameters: Parameters<typeof toFilter>[0]): StateView {
  return createFilteredViews(hub.state).of(toFilter(parameters))
}

const skilled = (worker: typeof ann, at: number, attributes: object) =>
  happens('worker.attributes.update', at, { ...worker, attributes: JSON.stringify(attributes) })

describe('a reader who asks for a queue', () => {
  test('is told of it, its tasks and who works for it, and not of others', async () => {
    const reader = startReading(viewOf({ queues: ['WQ-billing'] }))
    await hub.append([
      ...enters('T1', billing, 1),
      ...enters('T2', support, 1),
      step('created', { task: 'T1', worker: ann, queue: billing }, 2),
      step('created', { task: 'T2', worker: bob, queue: support }, 2),
    ])
    await reader.read()
    expect(reader.known).toEqual({
      queues: new Set(['WQ-billing']),
      agents: new Set(['WK-ann']),
      tasks: new Set(['T1']),
    })
  })

  test('is told that what leaves it is gone, though it goes on elsewhere', async () => {
    await hub.append([...enters('T1', billing, 1)])
    await hub.shown()
    const reader = startReading(viewOf({ queues: ['Billing'] }))
    await hub.append([
      happens('task-queue.entered', 9, { task: 'T1', ...support, channel: 'voice' }),
    ])
    expect((await reader.read()).tasks.gone).toEqual(['T1'])
    expect(hub.state.current().tasks.get('T1')?.queue).toBe('WQ-support')
  })

  test('is told of those whom it may use, and when they no longer may be', async () => {
    const reader = startReading(viewOf({ queues: ['WQ-billing'] }))
    await hub.append([skilled(ann, 3, { skills: ['billing'] })])
    expect((await reader.read()).agents.told).toEqual(['WK-ann'])
    await hub.append([skilled(ann, 4, { skills: ['sales'] })])
    expect((await reader.read()).agents.gone).toEqual(['WK-ann'])
    expect(hub.state.current().agents.get('WK-ann')).toBeDefined()
  })

  test('is told of its members anew when the queue asks for others', async () => {
    await hub.append([skilled(ann, 3, { skills: ['billing'] }), skilled(bob, 3, { level: 2 })])
    await hub.shown()
    const reader = startReading(viewOf({ queues: ['WQ-billing'] }))
    const attributes = JSON.stringify({ sid: billing.queue, target_workers: 'level > 1' })
    await hub.append([happens('task-queue.configured', 5, { ...billing, attributes })])
    const { agents } = await reader.read()
    expect(agents).toEqual({ told: ['WK-bob'], gone: ['WK-ann'] })
  })

  test('hears nothing of what happens elsewhere', async () => {
    const reader = startReading(viewOf({ queues: ['WQ-billing'] }))
    await hub.append([
      ...enters('T2', support, 1),
      step('created', { task: 'T2', worker: bob, queue: support }, 2),
    ])
    const nowhere = { told: [], gone: [] }
    expect(await reader.read()).toEqual({ queues: nowhere, agents: nowhere, tasks: nowhere })
  })
})

test('a reader who asks for a team is told of its agents as they come and go', async () => {
  await hub.append([skilled(ann, 1, { team_id: 7, team_name: 'North' })])
  await hub.shown()
  for (const team of ['North', '7']) {
    const reader = startReading(viewOf({ teams: [team] }))
    expect(reader.known).toEqual({
      queues: new Set(),
      agents: new Set(['WK-ann']),
      tasks: new Set(),
    })
  }
  const reader = startReading(viewOf({ teams: ['North'] }))
  await hub.append([
    skilled(ann, 2, { team_name: 'South' }),
    skilled(bob, 2, { team_name: 'North' }),
  ])
  expect((await reader.read()).agents).toEqual({ told: ['WK-bob'], gone: ['WK-ann'] })
})

test('a reader who asks for a kind hears of no other', async () => {
  const reader = startReading(viewOf({ kinds: ['tasks'] }))
  expect(reader.known.agents).toEqual(new Set())
  await hub.append(enters('T1', billing, 1))
  await reader.read()
  expect(reader.known).toEqual({ queues: new Set(), agents: new Set(), tasks: new Set(['T1']) })
})

test('who has read on from the beginning knows what one who begins now is told', async () => {
  const views = [
    { queues: ['WQ-billing'] },
    { teams: ['North'] },
    { queues: ['Support', 'WQ-none'], teams: ['South'] },
  ]
  const readers = views.map((view) => startReading(viewOf(view)))
  const task = fc.constantFrom('T1', 'T2', 'T3', 'T4')
  const queue = fc.constantFrom(billing, support)
  const worker = fc.constantFrom(ann, bob)
  const happening = fc.oneof(
    fc.tuple(task, queue).map(
      ([id, into]) =>
        (at: number) =>
          enters(id, into, at),
    ),
    fc
      .tuple(task, worker, queue, fc.constantFrom('created', 'accepted', 'completed', 'rejected'))
      .map(([id, who, of, name]) => (at: number) => [
        step(name, { task: id, worker: who, queue: of }, at),
      ]),
    task.map((id) => (at: number) => [ends(id, at)]),
    fc
      .tuple(worker, fc.constantFrom('North', 'South'), fc.constantFrom('billing', 'sales'))
      .map(([who, team, skill]) => (at: number) => [
        skilled(who, at, { team_name: team, skills: [skill] }),
      ]),
  )
  let at = 10
  for (const some of fc.sample(fc.array(happening, { minLength: 1, maxLength: 4 }), {
    numRuns: 60,
    seed: 5,
  })) {
    const events: LedgerEvent[] = some.flatMap((one) => [...one((at += 1))])
    await hub.append(events)
    for (const [index, reader] of readers.entries()) {
      await reader.read()
      expect(reader.known).toEqual(startReading(viewOf(views[index] ?? {})).known)
    }
  }
})

import { expect, test } from 'vitest'
import { createEventReader, followState } from '../../../client/state-stream.js'
import { encodeEvent } from '../../../schemas/avro/codec.ts'
import { stateChangesSchema, stateSchema } from '../../../schemas/feeds/state.ts'
import { anEvent } from '../../support/fold-all.ts'
import { billing, enters, hangsUp, start } from './contact-centre.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'
import { slowRoadsTo } from './slow-roads.ts'

const tasks = Array.from({ length: 3_000 }, (_, n) => `T${n}`)

/** Each task gets the priority: thousands of changes at once. */
async function prioritise(hub: TestHub, priority: number): Promise<void> {
  await hub.log.append(
    'ledgerline.tasks',
    tasks.map((task) => ({
      key: task,
      value: encodeEvent(
        anEvent({
          type: 'task.updated',
          id: `${task}:${priority}`,
          at: start + priority,
          task,
          priority,
        }),
      ),
    })),
  )
  await hub.shown()
}

test.each(slowRoadsTo('/v1/state/stream'))(
  'a reader by $name who does not read is told the difference once he does, not all that happened meanwhile',
  async (road) => {
    const hub = await openTestHub()
    try {
      await hub.log.append(
        'ledgerline.tasks',
        tasks.flatMap((task) =>
          enters(task, billing, 0).map((event) => ({ key: task, value: encodeEvent(event) })),
        ),
      )
      await hub.shown()

      const reader = await road.open(hub)
      const rounds = 30
      let changes = 0
      const told = waitForChanges(hub, rounds)
      for (let priority = 1; priority <= rounds; priority++) {
        await prioritise(hub, priority)
        await told.next()
      }

      const priorities = new Map<string, number | null>()
      await reader.read((name, data) => {
        if (name === 'changes') changes++
        const now =
          name === 'snapshot'
            ? stateSchema.parse(data).tasks
            : name === 'changes'
              ? stateChangesSchema.parse(data).tasks
              : []
        for (const task of now) priorities.set(task.id, task.priority)
        const last = [...priorities.values()]
        return last.length === tasks.length && last.every((one) => one === rounds)
      })
      expect(changes).toBeLessThan(rounds / 2)
    } finally {
      await hub.close()
    }
  },
  120_000,
)

/** Resolves once for each time that the hub tells of changes. */
function waitForChanges(hub: TestHub, count: number): AsyncGenerator<void> {
  let told = 0
  let wake: () => void = () => undefined
  hub.state.onChange(() => {
    told++
    wake()
    return Promise.resolve()
  })
  return (async function* () {
    for (let waited = 1; waited <= count; waited++) {
      while (told < waited) await new Promise<void>((resolve) => (wake = resolve))
      yield
    }
  })()
}

test('events are read whole, wherever the network has cut them', () => {
  const text = Buffer.from(
    ': hello\n\nevent: changes\nid: 1\ndata: {"a":"ü"}\n\nretry: 3\n\ndata: one\ndata: two\n\n',
  )
  for (let cut = 0; cut <= text.length; cut++) {
    for (let second = cut; second <= text.length; second += 7) {
      const events: unknown[] = []
      const read = createEventReader((event) => events.push(event))
      read(text.subarray(0, cut))
      read(text.subarray(cut, second))
      read(text.subarray(second))
      expect(events).toEqual([
        { name: 'changes', id: '1', data: '{"a":"ü"}' },
        { name: 'message', id: '', data: 'one\ntwo' },
      ])
    }
  }
})

test('the client keeps the state of a hub, through its going away and coming back', async () => {
  let hub = await openTestHub()
  const port = Number(new URL(hub.url).port)
  await hub.append(enters('T1', billing, 0))
  await hub.shown()
  let wake: () => void = () => undefined
  const followed = followState({ url: hub.url, onChange: () => wake() })
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve))
  }
  const { state } = followed
  await until(() => state.tasks.has('T1'))
  expect(state.connection).toBe('live')

  await hub.append([hangsUp('T1', 5), ...enters('T2', billing, 6)])
  await until(() => state.tasks.has('T2') && !state.tasks.has('T1'))
  await hub.close()
  await until(() => state.connection === 'lost')
  expect(state.tasks.has('T2')).toBe(true)

  hub = await openTestHub({ port })
  await hub.append(enters('T3', billing, 7))
  await until(() => state.connection === 'live' && state.tasks.has('T3'))
  // It is another hub now, which knows nothing of what the first one showed.
  expect(state.tasks.has('T2')).toBe(false)
  followed.close()
  await hub.close()
})

import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { LiveAgent } from '../../../services/projections/live-agent.ts'
import { agentState } from '../../../services/live/views.ts'
import { createNames } from '../../../services/live/names.ts'
import { workerDocument } from '../../../services/routing/documents.ts'
import type { RoutableWorker } from '../../../services/routing/routable-worker.ts'

// Node 20 gives an object that is made by spreading first and naming more fields then a hidden class of its own. Of what is made thousands of
// times a second that was a third of all garbage, and the collector held up the stream.

setFlagsFromString('--allow-natives-syntax')

/** Whether V8 sees two objects as of one shape. */
const areAlike = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (
  a: unknown,
  b: unknown,
) => boolean

const voice = { voice: { configuredCapacity: 1, isAvailable: true } }

const worker = (): RoutableWorker => ({
  sid: 'WK1',
  friendlyName: 'Ann',
  activity: { sid: 'WA1', name: 'Available', isAvailable: true },
  attributes: { skill: 'a' },
  channels: voice,
  reservations: [],
})

const idle: LiveAgent = { id: 'WK1', workspace: 'WS1', activity: null, state: null, legs: [] }

const made: Readonly<Record<string, () => object | undefined>> = {
  'the document of a worker': () => workerDocument(worker()),
  'a channel of an agent': () => agentState(idle, voice, createNames()).channels[0],
}

test.each(Object.entries(made))('%s is of one shape however often it is made', (_, make) => {
  const first = make()
  expect(first).toBeDefined()
  for (let count = 0; count < 2_000; count++) make()
  expect(areAlike(make(), make())).toBe(true)
  expect(areAlike(make(), first)).toBe(true)
})

test('shapes are told apart', () => {
  expect(areAlike({ a: 1 }, { b: 1 })).toBe(false)
})

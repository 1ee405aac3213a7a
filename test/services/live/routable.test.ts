import { expect, test } from 'vitest'
import { createNames } from '../../../services/live/names.ts'
import { routableWorker } from '../../../services/live/routable.ts'
import { createRoutingFacts } from '../../../services/live/routing-facts.ts'
import { nothingKnown, type Knowledge } from '../../../services/projections/definitions.ts'

const told: Knowledge = {
  ...nothingKnown,
  available: new Map([
    ['WA1', true],
    ['WA2', false],
  ]),
}

function isOffered(id: string, name: string): boolean {
  const activity = { id, name, class: 'aux' as const, since: 0 }
  const agent = { id: 'WK1', workspace: 'WS', activity, state: null, legs: [] }
  return routableWorker(agent, createRoutingFacts(), createNames(), told).activity.isAvailable
}

test('tasks are offered by the flag of the activity, whatever its name, and by its name where no flag was told', () => {
  expect(isOffered('WA1', 'Coaching')).toBe(true)
  expect(isOffered('WA2', 'Available')).toBe(false)
  expect(isOffered('WA3', 'Available')).toBe(true)
  expect(isOffered('WA3', 'Coaching')).toBe(false)
})

test('to a worker whose activity was never told, none are offered', () => {
  const agent = { id: 'WK1', workspace: 'WS', activity: null, state: null, legs: [] }
  const { activity } = routableWorker(agent, createRoutingFacts(), createNames(), told)
  expect(activity).toEqual({ sid: '', name: '', isAvailable: false })
})

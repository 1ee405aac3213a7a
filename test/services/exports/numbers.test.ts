import { expect, test } from 'vitest'
import { identitiesSchema } from '../../../schemas/events/identities.ts'
import { numbersFor } from '../../../services/exports/plan/numbers.ts'

const key = (id: string, channel: string) => ({ id, channel, direction: 'inbound' })

test('new queues get numbers that nobody ever had, and keep them', () => {
  const told = identitiesSchema.parse({
    ...{ target: 'calabrio' },
    queues: [{ queue: 'WQ0', number: 5000, until: '2026-01-01T00:00:00Z' }],
  })
  const keys = [key('WQ1', 'voice'), key('WQ1', 'chat'), key('WQ1', 'voice')]
  const once = numbersFor(told, [], keys)
  expect(once).toEqual([
    { queue: 'WQ1', channel: 'voice', direction: 'inbound', number: 5001 },
    { queue: 'WQ1', channel: 'chat', direction: 'inbound', number: 5002 },
  ])
  expect(numbersFor(told, once, keys.toReversed())).toEqual([])
  expect(numbersFor(told, once, [key('WQ2', 'voice')]).map(({ number }) => number)).toEqual([5003])
})

test('without any number the first is a thousand and one', () => {
  const told = identitiesSchema.parse({ target: 'calabrio' })
  expect(numbersFor(told, [], [key('WQ1', 'voice')]).map(({ number }) => number)).toEqual([1001])
})

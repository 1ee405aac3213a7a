import { expect, test } from 'vitest'
import {
  prepareWhatIf,
  type Comparison,
  type WhatIfOptions,
} from '../../../services/whatif/whatif.ts'
import type { Contact, Stretch } from '../../../services/whatif/stretch.ts'
import { aQueue, aWorker } from '../../support/replayed.ts'

// An hour with one agent and a contact every two minutes that takes one: every second one comes while nobody is free.

const span = { from: 0, to: 3_600_000 }

function contactAt(second: number, own: Partial<Contact> = {}): Contact {
  const at = second * 1000
  return {
    ...{
      id: `c${second}`,
      at,
      channel: 'voice',
      direction: 'inbound',
      attributes: {},
      priority: 0,
    },
    into: { kind: 'queue', queue: 'WQ1' },
    stays: [{ queue: 'WQ1', enteredAt: at, exitedAt: at, disposition: 'answered' }],
    ...{ leftAs: null, failedRingsMs: [], ringMs: 0, handleMs: 60_000 },
    ...own,
  }
}

const gaveUp = contactAt(30, {
  stays: [{ queue: 'WQ1', enteredAt: 30_000, exitedAt: 45_000, disposition: 'abandoned' }],
  ...{ leftAs: 'abandoned', ringMs: null, handleMs: null },
})
const stretch: Stretch = {
  ...{ counted: span, replayed: span },
  contacts: [contactAt(0), gaveUp, ...[120, 240, 360].map((at) => contactAt(at))],
  workers: [aWorker('ann')],
  work: [0, 120, 240, 360].map((at) => ({
    ...{ worker: 'ann', kind: 'handle', from: at * 1000, to: (at + 60) * 1000 },
  })),
}

function compared(own: Partial<WhatIfOptions> = {}, runs = 2): Comparison {
  const reading = prepareWhatIf({
    ...{ stretch, staff: [], seed: 'one' },
    routing: { workflows: new Map(), queues: new Map([['WQ1', aQueue('WQ1')]]) },
    thresholdsOf: () => ({ slMs: 20_000, shortMs: 5_000 }),
    ...own,
  })
  if (reading.kind !== 'ready') throw new Error(reading.kind)
  const { whatIf } = reading
  return whatIf.compare(Array.from({ length: runs }, (_, run) => whatIf.run(run)))
}

function totalOf({ total }: Comparison, name: string) {
  const found = total.find((one) => one.name === name)
  return { recorded: found?.recorded, replayed: found?.replayed?.mean }
}

test('as it was, a day comes out as it did', () => {
  const result = compared()
  for (const one of result.total) expect(one.replayed?.mean ?? null, one.name).toBe(one.recorded)
  expect(totalOf(result, 'sl_ex_short')).toEqual({ recorded: 0.8, replayed: 0.8 })
  expect(totalOf(result, 'occupancy')).toEqual({ recorded: 1 / 15, replayed: 1 / 15 })
  expect(result.sameFate?.mean).toBe(1)
})

test('with one more agent nobody gives up', () => {
  const result = compared({ staff: [{ queue: 'WQ1', by: 1 }] })
  expect(totalOf(result, 'abandoned_count')).toEqual({ recorded: 1, replayed: 0 })
  expect(result.sameFate?.mean).toBe(0.8)
  expect(totalOf(result, 'occupancy').replayed).toBeCloseTo(300 / 7200, 10)
})

test('without any agent all wait until they give up, if they are known ever to', () => {
  const result = compared({ staff: [{ queue: 'WQ1', by: -1 }] }, 40)
  expect(totalOf(result, 'answered_count').replayed).toBe(0)
  // Of five who waited, one gave up, after 15 seconds, when nobody was left who had waited longer.
  expect(totalOf(result, 'abandoned_count').replayed).toBe(5)
})

test('fewer agents than there are cannot be left out', () => {
  const options = { staff: [{ queue: 'WQ1', by: -2 }] }
  expect(() => compared(options)).toThrow('too_few')
})

test('where nobody was answered, nobody knows how long anything takes', () => {
  expect(() => compared({ stretch: { ...stretch, contacts: [gaveUp] } })).toThrow('nobody_answered')
})

test('the same question has the same answer, and another seed draws something else', () => {
  const contacts = [0, 30, 60, 90].map((at) => contactAt(at, { handleMs: null }))
  const lengths = [30, 50, 70, 90].map((seconds, n) =>
    contactAt(600 + 100 * n, { handleMs: seconds * 1000 }),
  )
  const busy = { ...stretch, contacts: [...contacts, ...lengths] }
  const answer = (seed: string) => JSON.stringify(compared({ stretch: busy, seed }).total)
  expect(answer('one')).toBe(answer('one'))
  expect(answer('one')).not.toBe(answer('two'))
})

test('what had to be assumed is counted', () => {
  expect(compared().assumed).toEqual({
    ...{ contacts: 5, patienceDrawn: 4, handlesDrawn: 1, directArrivals: 5 },
    ...{ failedOffers: 0, commitments: 0 },
  })
})

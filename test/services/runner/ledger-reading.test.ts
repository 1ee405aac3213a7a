import { expect, test } from 'vitest'
import { shiftOf } from '../../../services/runner/ledger-reading.ts'
import { anEvent } from '../../support/fold-all.ts'
import { anException, aPlan } from '../../support/plan-events.ts'

const minute = 60_000

const change = (id: string, at: number, attributes: string | null = null) =>
  anEvent({
    ...{ id, type: 'worker.activity.update', worker: 'ann', activity: id, attributes },
    at: at * minute,
  })

const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id)
const span = { from: 100 * minute, to: 115 * minute }

test('of a worker’s time two changes on either side are read, however often they came', () => {
  const events = [10, 20, 30, 90, 90, 105, 120, 130, 140].map((at) => change(`at-${at}`, at))
  const expected = ['at-30', 'at-90', 'at-105', 'at-120', 'at-130']
  expect(idsOf(shiftOf(events, span))).toEqual(expected)
})

test('what told his attributes last is read, and what did before, however long ago', () => {
  const told = (id: string, at: number) =>
    anEvent({
      ...{ id, type: 'worker.attributes.update', worker: 'ann', attributes: '{}' },
      at: at * minute,
    })
  const events = [
    ...[told('first', 1), told('second', 2), change('third', 3, '{}')],
    ...[change('a', 80), change('b', 90), told('later', 300)],
  ]
  expect(idsOf(shiftOf(events, span))).toEqual(['second', 'third', 'a', 'b', 'later'])
})

test('of plans and what is agreed beside them that is read which tells of the time', () => {
  const of = (from: number, to: number) => ({
    ...{ worker: 'ann', at: 0, from: from * minute, to: to * minute },
  })
  const events = [
    aPlan({ id: 'before', ...of(0, 100), segments: [] }),
    aPlan({ id: 'of it', ...of(0, 101), segments: [] }),
    aPlan({ id: 'after', ...of(115, 200), segments: [] }),
    anException({ id: 'excused', ...of(110, 120), kind: 'excuse' }),
    anException({ id: 'excused before', ...of(90, 95), kind: 'excuse' }),
  ]
  expect(idsOf(shiftOf(events, span)).sort()).toEqual(['excused', 'of it'])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createAgenda } from '../../../../services/simulator/model/agenda.ts'

test('what is soonest comes first, and of one moment what was added first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (moments) => {
      const agenda = createAgenda<number>()
      moments.forEach((at, index) => agenda.add(at, index))
      const taken = moments.map(() => agenda.next())
      const wanted = moments
        .map((at, index) => ({ at, index }))
        .sort((one, other) => one.at - other.at || one.index - other.index)
      expect(taken.map((entry) => entry?.item)).toEqual(wanted.map(({ index }) => index))
      expect(agenda.next()).toBeUndefined()
      expect(agenda.size).toBe(0)
    }),
  )
})

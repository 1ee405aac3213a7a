import { expect, test } from 'vitest'
import { comesAt, timeAfter, type PassingTime } from '../../../services/projections/passing-time.ts'
import { anEvent } from '../../support/fold-all.ts'

const dayMs = 86_400_000
const start: PassingTime = { ticked: 0, heard: 0, openUntil: 0, recorded: 0 }

function tick(at: number) {
  return anEvent({ type: 'clock.ticked', id: `tick:${at}`, at, subjects: [] })
}

function change(at: number) {
  return anEvent({ type: 'worker.activity.update', id: `EV${at}`, at, worker: 'WK1', subjects: [] })
}

test('where nothing has happened yet a tick counts in full', () => {
  const time = timeAfter(start, tick(30 * dayMs))
  expect(time).toMatchObject({ ticked: 30 * dayMs, heard: 0, openUntil: 30 * dayMs })
})

test('what is open goes on for three days after the latest event, and with the tick after the next one', () => {
  const quiet = [change(dayMs), tick(30 * dayMs)].reduce(timeAfter, start)
  expect(quiet).toMatchObject({ ticked: 30 * dayMs, heard: dayMs, openUntil: 4 * dayMs })
  const heard = timeAfter(quiet, change(29 * dayMs))
  expect(heard).toMatchObject({ ticked: 30 * dayMs, heard: 29 * dayMs, openUntil: 4 * dayMs })
  expect(timeAfter(heard, tick(30 * dayMs))).toMatchObject({ openUntil: 30 * dayMs })
})

test('nothing goes back, neither with a late event nor with an old tick', () => {
  const now = [change(9 * dayMs), tick(10 * dayMs)].reduce(timeAfter, start)
  expect([change(dayMs), tick(2 * dayMs)].reduce(timeAfter, now)).toEqual(now)
})

test('the clock brings what is due in some days, and not what is due months after the last that was heard', () => {
  const march = Date.UTC(2026, 2, 2)
  const time: PassingTime = { ticked: 0, heard: march, openUntil: march, recorded: march }
  expect(comesAt(time, march + dayMs)).toBe(march + dayMs)
  expect(comesAt(time, march + 3 * dayMs)).toBe(march + 3 * dayMs)
  expect(comesAt(time, march + 4 * dayMs)).toBe(Infinity)
  expect(comesAt(time, Infinity)).toBe(Infinity)
  // Once time has passed for what is open, what lies before that is due.
  expect(comesAt({ ...time, openUntil: march + 9 * dayMs }, march + 4 * dayMs)).toBe(
    march + 4 * dayMs,
  )
  // Nothing was heard yet: the clock alone tells the time.
  expect(comesAt({ ...time, heard: 0 }, march + 99 * dayMs)).toBe(march + 99 * dayMs)
})

import { expect, test } from 'vitest'
import { nearestZones, zoneNames } from '../../../services/time/zone-names.ts'
import { isZone, readInstant } from '../../../services/time/zone.ts'

const newYork = 'America/New_York'

test.each([
  ['2026-01-14T14:00:00Z', 'UTC', '2026-01-14T14:00:00.000Z'],
  ['2026-01-14T14:00:00+05:45', newYork, '2026-01-14T08:15:00.000Z'],
  ['2026-01-14T14:00', newYork, '2026-01-14T19:00:00.000Z'],
  ['2026-01-14', newYork, '2026-01-14T05:00:00.000Z'],
  ['2025-11-02T01:30:00-05:00', newYork, '2025-11-02T06:30:00.000Z'],
  // Where midnight does not exist, the day begins later.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  ['2026-04-05T12:00', 'Pacific/Auckland', '2026-04-05T00:00:00.000Z'],
])('%s in %s is %s', (text, zone, instant) => {
  expect(readInstant(text, zone)).toEqual({ kind: 'instant', at: Date.parse(instant) })
})

test.each([
  ['2025-11-02T01:30', newYork, /twice/],
  ['2026-03-08T02:30', newYork, /never/],
  ['2026-02-30', 'UTC', /exists/],
  ['2026-01-14T25:00Z', 'UTC', /exists/],
  ['yesterday', 'UTC', /ISO 8601/],
  ['1768399200000', 'UTC', /ISO 8601/],
])('%s in %s is refused', (text, zone, detail) => {
  const read = readInstant(text, zone)
  expect(read).toMatchObject({ kind: 'wrong' })
  expect(read.kind === 'wrong' ? read.detail : '').toMatch(detail)
})

test.each([
  ['2026-03-08', '04:00', '2026-03-08T08:00Z'],
  ['2026-03-08', '02:30', '2026-03-08T07:00Z'],
  ['2026-11-01', '01:30', '2026-11-01T05:30Z'],
])('in New York the day of %s that begins at %s begins at %s', (date, dayStartsAt, instant) => {
  const startsAtMs = Date.parse(`1970-01-01T${dayStartsAt}Z`)
  expect(readInstant(date, 'America/New_York', startsAtMs)).toEqual({
    ...{ kind: 'instant', at: Date.parse(instant) },
  })
})

test.each([
  ['Europe/Berln', 'Europe/Berlin'],
  ['berlin', 'Europe/Berlin'],
  ['new york', 'America/New_York'],
  ['Asia/Calcuta', 'Asia/Calcutta'],
  ['kathmandu', 'Asia/Kathmandu'],
])('who writes %s means %s', (written, meant) => {
  expect(nearestZones(written)[0]).toBe(meant)
})

test('every name that is offered is a zone', () => {
  expect(zoneNames().filter((name) => !isZone(name))).toEqual([])
})

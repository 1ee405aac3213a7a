import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAcceleratedClock, systemClock } from '../../../services/runtime/clock.ts'
import { createMetrics } from '../../../services/runtime/metrics.ts'
import { positionOf } from '../../../services/runtime/position.ts'
import { secretIn } from '../../../services/runtime/secret-file.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('a position grows with the offset, and more with the epoch', () => {
  const places = [
    positionOf(0, 0),
    positionOf(0, 1),
    positionOf(0, 2 ** 44 - 1),
    positionOf(1, 0),
    positionOf(511, 2 ** 44 - 1),
  ]
  expect(places).toEqual([...new Set(places)].sort((a, b) => a - b))
  expect(places.every((place) => place > 0 && place <= 2 ** 53)).toBe(true)
})

test('a sleeper wakes at once when he is no longer to wait', async () => {
  const leaving = new AbortController()
  const sleeping = systemClock.sleep(3_600_000, leaving.signal)
  leaving.abort()
  await sleeping
  await systemClock.sleep(3_600_000, leaving.signal)
})

test('accelerated time begins where it is told to and runs on', async () => {
  const startAt = Date.UTC(2026, 2, 10)
  const clock = createAcceleratedClock(startAt, 1_000)
  await clock.sleep(10_000)
  expect(clock.now()).toBeGreaterThanOrEqual(startAt + 9_000)
})

test('a machine makes its secret once, for its owner alone', async () => {
  const folder = await tempFolder()
  const file = join(folder.path, 'not', 'there', 'secret')
  const first = await secretIn(file)
  expect(first).toHaveLength(43)
  expect(await secretIn(file)).toBe(first)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await folder.remove()
})

test('metrics are named alike, and each says what it means', async () => {
  const text = await createMetrics().text()
  const told = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)]
  expect(told.length).toBeGreaterThan(10)
  for (const [, name, help] of told) {
    expect(name).toMatch(/^ledgerline_[a-z0-9_]+$/)
    expect(help).not.toBe('')
  }
})

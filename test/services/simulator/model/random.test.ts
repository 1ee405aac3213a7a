import { expect, test } from 'vitest'
import { logNormal } from '../../../../services/simulator/model/draws.ts'
import { createRandom, type Random } from '../../../../services/simulator/model/random.ts'
import { createSids } from '../../../../services/simulator/model/sids.ts'

test('the same seed draws the same, another draws otherwise', () => {
  expect(draws(createRandom('a'))).toEqual(draws(createRandom('a')))
  expect(draws(createRandom('a'))).not.toEqual(draws(createRandom('b')))
  expect(draws(createRandom(1))).not.toEqual(draws(createRandom('1')))
})

test('a stream depends on its labels only, not on what was drawn before or beside it', () => {
  const fresh = createRandom('a')
  const used = createRandom('a')
  draws(used)
  used.split('another')
  expect(draws(used.split('queue', 7))).toEqual(draws(fresh.split('queue', 7)))
  expect(draws(fresh.split('queue').split(7))).toEqual(draws(fresh.split('queue', 7)))
  expect(draws(fresh.split('queue', 7))).not.toEqual(draws(fresh.split('queue', 8)))
  expect(draws(fresh.split('queue', 77))).not.toEqual(draws(fresh.split('queue7', 7)))
})

test('draws are spread evenly, also the first ones of many streams', () => {
  const root = createRandom('spread')
  const firsts = Array.from({ length: 20_000 }, (_, index) => root.split('task', index).next())
  const counts = new Array<number>(20).fill(0)
  for (const draw of firsts)
    counts[Math.floor(draw * 20)] = (counts[Math.floor(draw * 20)] ?? 0) + 1
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
})

test('the mean of a skewed time is the mean that was asked for', () => {
  const random = createRandom('mean')
  const draws = Array.from({ length: 20_000 }, () => logNormal(random, 240_000, 0.7))
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
  expect(mean / 240_000).toBeGreaterThan(0.97)
  expect(mean / 240_000).toBeLessThan(1.03)
})

test('sids have a prefix and 32 hexadecimal digits, and do not repeat', () => {
  const sid = createSids(createRandom('sids'), 'EV')
  const sids = Array.from({ length: 10_000 }, sid)
  expect(new Set(sids).size).toBe(sids.length)
  for (const one of sids) expect(one).toMatch(/^EV[0-9a-f]{32}$/)
})

function draws(random: Random): number[] {
  return Array.from({ length: 50 }, () => random.next())
}

import type { Instant } from '../../../schemas/events/instant.ts'
import { intervalStart, quarterHourMs } from '../../time/interval.ts'
import { chance } from './draws.ts'
import type { Random } from './random.ts'

/** Near a quarter hour, now and then exactly on it: the border is where counting goes wrong. */
export function snapped(at: Instant, random: Random, share: number): Instant {
  const border = intervalStart(at + quarterHourMs / 2, quarterHourMs)
  if (Math.abs(at - border) > nearMs) return at
  return chance(random, share) ? border : at
}

const nearMs = 20_000

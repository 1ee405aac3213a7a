import type { Random } from './random.ts'

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random.next() < probability
}

/** A whole number, both ends included. */
export function integer(random: Random, from: number, to: number): number {
  return from + Math.floor(random.next() * (to - from + 1))
}

/** A time of exponential length, whole milliseconds. */
export function exponential(random: Random, meanMs: number): number {
  return Math.round(-Math.log(1 - random.next()) * meanMs)
}

/** A normal draw (Box and Muller). */
export function normal(random: Random, mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
  return mean + deviation * radius * Math.cos(2 * Math.PI * random.next())
}

/** A time with the long right tail of human work, whole milliseconds. `mean` is the mean, not the median. */
export function logNormal(random: Random, meanMs: number, sigma: number): number {
  const mu = Math.log(meanMs) - (sigma * sigma) / 2
  return Math.round(Math.exp(normal(random, mu, sigma)))
}

export function pick<T>(random: Random, items: readonly T[]): T | undefined {
  return items[Math.floor(random.next() * items.length)]
}

import type { Instant } from '../../../schemas/events/instant.ts'
import { dayMs, dayStart } from '../../time/interval.ts'
import type { Centre, Queue } from './centre.ts'
import { exponential, normal } from './draws.ts'
import type { Random } from './random.ts'
import { staffedByWeekday } from './roster.ts'

/** When the next contact of a queue comes; `null` if none ever does. */
export type Arrivals = (after: Instant) => Instant | null

/** A Poisson process whose rate follows the hour of the day and the day of the week, by thinning. */
export function openArrivals(centre: Centre, queue: Queue, random: Random): Arrivals {
  const rate = centre.hours === 'always' ? steadyRate(queue) : officeRate(centre, queue, random)
  const rateMax = centre.hours === 'always' ? steadyMax(queue) : officeMax(queue)
  const draws = random.split('arrivals')
  return (after) => {
    if (rateMax <= 0) return null
    let at = after
    for (;;) {
      at += Math.max(1, exponential(draws, 1 / rateMax))
      if (draws.next() * rateMax < rate(at)) return at
    }
  }
}

const hourMs = 3_600_000
/** A day of a given size is drawn around the plan: forecasts are never right. */
const daySpread = 0.06
const dayFactorMax = 1 + 3 * daySpread

/** Contacts per millisecond. */
type Rate = (at: Instant) => number

function officeRate(centre: Centre, queue: Queue, random: Random): Rate {
  const total = queue.traits.shape.reduce((sum, weight) => sum + weight, 0)
  let known = { day: NaN, factor: 1 }
  return (at) => {
    const wall = at + centre.zone.offsetMs(at)
    const day = dayStart(wall)
    if (known.day !== day) known = { day, factor: dayFactor(random.split('day', day)) }
    const weekday = new Date(day).getUTCDay()
    const staffed = staffedByWeekday[weekday] ?? 1
    const share = shapeAt(queue.traits.shape, wall - day) / (total * hourMs)
    return queue.contactsPerDay * staffed * known.factor * share
  }
}

function officeMax(queue: Queue): number {
  const total = queue.traits.shape.reduce((sum, weight) => sum + weight, 0)
  const top = Math.max(...queue.traits.shape)
  return (queue.contactsPerDay * dayFactorMax * top) / (total * hourMs)
}

function dayFactor(random: Random): number {
  return Math.min(dayFactorMax, Math.max(0.7, normal(random, 1, daySpread)))
}

/** The weight of an hour holds in its middle; between the middles the curve is straight. */
function shapeAt(shape: readonly number[], sinceMidnight: number): number {
  const hours = sinceMidnight / hourMs - 0.5
  const before = Math.floor(hours)
  const part = hours - before
  const left = shape[(before + 24) % 24] ?? 0
  const right = shape[(before + 25) % 24] ?? 0
  return left + (right - left) * part
}

/** Everybody works all day, so a day's contacts of a shift come three times a day, in slow waves. */
function steadyRate(queue: Queue): Rate {
  const mean = steadyMean(queue)
  return (at) => mean * (1 + waves * Math.sin((2 * Math.PI * at) / wavePeriodMs))
}

const waves = 0.15
const wavePeriodMs = 50 * 60_000
const rosteredMs = 8.4 * hourMs

function steadyMax(queue: Queue): number {
  return steadyMean(queue) * (1 + waves)
}

function steadyMean(queue: Queue): number {
  return queue.contactsPerDay / Math.min(rosteredMs, dayMs)
}

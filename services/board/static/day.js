// The day's numbers, asked for now and then: what the tables say of today, in the viewer's zone.

import { headersFor } from './answer.js'
import { localDate, timeZone } from './words.js'

const everyMs = 15_000
const retryMs = 5_000
const untilKnownMs = 250

/** Contacts that come in: outbound work has no part in a service level. */
const directions = ['inbound', 'callback', 'unknown']

/**
 * @typedef {{ offered: number, answered: number, inSl: number, abandoned: number, short: number }} Sums
 *
 * What is known of the day.
 * @typedef {object} Day
 * @property {'loading' | 'known' | 'failed'} status
 * @property {string | null} failure Why the last attempt came to nothing, in words.
 * @property {number | null} asOf Up to when the tables are complete.
 * @property {number} minutes The length of a period.
 * @property {readonly (Sums & { at: number })[]} periods The day so far, all queues together.
 * @property {Map<string, Sums>} queues Today by queue.
 * @property {Sums} total Today altogether.
 */

/**
 * Asks at once and then again and again. `now` tells the hub's time, or null while it is not known; `queue` of which queue
 * alone, or null.
 */
export function followDay({ token, now, onChange, queue = null }) {
  const day = {
    ...{ status: 'loading', failure: null, asOf: null, minutes: 30 },
    ...{ periods: [], queues: new Map(), total: noSums() },
  }
  let timer = null
  let isClosed = false

  async function ask() {
    clearTimeout(timer)
    const at = now()
    let next = untilKnownMs
    if (at !== null) next = (await load(at)) ? everyMs : retryMs
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(ask, next)
  }

  async function load(at) {
    const { minutes } = day
    try {
      const [queues, periods] = await Promise.all([
        get(at, token, queue, { grain: 'day', limit: '50000' }),
        get(at, token, queue, { grain: String(minutes), by: 'total' }),
      ])
      if (minutes !== day.minutes) return true
      Object.assign(day, {
        ...{ status: 'known', failure: null, asOf: queues.asOf },
        ...{ queues: byQueue(queues.rows), total: added(queues.rows) },
        periods: withQuietOnes(periods.rows, at, minutes),
      })
      return true
    } catch (error) {
      if (day.status === 'loading') day.status = 'failed'
      day.failure = error instanceof NoAnswer ? error.message : 'The hub does not answer.'
      return false
    } finally {
      onChange()
    }
  }

  void ask()
  return {
    day,
    setMinutes(minutes) {
      day.minutes = minutes
      onChange()
      void ask()
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}

class NoAnswer extends Error {}

async function get(at, token, queue, parameters) {
  const today = localDate(at)
  const query = new URLSearchParams({
    ...{ from: today, to: dayAfter(today), zone: timeZone, attribution: 'end' },
    ...(queue === null ? {} : { queue }),
    ...parameters,
  })
  for (const direction of directions) query.append('direction', direction)
  const response = await fetch(`/v1/intervals/queues?${query}`, {
    headers: headersFor(token),
  })
  if (response.ok) return response.json()
  const problem = await response.json().catch(() => ({}))
  throw new NoAnswer(`The hub answered ${response.status}: ${problem.detail ?? 'no reason given'}.`)
}

/** The next date on the calendar, however long the day is. */
function dayAfter(date) {
  return new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10)
}

function byQueue(rows) {
  const queues = new Map()
  for (const row of rows) {
    const known = queues.get(row.queue)
    queues.set(row.queue, known === undefined ? added([row]) : plus(known, added([row])))
  }
  return queues
}

/** From the first period with numbers to the present; one without any is one of zeros. */
function withQuietOnes(rows, now, minutes) {
  const all = new Map()
  for (const row of rows) {
    const at = Date.parse(row.interval_start)
    const known = all.get(at)
    all.set(at, { at, ...plus(known ?? noSums(), added([row])) })
  }
  const known = [...all.values()].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
  const ms = minutes * 60_000
  const whole = []
  for (const period of known) {
    for (let last = whole.at(-1); last && last.at + ms < period.at; last = whole.at(-1)) {
      whole.push({ at: last.at + ms, ...noSums() })
    }
    whole.push(period)
  }
  return whole
}

export function serviceLevelParts({ answered, inSl, abandoned, short }) {
  return [inSl, answered + abandoned - short]
}

function noSums() {
  return { offered: 0, answered: 0, inSl: 0, abandoned: 0, short: 0 }
}

function plus(a, b) {
  return Object.fromEntries(Object.keys(noSums()).map((name) => [name, a[name] + b[name]]))
}

function added(rows) {
  const sums = noSums()
  for (const row of rows) {
    sums.offered += row.offered_count
    sums.answered += row.answered_count
    sums.inSl += row.answered_in_sl_count
    sums.abandoned += row.abandoned_count
    sums.short += row.abandoned_short_count
  }
  return sums
}

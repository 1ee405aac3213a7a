// What the page at hand needs beside the live state; it is asked for, or followed, as long as one stands there.

import { followAdherence } from '/client/adherence-stream.js'
import { followAnswer } from './answer.js'
import { followDay } from './day.js'
import { dayStart, timeZone } from './words.js'

const oftenMs = 5_000
const seldomMs = 15_000

/** `now` tells the hub's time, `past` the moment that is shown instead of it; null: not known, or none. */
export function followPlace(place, { token, now, past, onChange }) {
  const ask = (address, everyMs) => followAnswer({ token, address, everyMs, onChange })
  const id = encodeURIComponent(place.id)
  const at = () => (past() === null ? '' : `at=${new Date(past()).toISOString()}`)
  const moment = () => past() ?? now()
  const parts = partsOf(place, {
    day: (queue) => followDay({ token, now, onChange, queue }),
    timeline: () => ask(() => (moment() === null ? null : timelineOf(id, moment())), oftenMs),
    life: () => ask(() => `/v1/tasks/${id}/life`, oftenMs),
    why: () => ask(() => `/v1/tasks/${id}/explain?limit=12&${at()}`, oftenMs),
    sources: () => ask(() => '/v1/sources', seldomMs),
    adherence: () => followAdherence({ token, filter: { zone: timeZone }, onChange }),
    kept: () =>
      ask(() => `/v1/adherence/agents/${id}?${new URLSearchParams({ zone: timeZone })}`, oftenMs),
  })
  return {
    ...Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, part[name] ?? part.answer]),
    ),
    setMinutes: (minutes) => parts.day?.setMinutes(minutes),
    close: () => Object.values(parts).forEach((part) => part.close()),
  }
}

function partsOf({ page, id }, { day, timeline, life, why, sources, adherence, kept }) {
  switch (page) {
    case 'queue':
      return { day: day(id) }
    case 'agent':
      return { timeline: timeline(), kept: kept() }
    case 'task':
      return { life: life(), why: why() }
    case 'adherence':
      return { adherence: adherence() }
    case 'wall':
      return { day: day(null) }
    default:
      return { day: day(null), sources: sources() }
  }
}

/** His local day, up to the moment. */
function timelineOf(id, now) {
  const query = new URLSearchParams({
    from: new Date(dayStart(now)).toISOString(),
    to: new Date(Math.floor(now) + 1).toISOString(),
  })
  return `/v1/agents/${id}/timeline?${query}`
}

// How things are said: lengths of time, shares, states.

/** A length as people read clocks: 0:07, 12:30, 1:02:30; from a day on in days and hours. */
export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value) => String(value).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`
  if (hours > 0) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`
  return `${minutes}:${two(seconds % 60)}`
}

/** A length in words, for a sentence. */
export function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`
}

export function share(part, whole) {
  return whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`
}

export function count(value) {
  return value.toLocaleString('en')
}

export function plural(value, one, many) {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** The order in which a supervisor looks. */
export const agentGroups = [
  { state: 'alert', name: 'Ringing' },
  { state: 'talk', name: 'Talking' },
  { state: 'hold', name: 'On hold' },
  { state: 'acw', name: 'Wrapping up' },
  { state: 'idle', name: 'Ready' },
  { state: 'aux', name: 'Away' },
  { state: 'work_offline', name: 'Working while offline' },
  { state: 'unknown', name: 'State not known yet' },
  { state: 'offline', name: 'Offline' },
]

export const timeZone = knownZone()

function knownZone() {
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions()
  return zone === undefined || zone.startsWith('Etc/Unknown') ? 'UTC' : zone
}

const date = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
const time = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' })
const exactTime = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' })
const longDate = new Intl.DateTimeFormat('en-GB', {
  timeZone,
  weekday: 'long',
  day: 'numeric',
  month: 'long',
})

/** The local date of an instant, as the API takes it: 2026-01-14. */
export const localDate = (at) => date.format(at)
/** When the local day of an instant began: clocks may change on it, so it is looked for. */
export function dayStart(at) {
  const today = localDate(at)
  const dayMs = 86_400_000
  let [before, within] = [at - 2 * dayMs, at]
  while (within - before > 1_000) {
    const middle = Math.floor((before + within) / 2)
    if (localDate(middle) === today) within = middle
    else before = middle
  }
  return Math.round(within / 1_000) * 1_000
}

export const timeOfDay = (at) => time.format(at)
export const exactTimeOfDay = (at) => exactTime.format(at)
export const dayInWords = (at) => longDate.format(at)

/** A line that the importer has taken: field by field, the interval by the local time that it was sent with. */
export interface ImportedLine {
  readonly date: string
  readonly time: string
  readonly queue: number
  readonly name: string
  readonly values: readonly number[]
}

/**
 * The importer of Calabrio's queue data file, by what its vendor publishes of the format and of the faults at which it
 * stops: 21 fields, no header, whole numbers, dates and times that there are in the zone of the import, no key twice. It
 * goes by the instant, so in a zone the hour that comes twice is one. Throws at the first fault, with the line's number.
 */
export function importQueueFile(
  text: string,
  separator: ';' | ',',
  zone = 'UTC',
): readonly ImportedLine[] {
  const clock = clockOf(zone)
  const seen = new Set<string>()
  const imported: ImportedLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const wrong = (what: string) => new Error(`${what} on line ${index + 1}`)
    const fields = line.split(separator)
    const [interval = '', date = '', time = '', queue = '', name = '', ...values] = fields
    if (fields.length !== 21) throw wrong('Wrong number of fields')
    if (![interval, queue, ...values].every(isInteger)) throw wrong('Wrong format')
    const at = instantOf(date, time, clock)
    if (at === null) throw wrong('Invalid date-time')
    if (name.length > 50) throw wrong('Name too long')
    const key = [at, queue, name].join(separator)
    if (seen.has(key)) throw wrong('Duplicate data')
    seen.add(key)
    imported.push({ date, time, name, queue: Number(queue), values: values.map(Number) })
  }
  return imported
}

/** As its columns have room for: 32 bits with a sign. */
function isInteger(field: string): boolean {
  return /^-?\d+$/.test(field) && Math.abs(Number(field)) < 2 ** 31
}

type Clock = (at: number) => number

/** The first instant at which clocks show this; null: they never do. */
function instantOf(date: string, time: string, clock: Clock): number | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(date) ?? []
  if (year === undefined || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return null
  const shown = Date.parse(`${year}-${month ?? ''}-${day ?? ''}T${time}:00Z`)
  if (Number.isNaN(shown)) return null
  const offsets = [shown - dayMs, shown + dayMs].map((at) => clock(at) - at)
  const first = shown - Math.max(...offsets)
  const second = shown - Math.min(...offsets)
  return [first, second].find((at) => clock(at) === shown) ?? null
}

const dayMs = 86_400_000

/** What a clock in a zone shows at an instant, as if that were UTC. */
function wallClock(zone: string): Clock {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
    ...{ hour: '2-digit', minute: '2-digit' },
  })
  const known = new Map<number, number>()
  return (at) => {
    const before = known.get(at)
    if (before !== undefined) return before
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? ''
    const shown = Date.parse(
      `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:00Z`,
    )
    known.set(at, shown)
    return shown
  }
}

const clocks = new Map<string, Clock>()

function clockOf(zone: string): Clock {
  const clock = clocks.get(zone) ?? wallClock(zone)
  clocks.set(zone, clock)
  return clock
}

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
 * stops: 21 fields, no header, whole numbers, valid dates and times, no key twice. Throws at the first fault, with the
 * line's number.
 */
export function importQueueFile(text: string, separator: ';' | ','): readonly ImportedLine[] {
  const seen = new Set<string>()
  const imported: ImportedLine[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const wrong = (what: string) => new Error(`${what} on line ${index + 1}`)
    const fields = line.split(separator)
    const [interval = '', date = '', time = '', queue = '', name = '', ...values] = fields
    if (fields.length !== 21) throw wrong('Wrong number of fields')
    if (![interval, queue, ...values].every((field) => /^-?\d+$/.test(field))) {
      throw wrong('Wrong format')
    }
    if (!isDateTime(date, time)) throw wrong('Invalid date-time')
    if (name.length > 50) throw wrong('Name too long')
    const key = [date, time, queue, name].join(separator)
    if (seen.has(key)) throw new Error(`Duplicate data on line ${index + 1}`)
    seen.add(key)
    imported.push({ date, time, name, queue: Number(queue), values: values.map(Number) })
  }
  return imported
}

function isDateTime(date: string, time: string): boolean {
  if (!/^\d{8}$/.test(date) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return false
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)].map(Number)
  const at = new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day))
  return at.toISOString().slice(0, 10).replaceAll('-', '') === date
}

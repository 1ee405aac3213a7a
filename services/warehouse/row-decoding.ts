/**
 * The rows of an answer in JSONCompactEachRowWithNamesAndTypes. Instants come back as they went in, as milliseconds: the
 * types tell which columns hold them.
 */
export function decodeRows(text: string): readonly unknown[] {
  // Line breaks inside values are escaped, so the ones that are left stand between rows.
  const lines: unknown = JSON.parse(`[${text.trimEnd().replaceAll('\n', ',')}]`)
  if (!isTable(lines)) throw new Error('an answer without names and types')
  const [names, types, ...rows] = lines
  const decoders = types.map(decoderOf)
  return rows.map((values) =>
    Object.fromEntries(
      names.map((name, index) => [name, decoders[index]?.(values[index]) ?? values[index]]),
    ),
  )
}

function isTable(
  lines: unknown,
): lines is readonly [readonly string[], readonly string[], ...(readonly unknown[])[]] {
  return Array.isArray(lines) && lines.length >= 2
}

/** What a SELECT answers only its author knows: his type is taken at its word. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- it is the caller's word
export function areAsAsked<T>(rows: readonly unknown[]): rows is readonly T[] {
  return Array.isArray(rows)
}

type Decoder = (value: unknown) => unknown

function decoderOf(type: string): Decoder | undefined {
  const array = /^Array\((.*)\)$/.exec(type)?.[1]
  if (array !== undefined) {
    const decode = decoderOf(array)
    if (decode === undefined) return undefined
    return (value) => (Array.isArray(value) ? value.map((one) => decode(one)) : value)
  }
  if (/^(?:Nullable\()?DateTime64\(3, 'UTC'\)\)?$/.test(type)) return toInstant
  return undefined
}

function toInstant(value: unknown): unknown {
  return typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) : value
}

/** A row that something is known by. */
export interface Known {
  readonly workspace: string
  readonly id: string
  readonly name: string
}

export interface Meant {
  readonly known: ReadonlyMap<string, Known>
  /** Names that nothing here goes by, or several do. */
  readonly unknown: readonly { readonly name: string; readonly detail: string }[]
}

/**
 * What is meant by each of these words: what has it as its sid, or what alone goes by it. Of a word that nothing goes by
 * `nothing` is said, such as that it is neither a sid nor a name.
 */
export function meantBy(words: readonly string[], rows: readonly Known[], nothing: string): Meant {
  const known = new Map<string, Known>()
  const unknown: { name: string; detail: string }[] = []
  for (const name of words) {
    const byId = rows.find(({ id }) => id === name)
    const named = new Map(rows.flatMap((row) => (row.name === name ? [[row.id, row]] : [])))
    const [only, other] = byId === undefined ? [...named.values()] : [byId]
    if (only !== undefined && other === undefined) known.set(name, only)
    else {
      const detail =
        only === undefined
          ? nothing
          : `is the name of several: ${[...named.keys()].sort().join(', ')}`
      unknown.push({ name, detail })
    }
  }
  return { known, unknown }
}

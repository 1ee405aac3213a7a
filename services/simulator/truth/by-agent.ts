/** Whatever is of an agent, by agent, in the order in which it was; what is of nobody is left out. */
export function byAgent<T extends { readonly agent: string | null }>(
  items: Iterable<T>,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    if (item.agent === null) continue
    const own = groups.get(item.agent)
    if (own === undefined) groups.set(item.agent, [item])
    else own.push(item)
  }
  return groups
}

/** The first thing that is known: what `of` says of the first item of which it says anything. */
export function firstOf<Item, T>(items: readonly Item[], of: (item: Item) => T | null): T | null {
  for (const item of items) {
    const value = of(item)
    if (value !== null) return value
  }
  return null
}

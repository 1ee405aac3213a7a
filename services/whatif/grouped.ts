/** The items by what each belongs to, in the order in which they come. */
export function groupedBy<Item, Group>(
  items: Iterable<Item>,
  groupOf: (item: Item) => Group,
): ReadonlyMap<Group, readonly Item[]> {
  const groups = new Map<Group, Item[]>()
  for (const item of items) {
    const group = groupOf(item)
    const own = groups.get(group)
    if (own === undefined) groups.set(group, [item])
    else own.push(item)
  }
  return groups
}

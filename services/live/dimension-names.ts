import type { Instant } from '../../schemas/events/instant.ts'
import type { Naming } from '../../schemas/feeds/dimensions.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** The name that goes beside an id; the id itself where none was told. */
export type NameOf = (workspace: string, id: string, end: Instant) => string

/** By the column that holds the ids, such as `agent`: what is called by a name there. */
export const namedKinds: Readonly<Record<string, string>> = {
  queue: 'queue',
  agent: 'worker',
  activity: 'activity',
}

interface Called {
  readonly workspace: string
  readonly id: string
  readonly name: string
  readonly since: Instant
}

/**
 * The names of these ids of one kind. `is` gives the newest. `was` gives the last that was borne before the `end` of a
 * period, so that a period in which something was renamed bears the name it ended with; what was before the first name
 * that was told has that one.
 */
export async function dimensionNames(
  warehouse: Warehouse,
  kind: string,
  ids: readonly string[],
  naming: Naming,
): Promise<NameOf> {
  const called =
    ids.length === 0
      ? []
      : await warehouse.query<Called>(
          `SELECT workspace, id, name, since FROM dimensions
           WHERE kind = {kind:String} AND id IN {ids:Array(String)} AND name != ''
             ${naming === 'is' ? 'AND is_current' : ''}
           ORDER BY since`,
          { kind, ids },
        )
  const byId = new Map<string, Called[]>()
  for (const one of called) {
    const key = keyOf(one.workspace, one.id)
    const known = byId.get(key)
    if (known === undefined) byId.set(key, [one])
    else known.push(one)
  }
  return (workspace, id, end) => {
    const names = byId.get(keyOf(workspace, id)) ?? []
    const name = naming === 'was' ? names.findLast(({ since }) => since < end) : names.at(-1)
    return (name ?? names[0])?.name ?? id
  }
}

function keyOf(workspace: string, id: string): string {
  return JSON.stringify([workspace, id])
}

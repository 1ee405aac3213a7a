import type { Row, Warehouse } from '../warehouse/warehouse.ts'

/**
 * A warehouse whose inserts go together: while one insert into a table is under way, what others want to put there
 * gathers, and goes next as one. Many shards that each write a few rows a second would else make many tiny parts.
 */
export function gatherInserts(warehouse: Warehouse): Warehouse {
  const gatherers = new Map<string, (rows: readonly Row[]) => Promise<void>>()
  return {
    ...warehouse,
    insert(table, rows) {
      let gather = gatherers.get(table)
      if (gather === undefined) {
        gather = createGatherer((all) => warehouse.insert(table, all))
        gatherers.set(table, gather)
      }
      return gather(rows)
    },
  }
}

interface Waiting {
  readonly rows: readonly Row[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

function createGatherer(insert: (rows: readonly Row[]) => Promise<void>) {
  let waiting: Waiting[] = []
  let isBusy = false

  async function work(): Promise<void> {
    isBusy = true
    while (waiting.length > 0) {
      const going = waiting
      waiting = []
      try {
        await insert(going.flatMap(({ rows }) => rows))
        for (const { resolve } of going) resolve()
      } catch (error) {
        for (const { reject } of going) reject(error)
      }
    }
    isBusy = false
  }

  return (rows: readonly Row[]) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ rows, resolve, reject })
      // One of them may fail with the others' rows; each is written again by its own shard, equal.
      if (!isBusy) void work()
    })
}

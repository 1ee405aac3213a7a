import type { Instant } from '../../schemas/events/instant.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { tables } from '../../schemas/tables/tables.ts'
import { dayStart } from '../time/interval.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** What would change of one metric, of a queue or agent, from `from` of the rehearsal on. */
export interface RehearsedChange {
  readonly table: IntervalTable
  readonly metric: string
  readonly workspace: string
  /** Empty where the table has none; so is the agent. */
  readonly queue: string
  readonly agent: string
  /** In how many days of UTC it changes. */
  readonly days: number
  /** What the rows in the table come to. */
  readonly old: number
  readonly new: number
}

/** One entity's part in one row. */
export interface RehearsedCell {
  readonly table: IntervalTable
  readonly metric: string
  readonly key: Readonly<Record<string, string | number>>
  /** The task, worker or conversation whose part it is. */
  readonly entity: string
  readonly old: number
  readonly new: number
}

export interface Rehearsal {
  /** How many tasks, workers and conversations were folded twice. */
  readonly entities: number
  /** From when on `old` and `new` are added up: the beginning of a day. */
  readonly from: Instant
  readonly changes: readonly RehearsedChange[]
  /** The first that was found of a metric of a table. */
  readonly examples: readonly RehearsedCell[]
  /** false: there were more changes than are told. */
  readonly isWhole: boolean
}

const changesMax = 20_000
const examplesMax = 40

interface Found {
  readonly of: Omit<RehearsedChange, 'days' | 'old' | 'new'>
  readonly days: Set<Instant>
  difference: number
}

/** Gathers what differs until it is told, beside what is in the tables from the day of `since` on. */
export function createFoundChanges(warehouse: Warehouse, since: Instant) {
  const changes = new Map<string, Found>()
  const examples = new Map<string, RehearsedCell>()
  let [from, isWhole] = [dayStart(since), true]

  function note(cell: RehearsedCell): void {
    const { table, metric, key } = cell
    const text = (column: string) => String(key[column] ?? '')
    const of = {
      ...{ table, metric, workspace: text('workspace') },
      ...{ queue: text('queue'), agent: text('agent') },
    }
    const name = nameOf(of)
    const known = changes.get(name)
    if (known === undefined && changes.size >= changesMax) {
      isWhole = false
      return
    }
    const change = known ?? { of, days: new Set(), difference: 0 }
    const day = dayStart(Number(key['interval_start']))
    changes.set(name, change)
    change.days.add(day)
    change.difference += cell.new - cell.old
    from = Math.min(from, day)
    const kind = `${table} ${metric}`
    if (!examples.has(kind) && examples.size < examplesMax) examples.set(kind, cell)
  }

  async function all(): Promise<Omit<Rehearsal, 'entities'>> {
    const found = [...changes.values()]
    const stored = new Map<string, number>()
    for (const table of new Set(found.map(({ of }) => of.table))) {
      const ofTable = found.filter(({ of }) => of.table === table).map(({ of }) => of)
      await addStored(stored, table, ofTable)
    }
    return {
      ...{ from, isWhole, examples: [...examples.values()] },
      changes: found.map(({ of, days, difference }) => {
        const old = stored.get(nameOf(of)) ?? 0
        return { ...of, days: days.size, old, new: old + difference }
      }),
    }
  }

  /** What the rows of a table come to of these metrics, for these queues and agents. */
  async function addStored(
    stored: Map<string, number>,
    table: IntervalTable,
    changed: readonly Found['of'][],
  ): Promise<void> {
    const metrics = [...new Set(changed.map(({ metric }) => metric))]
    const owners = (['queue', 'agent'] as const).filter((name) => tables[table].key.includes(name))
    const rows = await warehouse.query<Readonly<Record<string, string | number>>>(
      `SELECT workspace, ${[...owners, ...metrics.map((name) => `sum(t.${name}) AS ${name}`)].join(', ')}
       FROM ${table} AS t FINAL
       WHERE interval_start >= fromUnixTimestamp64Milli({from:Int64})
         ${owners.map((name) => `AND ${name} IN {${name}:Array(String)}`).join(' ')}
       GROUP BY workspace, ${owners.join(', ')}`,
      {
        from,
        ...Object.fromEntries(
          owners.map((name) => [name, [...new Set(changed.map((one) => one[name]))]]),
        ),
      },
    )
    for (const row of rows) {
      const owner = { workspace: String(row['workspace']), queue: '', agent: '' }
      for (const name of owners) owner[name] = String(row[name])
      for (const metric of metrics) {
        stored.set(nameOf({ table, metric, ...owner }), Number(row[metric]))
      }
    }
  }

  return { note, all }
}

function nameOf({ table, metric, workspace, queue, agent }: Found['of']): string {
  return [table, metric, workspace, queue, agent].join('\n')
}

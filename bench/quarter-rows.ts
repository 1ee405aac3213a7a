import type { Warehouse } from '../services/warehouse/warehouse.ts'
import { intervalMetrics, type IntervalTable } from '../schemas/metrics/catalogue.ts'
import { histogramBoundsMs } from '../schemas/metrics/metric.ts'
import { fillTables, type Filled } from './filling.ts'

/** A centre as it is planned for: its rows are made up in the engine, since what they say does not matter to the clock. */
export const centre = {
  agents: 1_000,
  queues: 30,
  shards: 4,
  days: 90,
  /** Quarter hours in which somebody works. */
  quartersWorked: 36,
  quartersOpen: 64,
} as const

export const spanStart = Date.UTC(2026, 0, 1)
const dayMs = 86_400_000
export const spanEnd = spanStart + centre.days * dayMs

interface Cells {
  readonly rows: number
  /** By key column, an expression of the row's number. */
  readonly key: Readonly<Record<string, string>>
}

const { agents, queues, shards, days, quartersWorked, quartersOpen } = centre

/** The quarter hour of a row whose number counts days and quarters of a shift or an opening. */
const at = (per: number, quarters: number) =>
  `fromUnixTimestamp64Milli(toInt64(${spanStart} + intDiv(number, ${per * quarters}) * ${dayMs} + (intDiv(number, ${per}) % ${quarters} + 28) * 900000), 'UTC')`

const cells: Readonly<Record<IntervalTable, Cells>> = {
  queue_intervals: {
    rows: days * quartersOpen * queues * shards,
    key: {
      queue: `concat('WQ', toString(intDiv(number, ${shards}) % ${queues}))`,
      channel: `if(intDiv(number, ${shards}) % ${queues} < 20, 'voice', 'chat')`,
      direction: "'inbound'",
      interval_start: at(queues * shards, quartersOpen),
      shard: `number % ${shards}`,
    },
  },
  agent_intervals: {
    rows: days * quartersWorked * agents,
    key: {
      agent: `concat('WK', toString(number % ${agents}))`,
      interval_start: at(agents, quartersWorked),
      shard: `number % ${shards}`,
    },
  },
  agent_queue_intervals: {
    rows: days * quartersWorked * agents * 2,
    key: {
      agent: `concat('WK', toString(intDiv(number, 2) % ${agents}))`,
      queue: `concat('WQ', toString((intDiv(number, 2) + number % 2) % ${queues}))`,
      channel: "'voice'",
      direction: "'inbound'",
      interval_start: at(2 * agents, quartersWorked),
      shard: `intDiv(number, 2) % ${shards}`,
    },
  },
  agent_activity_intervals: {
    rows: days * quartersWorked * agents,
    key: {
      agent: `concat('WK', toString(number % ${agents}))`,
      activity: `concat('WA', toString(intDiv(number, 7) % 6))`,
      interval_start: at(agents, quartersWorked),
      shard: `number % ${shards}`,
    },
  },
  adherence_intervals: {
    rows: days * quartersWorked * agents,
    key: {
      agent: `concat('WK', toString(number % ${agents}))`,
      interval_start: at(agents, quartersWorked),
      shard: `number % ${shards}`,
    },
  },
  conversation_intervals: {
    rows: days * quartersOpen * 10 * shards,
    key: {
      channel: "'chat'",
      queue: `concat('WQ', toString(20 + intDiv(number, ${shards}) % 10))`,
      interval_start: at(10 * shards, quartersOpen),
      shard: `number % ${shards}`,
    },
  },
}

/** Makes the rows of every interval table. */
export function fillQuarters(warehouse: Warehouse): Promise<readonly Filled[]> {
  const tables = Object.keys(cells).filter(isInterval)
  return fillTables(
    warehouse,
    Object.fromEntries(
      tables.map((table) => {
        const { rows, key } = cells[table]
        const columns = { workspace: "'WS1'", ...key, ...valuesOf(table), version: '1' }
        return [table, { rows, columns }]
      }),
    ),
  )
}

function isInterval(table: string): table is IntervalTable {
  return table in cells
}

/** Counts are small and lengths some minutes; in a histogram a few buckets are not empty. */
function valuesOf(table: IntervalTable): Readonly<Record<string, string>> {
  return Object.fromEntries(
    intervalMetrics[table].map(({ name, rollUp, unit }, index) => {
      const chance = `cityHash64(number, ${index})`
      if (rollUp === 'histogram') {
        const buckets = histogramBoundsMs.length + 1
        return [name, `arrayMap(n -> toUInt32((${chance} + n) % 19 = 0), range(${buckets}))`]
      }
      return [name, unit === 'ms' ? `${chance} % 400000` : `${chance} % 6`]
    }),
  )
}

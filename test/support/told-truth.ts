import { expect } from 'vitest'
import type { Instant } from '../../schemas/events/instant.ts'
import type { TableName } from '../../schemas/tables/tables.ts'
import type { Simulation } from '../../services/simulator/model/simulation.ts'
import { expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import { nameRows, isShared, summedOverShards, tableRows } from './table-rows.ts'

/** The interval tables hold what the simulator says has happened, in all quarter hours before an instant that are over. */
export async function expectTruth(
  warehouse: Warehouse,
  { chronicle }: Simulation,
  before: Instant,
): Promise<void> {
  const truth: Readonly<Record<string, readonly object[]>> = { ...expectedRows(chronicle, before) }
  const converses = chronicle.contacts.length > 0
  for (const table of [...intervalTables, ...(converses ? conversationTables : [])]) {
    const expected = (truth[table] ?? []).map((row) => ({ ...row }))
    expect(expected.length, table).toBeGreaterThan(10)
    const stored = (await tableRows(warehouse, table)).filter(
      ({ interval_start }) => Number(interval_start) < before,
    )
    const found = isShared(table) ? summedOverShards(table, stored) : stored
    expect(nameRows(found, ['workspace', 'shard']), table).toEqual(
      nameRows(expected, ['workspace']),
    )
  }
}

const intervalTables: readonly TableName[] = [
  'queue_intervals',
  'agent_queue_intervals',
  'agent_intervals',
  'agent_activity_intervals',
]

/** Only there where others than TaskRouter speak. */
const conversationTables: readonly TableName[] = ['conversation_intervals']

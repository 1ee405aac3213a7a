import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import { disagreements } from '../../services/runner/facts-sql.ts'
import { openRunner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { quarterHourMs } from '../../services/time/interval.ts'
import { openEmbeddedWarehouse, type EmbeddedWarehouse } from '../../services/warehouse/embedded.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { foldAll } from '../support/fold-all.ts'
import {
  caughtUp,
  isShared,
  nameRows,
  rowTables,
  summedOverShards,
  tableRows,
} from '../support/table-rows.ts'
import { tempFolder } from '../support/temp-folder.ts'

const asOf = logEnd + 86_400_000

let folder: Awaited<ReturnType<typeof tempFolder>>
let engine: EmbeddedWarehouse

beforeAll(async () => {
  folder = await tempFolder()
  engine = await openEmbeddedWarehouse({
    folder: `${folder.path}/engine`,
    database: 'ledgerline',
    secret: 'a secret of this test',
    logger: silentLogger,
  })
})

afterAll(async () => {
  await engine.close()
  await folder.remove()
})

/** Events as sources deliver them: shuffled, some twice, with the clock ticking in between, over two days. */
const deliveries = arbitraryLog.chain((events) =>
  fc.record({
    events: fc.constant(events),
    arrived: fc.shuffledSubarray([...events, ...events.slice(0, 5)], {
      minLength: events.length + Math.min(5, events.length),
    }),
    stops: fc.integer({ min: 1, max: 4 }),
  }),
)

test('tables hold what the events say, however they arrived and however often the hub was stopped', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(deliveries, async ({ events, arrived, stops }) => {
      run++
      const warehouse = engine.warehouse.in(`run_${run}`)
      await migrate(warehouse)
      const log = await openEmbeddedLog({ folder: `${folder.path}/log-${run}`, partitions: 3 })
      const stateFolder = `${folder.path}/state-${run}`
      try {
        for (let stop = 0; stop < stops; stop++) {
          const runner = await openRunner({
            ...{ log, warehouse, stateFolder },
            clock: systemClock,
            logger: silentLogger,
            flushMs: 0,
          })
          const part = partOf(arrived, stop, stops)
          for (let at = 0; at < part.length; at += 7) {
            await appendEvents(log, part.slice(at, at + 7))
            await appendTick(log, tickAfter(part.slice(0, at + 7)))
          }
          if (stop === stops - 1) {
            await appendTick(log, asOf)
            await caughtUp(log, runner)
          }
          await runner.close()
        }
        expect(await disagreeing(warehouse)).toEqual([])
        const expected = foldAll(events, asOf)
        for (const table of rowTables) {
          const rows = await tableRows(warehouse, table)
          const whole = isShared(table) ? summedOverShards(table, rows) : rows
          const found = nameRows(whole, ['shard'])
          expect(found, table).toEqual(nameRows(expected.get(table) ?? []))
        }
      } finally {
        await log.close()
      }
    }),
    { numRuns: 8 },
  )
})

/** Cells of interval tables that the facts, worked out in SQL, do not give again. */
async function disagreeing(warehouse: EmbeddedWarehouse['warehouse']) {
  return warehouse.query(disagreements('conversation_intervals'), {
    cutoff: asOf,
    interval_ms: quarterHourMs,
  })
}

function partOf(
  arrived: readonly LedgerEvent[],
  part: number,
  parts: number,
): readonly LedgerEvent[] {
  const size = Math.ceil(arrived.length / parts)
  return arrived.slice(part * size, (part + 1) * size)
}

/** The clock as it would stand when these have arrived, never beyond what is still to come by much. */
function tickAfter(events: readonly LedgerEvent[]): number {
  const latest = Math.max(logStart, ...events.map((event) => event.at))
  return latest - (latest % 60_000)
}

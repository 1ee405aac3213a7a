import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'
import { openRunner, type Runner } from '../../services/runner/runner.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { appendTick } from '../../services/runner/ticker.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { ann, available, bob, goes, onBreak, start } from '../services/live/contact-centre.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { told } from '../support/feed-run.ts'
import { caughtUp } from '../support/table-rows.ts'
import { until } from '../support/until.ts'

const mapping = mappingFileSchema.parse({
  target: 'calabrio',
  rules: [
    { when: { activity: ['Break'] }, give: { code: 'BREAK', class: 'signed_on' } },
    { when: { activity: ['Available'] }, give: { code: 'READY', class: 'available' } },
  ],
})

/** Inserts wait as long as it is closed: an engine that has much else to do. */
let closed: Promise<void> = Promise.resolve()
let waitingCount = 0

let engine: TestEngine
let log: EventLog
let runner: Runner

beforeAll(async () => {
  engine = await openTestEngine()
  const { warehouse, folder } = engine
  await migrate(warehouse)
  log = await openEmbeddedLog({ folder: `${folder}/log`, partitions: 1 })
  const slow = {
    ...warehouse,
    async insert(table: string, rows: Parameters<typeof warehouse.insert>[1]) {
      waitingCount += 1
      await closed
      waitingCount -= 1
      await warehouse.insert(table, rows)
    },
  }
  const options = { log, stateFolder: `${folder}/state`, flushMs: 10 }
  const clock = { ...systemClock, now: () => start + 60_000 }
  runner = await openRunner({ ...options, warehouse: slow, clock, logger: silentLogger })
})

afterAll(async () => {
  await runner.close()
  await log.close()
  await engine.close()
})

async function happen(...events: readonly LedgerEvent[]): Promise<void> {
  await appendEvents(log, events)
}

async function codes(): Promise<readonly string[]> {
  const states = await told(log)
  return states.map(({ agent, sequence, state }) => `${agent} ${sequence} ${state.code}`)
}

function toldSoon(...expected: readonly string[]): Promise<void> {
  const isSo = async () => {
    const found = await codes()
    return expected.every((one) => found.includes(one))
  }
  const seen = async () => `${JSON.stringify(await codes())}; ${waitingCount} inserts wait`
  return until(`told: ${expected.join(', ')}`, isSo, { seen, forMs: 30_000 })
}

test('the feed goes on while rows are written, and the rows are right in the end', async () => {
  await happen(toMappingEvent({ mapping, version: 1, from: start - 3_600_000, now: start }))
  await happen(goes(ann, available, 0), goes(bob, available, 0))
  await appendTick(log, start + 1_000)
  await toldSoon('WK-ann 1 READY', 'WK-bob 1 READY')
  await caughtUp(log, runner)

  let open: () => void = () => undefined
  closed = new Promise((resolve) => (open = resolve))
  await happen(goes(ann, onBreak, 10))
  await toldSoon('WK-ann 2 BREAK')
  await until('a write is under way', () => waitingCount > 0, {
    ...{ seen: () => 'none is', forMs: 30_000 },
  })
  await happen(goes(bob, onBreak, 20))
  await toldSoon('WK-bob 2 BREAK')
  await happen(goes(ann, available, 30))
  // Late, of before all that is being written.
  await happen(goes(bob, available, 5))
  await toldSoon('WK-ann 3 READY')
  expect(waitingCount).toBeGreaterThan(0)

  open()
  await appendTick(log, start + 40_000)
  await caughtUp(log, runner)
  const rows = await engine.warehouse.query(
    `SELECT agent, groupArray((code, toUnixTimestamp64Milli(started_at))) AS states
     FROM (SELECT * FROM agent_wfm_states FINAL ORDER BY agent, started_at)
     WHERE target = 'calabrio' GROUP BY agent ORDER BY agent`,
  )
  const at = (seconds: number) => start + seconds * 1_000
  expect(rows).toEqual([
    {
      agent: 'WK-ann',
      states: [
        ['READY', at(0)],
        ['BREAK', at(10)],
        ['READY', at(30)],
      ],
    },
    {
      agent: 'WK-bob',
      states: [
        ['READY', at(0)],
        ['BREAK', at(20)],
      ],
    },
  ])
  expect(await codes()).toEqual([
    ...['WK-ann 1 READY', 'WK-bob 1 READY', 'WK-ann 2 BREAK', 'WK-bob 2 BREAK', 'WK-ann 3 READY'],
  ])
})

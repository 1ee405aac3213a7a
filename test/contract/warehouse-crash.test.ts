import { fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as elapse } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { silentLogger } from '../../services/runtime/logger.ts'
import { openEmbeddedWarehouse } from '../../services/warehouse/embedded.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

const kills = 5

describe('an engine that is killed', () => {
  test('has everything that it acknowledged, and is there again by itself', async () => {
    const engine = await openTestEngine()
    try {
      await migrate(engine.warehouse)
      const acknowledged = await insertWhileKilled(engine)
      const stored = await engine.warehouse.query<{ version: number; n: number }>(
        'SELECT version, count() AS n FROM agent_intervals FINAL GROUP BY version ORDER BY version',
      )
      // Each batch is there whole, once, though many were sent more than once.
      expect(stored).toEqual(acknowledged.map((version) => ({ version, n: rowsOfBatch })))
      expect(engine.restarts()).toBe(kills)
    } finally {
      await engine.close()
    }
  })

  test('is not the end of a query that can be asked again', async () => {
    const engine = await openTestEngine()
    try {
      const slow = engine.warehouse
        .in('system')
        .query<{ n: number }>(
          'SELECT sum(sleepEachRow(0.3)) + count() AS n FROM numbers(10) SETTINGS max_block_size = 1',
        )
      await elapse(300)
      kill(engine)
      expect(await slow).toEqual([{ n: 10 }])
      expect(engine.restarts()).toBe(1)
    } finally {
      await engine.close()
    }
  })
})

const rowsOfBatch = 500

/** Batch after batch, each a version of its own, until the engine has been killed often enough. Answers what was acknowledged. */
async function insertWhileKilled(engine: TestEngine): Promise<readonly number[]> {
  const acknowledged: number[] = []
  const over = new AbortController()
  const killing = killOften(engine, () => acknowledged.length).finally(() => over.abort())
  // Should the inserts fail first, theirs is the fault to show.
  killing.catch(() => undefined)
  for (let version = 1; !over.signal.aborted; version++) {
    const rows = Array.from({ length: rowsOfBatch }, (_, index) => ({
      ...{ workspace: 'WS1', agent: `WK${index}`, interval_start: version * 900_000 },
      ...{ shard: 0, signed_in_ms: version, version, is_deleted: 0 },
    }))
    await engine.warehouse.insert('agent_intervals', rows)
    acknowledged.push(version)
  }
  await killing
  return acknowledged
}

/** Each time once some more batches have been acknowledged, and then at no particular moment of the next. */
async function killOften(engine: TestEngine, batches: () => number): Promise<void> {
  for (let count = 0; count < kills; count++) {
    const before = batches()
    await expect.poll(batches, { timeout: 40_000 }).toBeGreaterThan(before + 2)
    await elapse(7 * count)
    kill(engine)
    await expect.poll(() => engine.restarts(), { timeout: 40_000 }).toBe(count + 1)
  }
}

function kill(engine: TestEngine): void {
  const pid = engine.pid()
  if (pid === undefined) throw new Error('no engine runs')
  process.kill(pid, 'SIGKILL')
}

describe('an engine whose hub is killed', () => {
  test('ends too, and leaves its folder to the next with everything in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ledgerline-orphan-'))
    const hub = fork(new URL('../support/engine-owner.ts', import.meta.url), [folder], {
      execArgv: ['--import', 'tsx'],
    })
    const pid = await new Promise((resolve) => hub.once('message', resolve))
    expect(isAlive(Number(pid))).toBe(true)
    hub.kill('SIGKILL')
    await expect.poll(() => isAlive(Number(pid)), { timeout: 30_000 }).toBe(false)
    const next = await openEmbeddedWarehouse({
      ...{ folder, database: 'ledgerline', secret: 'next', logger: silentLogger },
    })
    try {
      expect(await next.warehouse.query('SELECT a FROM t')).toEqual([{ a: 1 }])
    } finally {
      await next.close()
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('ends in order when it is asked to, with nothing to complain about', async () => {
    const engine = await openTestEngine()
    const pid = engine.pid()
    await engine.warehouse.in('system').query('SELECT 1')
    await engine.close()
    expect(isAlive(Number(pid))).toBe(false)
    expect(engine.restarts()).toBe(0)
  })

  test('two engines do not share a folder', async () => {
    const engine = await openTestEngine()
    try {
      await expect(
        openEmbeddedWarehouse({
          ...{ folder: engine.folder, database: 'x', secret: 'x', logger: silentLogger },
        }),
      ).rejects.toMatchObject({ code: 'WAREHOUSE_UNAVAILABLE' })
      const answer = engine.warehouse.in('system').query('SELECT 1 AS one')
      expect(await answer).toEqual([{ one: 1 }])
    } finally {
      await engine.close()
    }
  })
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

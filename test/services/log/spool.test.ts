import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { openSpool, type Spool, type SpoolOptions } from '../../../services/log/spool.ts'
import { LedgerlineError } from '../../../services/runtime/errors.ts'
import { killedWhileAppending } from '../../support/log-appender.ts'
import { numbered, readTopic, textOf } from '../../support/log-records.ts'

const tasks = 'ledgerline.tasks'

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-spool-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function openLog(folder: string): Promise<EventLog> {
  const log = await openEmbeddedLog({ folder: join(folder, 'log') })
  onTestFinished(() => log.close())
  return log
}

/** A spool that has known the log before, and then another whose log is out of reach until `reach` is called. */
async function openCutOff(folder: string, log: EventLog, options: Partial<SpoolOptions> = {}) {
  const spoolFolder = join(folder, 'spool')
  await (await openSpool({ folder: spoolFolder, log })).close()
  let reachable = false
  const spool = await openSpool({
    folder: spoolFolder,
    log: () => (reachable ? Promise.resolve(log) : Promise.reject(outOfReach())),
    ...options,
  })
  onTestFinished(() => spool.close())
  return { spool, reach: () => (reachable = true) }
}

function outOfReach(): LedgerlineError {
  return new LedgerlineError('LOG_UNAVAILABLE', 'no broker answers', { retryable: true })
}

function emptied(spool: Spool): Promise<void> {
  return vi.waitFor(() => expect(spool.status().records).toBe(0), { timeout: 10_000, interval: 5 })
}

test('what is given to the spool stands in the log, in the order in which it was given', async () => {
  const folder = await createFolder()
  const log = await openLog(folder)
  const spool = await openSpool({ folder: join(folder, 'spool'), log })
  onTestFinished(() => spool.close())
  await Promise.all(
    Array.from({ length: 100 }, (_, call) => spool.append(tasks, numbered(call * 50, 50, 'one'))),
  )
  await spool.append('ledgerline.workers', [{ key: '', partition: 3, value: Buffer.from('w') }])
  await emptied(spool)
  const stored = (await readTopic(log, tasks)).flat().map(textOf)
  expect(stored).toEqual(Array.from({ length: 5_000 }, (_, n) => String(n)))
  expect((await readTopic(log, 'ledgerline.workers'))[3]?.map(textOf)).toEqual(['w'])
})

test('a log out of reach is not felt by those who append; it gets everything when it is back', async () => {
  const folder = await createFolder()
  const log = await openLog(folder)
  const { spool, reach } = await openCutOff(folder, log)
  expect(spool.partitions(tasks)).toBe(4)
  await spool.append(tasks, numbered(0, 1_000))
  expect(spool.status()).toMatchObject({ records: 1_000, setAside: 0 })
  expect(spool.status().bytes).toBeGreaterThan(1_000)
  await vi.waitFor(() => expect(spool.status().oldestAgeMs).toBeGreaterThan(0))
  reach()
  await emptied(spool)
  expect((await readTopic(log, tasks)).flat()).toHaveLength(1_000)
  expect(spool.status()).toEqual({ records: 0, bytes: 0, fullness: 0, oldestAgeMs: 0, setAside: 0 })
})

test('what waits when the process ends goes to the log after the next start', async () => {
  const folder = await createFolder()
  const log = await openLog(folder)
  const { spool } = await openCutOff(folder, log)
  await spool.append(tasks, numbered(0, 100, 'one'))
  await spool.close()
  const again = await openSpool({ folder: join(folder, 'spool'), log })
  onTestFinished(() => again.close())
  await again.append(tasks, numbered(100, 100, 'one'))
  await emptied(again)
  const stored = (await readTopic(log, tasks)).flat().map(textOf)
  expect(stored).toEqual(Array.from({ length: 200 }, (_, n) => String(n)))
})

test('a spool that is nearly full takes nothing, and takes again when it has forwarded', async () => {
  const folder = await createFolder()
  const log = await openLog(folder)
  const { spool, reach } = await openCutOff(folder, log, { bytesMax: 100_000 })
  const record = { key: 'k', value: Buffer.alloc(50_000) }
  await spool.append(tasks, [record])
  expect(spool.status().fullness).toBeCloseTo(50_001 / 95_000)
  await expect(spool.append(tasks, [record])).rejects.toMatchObject({
    code: 'LOG_FULL',
    retryable: false,
  })
  reach()
  await emptied(spool)
  await spool.append(tasks, [record])
  await emptied(spool)
  expect((await readTopic(log, tasks)).flat()).toHaveLength(2)
})

test('without having known the log once, the spool does not open', async () => {
  const folder = await createFolder()
  const log = () => Promise.reject(outOfReach())
  await expect(openSpool({ folder, log })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' })
})

test('a record that no log will take does not stop the others', async () => {
  const folder = await createFolder()
  const wide = await openEmbeddedLog({ folder: join(folder, 'wide'), partitions: 9 })
  onTestFinished(() => wide.close())
  const { spool } = await openCutOff(folder, wide)
  await spool.append(tasks, numbered(0, 10))
  await spool.append(tasks, [
    { key: '', partition: 8, value: Buffer.from('for a partition of old') },
  ])
  await spool.append(tasks, numbered(10, 10))
  await spool.close()
  const narrow = await openLog(folder)
  const again = await openSpool({ folder: join(folder, 'spool'), log: narrow })
  onTestFinished(() => again.close())
  await emptied(again)
  expect(again.status().setAside).toBe(1)
  const stored = (await readTopic(narrow, tasks)).flat().map((record) => Number(textOf(record)))
  expect(stored.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n))
})

test('every acknowledged record outlives SIGKILL, wherever it was on its way', async () => {
  const folder = await createFolder()
  const address = { kind: 'embedded', folder: join(folder, 'log') } as const
  const acknowledged = await killedWhileAppending(address, 2_000, join(folder, 'spool'))
  expect(acknowledged).toBeGreaterThanOrEqual(2_000)
  const log = await openLog(folder)
  const spool = await openSpool({ folder: join(folder, 'spool'), log })
  onTestFinished(() => spool.close())
  await emptied(spool)
  const shards = (await readTopic(log, tasks)).map((records) => records.map(textOf).map(Number))
  for (const numbers of shards) {
    const firsts = [...new Set(numbers)]
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b))
  }
  const stored = new Set(shards.flat())
  const missing = Array.from({ length: acknowledged }, (_, n) => n).filter((n) => !stored.has(n))
  expect(missing).toEqual([])
})

import { spawn, type ChildProcess } from 'node:child_process'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createLogConsumer } from './log-consumer.ts'
import { logAddressSchema, openLog, type LogAddress } from './log-place.ts'

/** A member of a group in another process, which sits in one batch and looks at its lease for ever. */
export interface DistantMember {
  readonly process: ChildProcess
  /** The next line that it writes: see below. */
  line(): Promise<string>
}

const silenceMsMax = 60_000

export function startDistantMember(address: LogAddress, group: string): DistantMember {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), JSON.stringify(address), group],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    process: child,
    line: async () => {
      const silence = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('the member says nothing')), silenceMsMax).unref()
      })
      const next = await Promise.race([lines.next(), silence])
      return next.done ? 'ended' : next.value
    },
  }
}

/** Writes `holding` once its lease holds in a batch, and `woke after … ms held=…` when it did not run for a second or more. */
async function watchLease(address: LogAddress, group: string): Promise<void> {
  const log = await openLog(address)
  const consumer = createLogConsumer(undefined, async (_shard, _records, lease) => {
    let isTold = false
    for (let looked = performance.now(); ;) {
      if (!isTold && lease.held()) {
        isTold = true
        writeSync(1, 'holding\n')
      }
      const asleepMs = performance.now() - looked
      if (asleepMs > 1_000) {
        writeSync(1, `woke after ${Math.round(asleepMs)} ms held=${String(lease.held())}\n`)
      }
      looked = performance.now()
      await lease.beat()
    }
  })
  await log.subscribe(group, ['ledgerline.tasks'], consumer)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , address = '', group = ''] = process.argv
  await watchLease(logAddressSchema.parse(JSON.parse(address)), group)
}

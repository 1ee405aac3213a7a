import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { readAgain } from '../../services/repair/reading.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { listAt, openLedger } from '../services/repair/ledger.ts'

export interface BackfillAddress {
  readonly folder: string
  readonly url: string
  readonly from: number
  readonly to: number
}

/** Reads a stretch again in another process, and kills it with SIGKILL while it reads the window after `windows` others. */
export async function killedWhileReading(address: BackfillAddress, windows: number): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(import.meta.url), JSON.stringify(address)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit')
  let seen = 0
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'reached') seen += 1
    if (seen > windows) child.kill('SIGKILL')
  }
  const [, signal] = (await exited) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error('it came to its end before it was killed')
}

/** The same run, wherever it is begun. */
export async function readStretch(
  { folder, url, from, to }: BackfillAddress,
  onReached = () => {},
) {
  const ledger = await openLedger(folder, systemClock)
  try {
    const { journal, merge } = ledger
    const list = listAt('taskrouter', url, systemClock, 5)
    const options = { run: 'one', stretch: { from, to }, dryRun: false, clock: systemClock }
    return await readAgain({ ...options, list, journal, merge, onReached })
  } finally {
    await ledger.close()
  }
}

const [, file, argument] = process.argv
if (file === fileURLToPath(import.meta.url) && argument !== undefined) {
  await readStretch(JSON.parse(argument) as BackfillAddress, () => writeSync(1, 'reached\n'))
}

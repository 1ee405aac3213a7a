import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const inUse = new Set<string>()

/** Gives `work` a new empty folder, which goes when it is done, also when it fails. */
export async function inTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-bench-'))
  inUse.add(folder)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
    inUse.delete(folder)
  }
}

// Ctrl-C reaches every process of the bench, some twice; an engine may still write a last file while its folder goes.
process.on('SIGINT', () => {
  for (const folder of inUse) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.exit(130)
})

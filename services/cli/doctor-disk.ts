import { statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Config } from '../runtime/config.ts'
import type { Finding } from './finding.ts'

const gibibyte = 2 ** 30
/** The log takes nothing more at 256 MiB; there must be time to do something before. */
const faultBytes = gibibyte
const noteBytes = 10 * gibibyte

/** Whether there is room where the hub keeps things. */
export async function checkDisk({ LEDGERLINE_DATA_DIR }: Config): Promise<readonly Finding[]> {
  const folder = resolve(LEDGERLINE_DATA_DIR)
  const free = await freeBytes(folder)
  const room = `${(free / gibibyte).toFixed(1)} GiB free for ${folder}`
  if (free < faultBytes) {
    const detail = `${room}: make room, or the hub soon answers webhooks with 503`
    return [{ sort: 'FAULT', what: 'disk', detail }]
  }
  return [{ sort: free < noteBytes ? 'note' : 'ok', what: 'disk', detail: room }]
}

/** A folder that is not there yet will be where its nearest parent is. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    const parent = dirname(folder)
    if (parent === folder) throw error
    return freeBytes(parent)
  }
}

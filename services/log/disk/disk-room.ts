import { statfsSync } from 'node:fs'
import { LedgerlineError } from '../../runtime/errors.ts'

/** The free space is asked for again after this many bytes: far less than what is kept free. */
const checkEveryBytes = 8 * 1024 * 1024

/** Called with the bytes that are about to be written; throws `LOG_FULL` when less than `spaceMinBytes` are free. */
export function createDiskRoom(folder: string, spaceMinBytes: number): (bytes: number) => void {
  let unchecked = Infinity
  return (bytes) => {
    unchecked += bytes
    if (unchecked < checkEveryBytes) return
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize < spaceMinBytes) {
      unchecked = Infinity
      throw new LedgerlineError('LOG_FULL', `less than ${spaceMinBytes} bytes are free`, {
        retryable: false,
      })
    }
    unchecked = 0
  }
}

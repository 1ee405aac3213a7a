import { mkdirSync, rmSync } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Files that rows pass through on their way into and out of the engine: it reads and writes them several times faster than
 * it takes and gives bytes in memory, in every format, and neither side ever holds the whole of it.
 */
export interface Spool {
  /** A path that nobody else uses. */
  path(): string
  /** Writes the pieces to a new file. */
  fill(pieces: AsyncIterable<Uint8Array>): Promise<SpoolFile>
}

export interface SpoolFile {
  readonly path: string
  readonly bytes: number
}

export function createSpool(folder: string): Spool {
  if (/[*?{}[\]]/.test(folder)) {
    throw new Error(`the engine takes * ? { } [ ] in a path for a pattern: ${folder}`)
  }
  // What an engine that was killed has left behind is of no use to anyone.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let count = 0
  const path = () => join(folder, String(++count))
  return {
    path,
    async fill(pieces) {
      const to = path()
      const file = await open(to, 'wx', 0o600)
      try {
        return { path: to, bytes: await write(file, pieces) }
      } catch (error) {
        await rm(to, { force: true })
        throw error
      } finally {
        await file.close()
      }
    },
  }
}

/** Clients send a row at a time; a write for each would cost more than the row. */
const bytesAtOnce = 256 * 1024

async function write(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  for await (const piece of pieces) {
    waiting.push(piece)
    waitingBytes += piece.length
    if (waitingBytes < bytesAtOnce) continue
    await file.writeFile(Buffer.concat(waiting))
    bytes += waitingBytes
    waiting = []
    waitingBytes = 0
  }
  await file.writeFile(Buffer.concat(waiting))
  return bytes + waitingBytes
}

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CommandFailure } from './failure.ts'

export interface HeldFolder {
  /** Removes all that is in it. */
  empty(): Promise<void>
  release(): Promise<void>
}

/** Says whose folder it is, and which process has it now. */
const markName = '.ledgerline-demo'

/**
 * Takes a folder for this process, so that two demos do not empty it under each other. A folder that is full of something
 * else is refused; what a killed process has left behind counts for nothing.
 */
export async function holdFolder(folder: string): Promise<HeldFolder> {
  await mkdir(folder, { recursive: true })
  const mark = join(folder, markName)
  const names = await readdir(folder)
  if (names.length > 0 && !names.includes(markName)) {
    throw new CommandFailure(
      `${folder} holds something that no demo has made: set LEDGERLINE_DATA_DIR to another folder`,
    )
  }
  const holder = names.length === 0 ? 0 : Number(await readFile(mark, 'utf8'))
  if (holder !== process.pid && isAlive(holder)) {
    throw new CommandFailure(
      `process ${holder} has ${folder} in use: stop it, or set LEDGERLINE_DATA_DIR to another folder (if that process is no demo, empty the file ${mark})`,
    )
  }
  await writeFile(mark, String(process.pid))
  return {
    async empty() {
      for (const name of await readdir(folder)) {
        if (name !== markName) await rm(join(folder, name), { recursive: true, force: true })
      }
    },
    release: () => writeFile(mark, ''),
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // It is there, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

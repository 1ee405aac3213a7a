import { readFile } from 'node:fs/promises'
import { CommandFailure } from './failure.ts'

/** What stands in a file; that it cannot be read is told as a failure of the command. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${path} cannot be read: ${reason}`, 2)
  }
}

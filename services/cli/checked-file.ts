import { readFile } from 'node:fs/promises'
import { faultText, readDefinitionsFile } from '../definitions/definitions-file.ts'
import { CommandFailure } from './failure.ts'

/** The text of a file of definitions that is right. */
export async function readChecked(path: string): Promise<string> {
  const text = await readText(path)
  const file = readDefinitionsFile(text)
  if (file.kind === 'understood') return text
  const faults = file.faults.map((fault) => `\n  ${faultText(fault)}`)
  throw new CommandFailure(`${path} is refused:${faults.join('')}`)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailure(`${path} cannot be read: ${reason}`, 2)
  }
}

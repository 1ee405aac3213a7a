import { faultText, type YamlFile } from '../definitions/yaml-file.ts'
import { CommandFailure } from './failure.ts'
import { readText } from './read-text.ts'

/** The text of a file in YAML that is right. */
export async function readChecked(
  path: string,
  read: (text: string) => YamlFile<unknown>,
): Promise<string> {
  return (await readUnderstood(path, read)).text
}

/** The same with what it says. */
export async function readUnderstood<T>(
  path: string,
  read: (text: string) => YamlFile<T>,
): Promise<{ readonly text: string; readonly value: T }> {
  const text = await readText(path)
  const file = read(text)
  if (file.kind === 'understood') return { text, value: file.value }
  throw refused(path, file.faults.map(faultText))
}

export function refused(path: string, faults: readonly string[]): CommandFailure {
  return new CommandFailure(`${path} is refused:${faults.map((fault) => `\n  ${fault}`).join('')}`)
}

import { faultText, type YamlFile } from '../definitions/yaml-file.ts'
import { CommandFailure } from './failure.ts'
import { readText } from './read-text.ts'

/** The text of a file in YAML that is right. */
export async function readChecked(
  path: string,
  read: (text: string) => YamlFile<unknown>,
): Promise<string> {
  const text = await readText(path)
  const file = read(text)
  if (file.kind === 'understood') return text
  const faults = file.faults.map((fault) => `\n  ${faultText(fault)}`)
  throw new CommandFailure(`${path} is refused:${faults.join('')}`)
}

import type { Command } from 'commander'
import type { YamlFile } from '../definitions/yaml-file.ts'
import { readUnderstood, refused } from './checked-file.ts'
import type { Terminal } from './terminal.ts'

/** A sort of file that can be looked at without a hub. */
export interface Checked<T> {
  /** How the file is called: `a file of rules`. */
  readonly file: string
  /** What is in it. */
  readonly holds: string
  readonly read: (text: string) => YamlFile<T>
  /** What is wrong with other files that it names. */
  readonly others?: (value: T, path: string) => readonly string[]
}

/** Whether a file is right. */
export function addCheck<T>(
  parent: Command,
  terminal: Terminal,
  { file, holds, read, others = () => [] }: Checked<T>,
): void {
  parent
    .command('check')
    .description(`Tell every fault of ${file}, with its line; asks no hub.`)
    .argument('<file>', holds)
    .action(async (path: string) => {
      const { value } = await readUnderstood(path, read)
      const faults = others(value, path)
      if (faults.length > 0) throw refused(path, faults)
      terminal.out(`${path} is right`)
    })
}

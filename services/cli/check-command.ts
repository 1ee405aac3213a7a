import type { Command } from 'commander'
import type { YamlFile } from '../definitions/yaml-file.ts'
import { readChecked } from './checked-file.ts'
import type { Terminal } from './terminal.ts'

/** A sort of file that can be looked at without a hub. */
export interface Checked {
  /** How the file is called: `a file of rules`. */
  readonly file: string
  /** What is in it. */
  readonly holds: string
  readonly read: (text: string) => YamlFile<unknown>
}

/** Whether a file is right. */
export function addCheck(
  parent: Command,
  terminal: Terminal,
  { file, holds, read }: Checked,
): void {
  parent
    .command('check')
    .description(`Tell every fault of ${file}, with its line; asks no hub.`)
    .argument('<file>', holds)
    .action(async (path: string) => {
      await readChecked(path, read)
      terminal.out(`${path} is right`)
    })
}

import type { Command } from 'commander'
import { settingNotes } from '../runtime/config.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'

export function addSettings(program: Command, terminal: Terminal): void {
  program
    .command('settings')
    .description('Every setting: an environment variable, its default, and what it is for.')
    .action(() => {
      terminal.out(textTable(['setting', 'default', 'what it is for'], settingRows()))
      terminal.out('\nA secret may be given as NAME_FILE too: the path of a file that holds it.')
    })
}

/** Name, default and meaning of each; the README's table is made of the same. */
export function settingRows(): readonly (readonly string[])[] {
  return settingNotes.map(({ name, about, isSecret, default: preset }) => [
    name,
    preset,
    isSecret ? `${about} Secret.` : about,
  ])
}

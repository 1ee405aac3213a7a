import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { ExportsClient } from '../../client/exports.ts'
import type { ExportFileStatus, ExportManifest } from '../../schemas/feeds/exports.ts'
import { readExportsFile } from '../exports/settings/exports-file.ts'
import { addCheck } from './check-command.ts'
import { addExportSeries } from './export-series.ts'
import { exportsHub } from './exports-hub.ts'
import { CommandFailure } from './failure.ts'
import { createProgressLine } from './progress-line.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'

interface ExportOptions {
  readonly target?: string
  readonly file: string
  readonly from?: string
  readonly to?: string
  readonly out?: string
  readonly deliver?: boolean
  readonly again?: boolean
  readonly days?: boolean
}

/** Files of intervals for WFM products. */
export function addExport(program: Command, terminal: Terminal): void {
  const command = program
    .command('export')
    .description('Write files of intervals as a WFM product takes them: to look at, or to deliver.')
    .option('--target <name>', 'which export of LEDGERLINE_EXPORTS')
    .option('--file <name>', 'which of its files', 'queues')
    .option('--from <time>', 'in ISO 8601; without an offset in the zone of the file')
    .option('--to <time>', 'not included')
    .option('--out <folder>', 'put the file and its manifest there; else it is printed')
    .option('--deliver', 'put the files into the outbox of their target, one a stretch')
    .option('--days', 'with --deliver: a file a day, for a history')
    .option('--again', 'with --deliver: also what was written and says the same')
    .enablePositionalOptions()
    .addHelpText('after', '\nWhat is cut off goes on where it was: what was delivered is left.')
    .action((options: ExportOptions) => runExport(options, terminal))

  addExportSeries(command, terminal)

  addCheck(command, terminal, {
    ...{ file: 'a file of exports', holds: 'exports in YAML', read: readExportsFile },
  })

  command
    .command('status')
    .description('How each sort of file stands.')
    .option('--json', 'print the answer as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const answer = await (await exportsHub(terminal)).status()
      if (json === true) terminal.out(JSON.stringify(answer))
      else if (answer.files.length === 0) terminal.out('no files are set: LEDGERLINE_EXPORTS')
      else describeStatus(answer.files).forEach((line) => terminal.out(line))
    })

  command
    .command('differences')
    .description('What was delivered and says something else now.')
    .option('--json', 'print the answer as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { differences } = await (await exportsHub(terminal)).differences()
      if (json === true) terminal.out(JSON.stringify(differences))
      else if (differences.length === 0) terminal.out('what was delivered says what the tables say')
      else {
        const rows = differences.map((one) => [
          ...[one.target, one.file, one.from, one.to, one.writtenAt],
          one.willBeSent ? 'is sent again' : 'put it right at the target',
        ])
        terminal.out(textTable(['target', 'file', 'from', 'to', 'written', ''], rows))
      }
    })
}

async function runExport(options: ExportOptions, terminal: Terminal): Promise<void> {
  const { target, file, from, to, out, deliver } = options
  if (target === undefined || from === undefined || to === undefined) {
    throw new CommandFailure('say which: --target, --from and --to', 2)
  }
  const hub = await exportsHub(terminal)
  if (deliver === true) return writeAll(hub, { ...options, target, from, to }, terminal)
  const { manifest, documents } = await hub.content(target, file, { from, to })
  tellLacks(manifest, terminal)
  if (out === undefined) {
    for (const { text } of documents) terminal.out(text.replace(/\r?\n$/, ''))
    return
  }
  await mkdir(out, { recursive: true })
  for (const { name, text } of documents) {
    await writeFile(join(out, name), text)
    await writeFile(join(out, `${name}.manifest.json`), `${JSON.stringify(manifest, null, 2)}\n`)
    terminal.out(join(out, name))
  }
}

type Asked = ExportOptions & {
  readonly target: string
  readonly from: string
  readonly to: string
}

async function writeAll(hub: ExportsClient, asked: Asked, terminal: Terminal): Promise<void> {
  const { target, file, to, again = false, days = false } = asked
  const line = createProgressLine(terminal)
  const total = { written: 0, known: 0, refused: 0 }
  try {
    for (let from: string | null = asked.from; from !== null;) {
      terminal.stopping.throwIfAborted()
      const result = await hub.write(target, file, {
        ...{ from, to, isAgain: again },
        ...(days ? { stretchMinutes: 1440 as const } : {}),
      })
      total.written += result.written.length
      total.known += result.known
      total.refused += result.refused.length
      for (const { from: at, faults } of result.refused) {
        terminal.err(`${at}: ${faults.map(({ detail }) => detail).join('; ')}\n`)
      }
      for (const manifest of result.written) tellLacks(manifest, terminal)
      from = result.next
      line.show(`${total.written} files are in the outbox, up to ${from ?? to}`)
    }
  } finally {
    line.end()
  }
  const { written, known, refused } = total
  terminal.out(`${written} written, ${known} known already, ${refused} refused`)
  if (refused > 0) throw new CommandFailure('some files could not be written')
}

/** What is not in a file is said, not only noted beside it. */
function tellLacks({ from, missing, lacks }: ExportManifest, terminal: Terminal): void {
  for (const lack of lacks) terminal.err(`${from}: incomplete: ${lack}\n`)
  for (const { kind, id, name, rows } of missing) {
    terminal.err(
      `${from}: ${rows} rows of the ${kind} ${name} (${id}) are not in it: no identity\n`,
    )
  }
}

function describeStatus(files: readonly ExportFileStatus[]): readonly string[] {
  const rows = files.map((one) => [
    ...[one.target, one.file, one.deliverTo ?? 'when asked for', one.lateData],
    ...[one.writtenUntil ?? 'nothing yet', String(one.waiting), String(one.differing)],
    one.refusal?.faults[0]?.detail ?? '',
  ])
  const head = ['target', 'file', 'goes to', 'late data', 'written until', 'wait', 'differ']
  return [textTable([...head, 'refused'], rows)]
}

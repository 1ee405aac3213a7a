import type { Command } from 'commander'
import type { SourceState } from '../../schemas/feeds/sources.ts'
import { readConfig } from '../runtime/config.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'
import { withHub } from './with-hub.ts'

export function addSources(program: Command, terminal: Terminal): void {
  program
    .command('sources')
    .description('How each source is heard: how much, how late, and when it was not.')
    .option('--json', 'print the answer as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const answer = await withHub(readConfig(terminal.env), terminal, (hub) => hub.sources())
      if (json === true) {
        terminal.out(JSON.stringify(answer))
        return
      }
      const head = [
        'source',
        'state',
        'last received',
        'delay',
        'skew',
        'a minute',
        'errors',
        'refused',
      ]
      terminal.out(textTable(head, answer.sources.map(rowOf)))
      for (const { source, gaps } of answer.sources) {
        for (const { from, to, reason } of gaps) {
          const end = to === null ? 'goes on' : `to ${timeOf(to)}`
          terminal.out(`gap of ${source}: from ${timeOf(from)}, ${end} (${reason})`)
        }
      }
    })
}

function rowOf(source: SourceState): readonly string[] {
  const { state, lastReceivedAt, delaySeconds, skewSeconds, ratePerMinute, errors } = source
  return [
    source.source,
    state,
    lastReceivedAt === null ? '' : timeOf(lastReceivedAt),
    delaySeconds === null ? '' : `${delaySeconds.toFixed(1)} s`,
    skewSeconds === null ? '' : `${skewSeconds.toFixed(1)} s`,
    ratePerMinute.toFixed(1),
    String(errors.reduce((sum, { count }) => sum + count, 0)),
    String(source.signatureFailures + source.refusals),
  ]
}

function timeOf(at: number): string {
  return new Date(at).toISOString()
}

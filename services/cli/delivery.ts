import type { Command } from 'commander'
import { createDeliveryClient, type DeliveryClient } from '../../client/delivery.ts'
import type { DeliveryTarget } from '../../schemas/feeds/delivery.ts'
import { fedFileFaults, readFedTargets } from '../feeds/fed-targets.ts'
import { readConfig } from '../runtime/config.ts'
import { addCheck } from './check-command.ts'
import { CommandFailure } from './failure.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'
import { toCount, toInstant } from './option-values.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'

interface JournalOptions {
  readonly target?: string
  readonly key?: string
  readonly from?: number
  readonly to?: number
  readonly limit?: number
  readonly json?: boolean
}

interface ResendOptions {
  readonly key?: string
  readonly from?: number
  readonly to?: number
  readonly newKeys?: boolean
}

/** What leaves the house. */
export function addDelivery(program: Command, terminal: Terminal): void {
  const delivery = program.command('delivery').description('What leaves for your targets.')

  addCheck(delivery, terminal, {
    ...{ file: 'a file of targets', holds: 'targets in YAML' },
    ...{ read: readFedTargets, others: fedFileFaults },
  })

  delivery
    .command('status')
    .description('How each target does, and what waits for it.')
    .option('--json', 'print the answer as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const answer = await (await runningHub(terminal)).status()
      if (json === true) terminal.out(JSON.stringify(answer))
      else if (answer.targets.length === 0) terminal.out('there are no targets')
      else terminal.out(describe(answer.targets, answer.at))
    })

  delivery
    .command('journal')
    .description('What has left, or never will; the latest first.')
    .option('--target <name>', 'only what was for this target')
    .option('--key <key>', 'only under this key')
    .option('--from <time>', 'answered at or after, such as 2026-03-10T08:00:00Z', toInstant)
    .option('--to <time>', 'answered before', toInstant)
    .option('--limit <count>', 'only so many; else 100', toCount)
    .option('--json', 'print one JSON object a line')
    .action(async ({ json, from, to, ...rest }: JournalOptions) => {
      const times = { from: timeOf(from), to: timeOf(to) }
      const hub = await runningHub(terminal)
      const { lines, isWhole } = await hub.journal({ ...rest, ...times })
      if (json === true) lines.forEach((line) => terminal.out(JSON.stringify(line)))
      else {
        const rows = lines.map((line) => [
          ...[timeOf(line.at) ?? '', line.target, line.outcome, line.answer],
          ...[String(line.attempts), String(line.bytes), line.sha256.slice(0, 12), line.key],
        ])
        const head = ['at', 'target', 'outcome', 'answer', 'attempts', 'bytes', 'sha-256', 'key']
        terminal.out(lines.length === 0 ? 'nothing has left' : textTable(head, rows))
        if (!isWhole) terminal.out('there is more: --limit, --from and --to tell what is shown')
      }
    })

  delivery
    .command('resend')
    .description('Have documents sent again that have left before, or were refused.')
    .argument('<target>')
    .option('--key <key>', 'this document')
    .option('--from <time>', 'all that were last answered at or after', toInstant)
    .option('--to <time>', 'and before', toInstant)
    .option('--new-keys', 'for a target that knows the old keys, but has lost what was under them')
    .action(async (target: string, { key, from, to, newKeys }: ResendOptions) => {
      if (key === undefined && from === undefined) {
        throw new CommandFailure('say which: --key or --from', 2)
      }
      const hub = await runningHub(terminal)
      const { put, waiting, gone } = await hub.resend({
        ...{ target, newKeys: newKeys === true },
        ...(key === undefined ? {} : { key }),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      })
      terminal.out(`${put} sent again, ${waiting} waited already, ${gone} are no longer kept`)
    })
}

/** The outbox belongs to the process that delivers: to open a hub for this would begin to deliver. */
async function runningHub(terminal: Terminal): Promise<DeliveryClient> {
  const config = readConfig(terminal.env)
  const url = hubUrl(config)
  if (!(await hubAnswers(url))) throw new CommandFailure(`no hub runs at ${url}`)
  const [token] = config.LEDGERLINE_API_TOKENS
  return createDeliveryClient({ url, token, signal: terminal.stopping })
}

function describe(targets: readonly DeliveryTarget[], now: number): string {
  const age = (since: number | null) =>
    since === null ? '' : `${Math.round((now - since) / 1000)} s`
  const rows = targets.map((target) => {
    const { states, documents } = target
    return [
      ...[target.name, target.kind, target.breaker],
      ...[String(states.waiting), age(states.oldestSince)],
      ...[String(documents.waiting), age(documents.oldestSince), String(documents.deadLetters)],
      ...[timeOf(target.lastDeliveredAt ?? undefined) ?? 'never', target.lastFailure?.reason ?? ''],
    ]
  })
  const head = ['target', 'kind', 'breaker', 'states', 'oldest', 'documents', 'oldest', 'dead']
  const table = textTable([...head, 'last delivered', 'last failure'], rows)
  return [table, ...targets.flatMap(describeAgents)].join('\n')
}

/** What somebody should know of how a target is told of agents; nothing, where all is well. */
function describeAgents({ name, agents }: DeliveryTarget): readonly string[] {
  if (agents === null) return []
  const { unknown, unknownAgents, notReady, snapshotFault } = agents
  return [
    ...(unknown === 0
      ? []
      : [
          `${name}: ${unknown} agents are not told, it knows them by nothing: ${unknownAgents.join(' ')}`,
        ]),
    ...(notReady === null ? [] : [`${name}: no snapshot: ${notReady}`]),
    ...(snapshotFault === null ? [] : [`${name}: no snapshot: ${snapshotFault}`]),
  ]
}

function timeOf(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}

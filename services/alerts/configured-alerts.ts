import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { faultText, type FileFault } from '../definitions/yaml-file.ts'
import type { EventLog } from '../log/log.ts'
import type { Config } from '../runtime/config.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { openAlertWatch, type AlertWatch, type AlertWatchOptions } from './alert-watch.ts'
import { readAlertRules } from './rules/alert-rules-file.ts'
import type { AlertRules } from './rules/alert-rule.ts'

export interface Surroundings extends Pick<
  AlertWatchOptions,
  'state' | 'warehouse' | 'out' | 'unmapped' | 'tablesAsOf' | 'clock' | 'logger'
> {
  readonly log: EventLog
  readonly metrics: Metrics
  /** How far the tables of this process are; null: it writes none. */
  readonly progress: (() => readonly ShardPlace[]) | null
}

interface ShardPlace {
  readonly topic: Parameters<EventLog['end']>[0]
  readonly partition: number
  readonly nextOffset: number
}

/** Alerts as the settings want them, and their rules, which can be read again. */
export interface ConfiguredAlerts {
  readonly watch: AlertWatch
  /** Reads the file again. If it is wrong, the rules in force stay. */
  reload(): Promise<Reloaded>
}

export type Reloaded =
  | { readonly kind: 'reloaded'; readonly rules: number }
  | { readonly kind: 'refused'; readonly faults: readonly FileFault[] }
  | { readonly kind: 'unreadable'; readonly reason: string }

/** Null: no rules are set. Throws CONFIG_INVALID with every fault of the file. */
export async function openConfiguredAlerts(
  config: Config,
  surroundings: Surroundings,
): Promise<ConfiguredAlerts | null> {
  const { LEDGERLINE_ALERT_RULES: path } = config
  if (path === undefined) return null
  const { log, metrics, progress, ...rest } = surroundings
  const file = await readRules(path)
  if (file.kind !== 'understood') throw refusalOf(path, file)
  const watch = await openAlertWatch({
    ...{ ...rest, metrics, rules: file.rules, webhook: webhookOf(config) },
    memoryFile: join(config.LEDGERLINE_DATA_DIR, 'alerts.json'),
    heard: () => lastHeard(metrics),
    tablesLag: () => tablesLag(log, progress),
  })
  return {
    watch,
    async reload() {
      const again = await readRules(path)
      if (again.kind !== 'understood') return again
      watch.setRules(again.rules)
      return { kind: 'reloaded', rules: Object.keys(again.rules.rules).length }
    },
  }
}

type RulesRead =
  | { readonly kind: 'understood'; readonly rules: AlertRules }
  | Exclude<Reloaded, { readonly kind: 'reloaded' }>

async function readRules(path: string): Promise<RulesRead> {
  try {
    const file = readAlertRules(await readFile(path, 'utf8'))
    return file.kind === 'understood' ? { kind: 'understood', rules: file.value } : file
  } catch (error) {
    const isOfFile = error instanceof Error && 'code' in error
    if (!isOfFile) throw error
    return { kind: 'unreadable', reason: String(error.code) }
  }
}

function refusalOf(path: string, read: Exclude<RulesRead, { kind: 'understood' }>) {
  const faults =
    read.kind === 'refused' ? read.faults.map(faultText) : [`cannot be read: ${read.reason}`]
  const message = `LEDGERLINE_ALERT_RULES: ${path}: ${faults.join('; ')}`
  return new LedgerlineError('CONFIG_INVALID', message, { retryable: false })
}

function webhookOf(config: Config) {
  const { LEDGERLINE_ALERT_WEBHOOK_URL: url, LEDGERLINE_ALERT_WEBHOOK_SECRET: secret } = config
  return url === undefined || secret === undefined ? null : { url, secret }
}

async function lastHeard({ ingestLastReceivedSeconds }: Metrics) {
  const { values } = await ingestLastReceivedSeconds.get()
  return new Map(values.map(({ labels, value }) => [String(labels.source), value * 1000]))
}

async function tablesLag(
  log: EventLog,
  progress: Surroundings['progress'],
): Promise<number | null> {
  if (progress === null) return null
  let lag = 0
  for (const { topic, partition, nextOffset } of progress()) {
    lag += Math.max(0, ((await log.end(topic))[partition] ?? nextOffset) - nextOffset)
  }
  return lag
}

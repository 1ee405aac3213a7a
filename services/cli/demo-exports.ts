import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the demo drops files of intervals, and what says so to the hub. */
export interface DemoExports {
  readonly folder: string
  readonly settings: {
    readonly LEDGERLINE_TARGETS: string
    readonly LEDGERLINE_EXPORTS: string
  }
}

export function demoExports(dataFolder: string): DemoExports {
  const folder = join(dataFolder, 'exports')
  return {
    folder,
    settings: {
      LEDGERLINE_TARGETS: join(folder, 'targets.yaml'),
      LEDGERLINE_EXPORTS: join(folder, 'exports.yaml'),
    },
  }
}

/** Three vendors' files, in folders of their own: two that the hub knows, and one that is set up in YAML. */
export async function writeDemoExports(folder: string, now: number): Promise<void> {
  const targets = ['calabrio-wfm', 'genesys-cloud', 'acme-wfm']
  for (const name of targets) await mkdir(join(folder, name), { recursive: true })
  const lines = targets.map(
    (name) => `  ${name}: { kind: directory, folder: ${JSON.stringify(join(folder, name))} }`,
  )
  await writeFile(join(folder, 'targets.yaml'), ['targets:', ...lines, ''].join('\n'))
  await writeFile(join(folder, 'exports.yaml'), exportsYaml(now))
  await writeFile(join(folder, 'acme.yaml'), acmeYaml)
}

/** Short delays and the hours that the demo begins with, so that there is something to see. */
function exportsYaml(now: number): string {
  const hourMs = 3_600_000
  const since = new Date(Math.floor(now / hourMs - 1) * hourMs).toISOString()
  const yesterday = new Date(Math.floor(now / (24 * hourMs) - 1) * 24 * hourMs).toISOString()
  return `# Which files of intervals are written, for whom, and where they go: docs/exports.md
exports:
  calabrio-wfm:
    connector: calabrio-wfm
    deliver: calabrio-wfm
    files:
      queues: { closeDelayMinutes: 2, restateEveryMinutes: 1, since: '${since}' }
  genesys-cloud:
    connector: genesys-cloud
    deliver: genesys-cloud
    files: # a file a day, so the first is of yesterday
      queues: { closeDelayMinutes: 2, since: '${yesterday}' }
  acme-wfm:
    form: acme.yaml
    deliver: acme-wfm
    files:
      queues: { closeDelayMinutes: 2, restateEveryMinutes: 1, since: '${since}' }
`
}

const acmeYaml = `# What a made-up product takes: connectors/generic/README.md
target: acme-wfm
files:
  queues:
    rows: queues
    file: '{target}_{from:yyyyMMddHHmm}.csv'
    intervalMinutes: 15
    format: { kind: csv, separator: ';' }
    columns:
      - { name: Start, time: iso-seconds }
      - { name: Queue, text: '{queue.name}' }
      - { name: Channel, text: '{channel}/{direction}' }
      - { name: Offered, metric: offered_count }
      - { name: Handled, metric: handled_count }
      - { name: AHT, metric: handle_wce_ms, per: handled_count, decimals: 1 }
`

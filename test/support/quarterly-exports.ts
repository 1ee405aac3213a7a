import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createSender } from '../../client/event-sender.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { exportManifestSchema, type ExportManifest } from '../../schemas/feeds/exports.ts'
import type { HttpReceiver } from '../vendors/http-receiver.ts'
import { answeredContact } from './answered-contact.ts'

// Two products that take a file of each quarter hour: one into a folder, and one by HTTP that takes each once.

export const quarterMs = 900_000
const iso = (at: Instant) => new Date(at).toISOString()

const once = `
target: once
files:
  queues:
    rows: queues
    file: 'once_{from:yyyyMMddHHmm}.json'
    format: { kind: json, body: { from: '{from}', to: '{to}', rows: '{rows}' } }
    columns:
      - { name: start, time: iso-seconds }
      - { name: queue, text: '{queue.name}' }
      - { name: offered, metric: offered_count }
      - { name: talk, metric: talk_wce_ms }
`

const exportsSince = (since: Instant) => `
exports:
  calabrio:
    connector: calabrio-wfm
    deliver: folder
    files:
      queues: { windowMinutes: 15, closeDelayMinutes: 0, patienceMinutes: 0, since: '${iso(since)}' }
  once:
    form: once.yaml
    deliver: push
    files:
      queues: { lateData: append once, closeDelayMinutes: 0, patienceMinutes: 0, since: '${iso(since)}' }
`

/** Writes the files of settings, and answers the settings that name them, and the folder of the first product. */
export async function setUpQuarterly(folder: string, product: HttpReceiver, since: Instant) {
  const drop = join(folder, 'drop')
  await mkdir(drop)
  const targets = `
targets:
  folder: { kind: directory, folder: ${drop} }
  push: { kind: http, url: 'http://127.0.0.1:${product.port}/push' }
`
  for (const [name, text] of Object.entries({ once, exports: exportsSince(since), targets })) {
    await writeFile(join(folder, `${name}.yaml`), text)
  }
  const settings = {
    LEDGERLINE_TARGETS: join(folder, 'targets.yaml'),
    LEDGERLINE_EXPORTS: join(folder, 'exports.yaml'),
  }
  return { drop, settings }
}

/**
 * Two calls in each quarter hour but every fifth, the first among them: files may begin before anything is known. Answers how
 * many.
 */
export async function tellQuarterlyCalls(url: string, { from, to }: Span): Promise<number> {
  const sender = createSender({ url, source: '/pbx', workspace: 'WS1' })
  let told = 0
  for (let at = from; at < to; at += quarterMs) {
    if (((at - from) / quarterMs) % 5 === 0) continue
    for (const minute of [2, 9]) {
      await sender.sendBatch(call(`WT${told++}`, at + minute * 60_000))
    }
  }
  await sender.close()
  return told
}

/** Answered after a second, and done after four. */
function call(task: string, at: Instant) {
  return answeredContact(task, at, { queueName: 'Sales' }).map(({ id, type, ...told }) => ({
    ...{ id, type, time: new Date(told.at) },
    data: {
      ...{ task, channel: told.channel, direction: told.direction },
      ...{ queue: told.queue, queue_name: told.queueName },
      ...{ reservation: told.reservation, worker: told.worker },
    },
  }))
}

export async function csvNames(drop: string): Promise<readonly string[]> {
  return (await readdir(drop)).filter((name) => name.endsWith('.csv')).toSorted()
}

/** What lies in the folder beside files and manifests that belong together. */
export async function strayIn(drop: string): Promise<readonly string[]> {
  const files = await csvNames(drop)
  const whole = new Set(files.flatMap((name) => [name, `${name}.manifest.json`]))
  return (await readdir(drop)).filter((name) => !whole.has(name))
}

/** Of each file: its manifest, and what should be in it. Throws where there is none. */
export async function manifestsIn(drop: string) {
  const files: { readonly manifest: ExportManifest; readonly document: object }[] = []
  for (const name of await csvNames(drop)) {
    const bytes = await readFile(join(drop, name))
    const text = await readFile(join(drop, `${name}.manifest.json`), 'utf8')
    const manifest = exportManifestSchema.parse(JSON.parse(text))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    files.push({ manifest, document: { name, bytes: bytes.length, sha256 } })
  }
  return files
}

const pushed = z.object({ from: z.iso.datetime({ offset: true }) })

/** By the beginning of its stretch, under which keys the second product has had a file. */
export function keysByStretch({ taken }: HttpReceiver): ReadonlyMap<Instant, ReadonlySet<string>> {
  const keys = new Map<Instant, Set<string>>()
  for (const { key, body } of taken) {
    const at = Date.parse(pushed.parse(JSON.parse(body.toString())).from)
    keys.set(at, (keys.get(at) ?? new Set()).add(key))
  }
  return keys
}

/** The beginnings of so many quarter hours. */
export function quartersFrom(since: Instant, count: number): readonly Instant[] {
  return Array.from({ length: count }, (_, index) => since + index * quarterMs)
}

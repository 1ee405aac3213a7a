import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '../../schemas/events/instant.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import { startDispatch, type Dispatch } from '../../services/delivery/dispatch.ts'
import { policyOf } from '../../services/delivery/configured-delivery.ts'
import { openOutbox } from '../../services/delivery/outbox/outbox.ts'
import { createCarrier } from '../../services/delivery/targets/carriers.ts'
import { readTargets } from '../../services/delivery/targets/targets-file.ts'
import { readExportFiles } from '../../services/exports/configured-files.ts'
import { openExports, type Exports } from '../../services/exports/configured-exports.ts'
import type { Clock } from '../../services/runtime/clock.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { createMetrics } from '../../services/runtime/metrics.ts'
import { openHubWithTables, type HubWithTables } from './hub-with-tables.ts'
import { tempFolder } from './temp-folder.ts'
import { until } from './until.ts'

/** A hub that writes files of intervals into folders of its own, at times that a test says. */
export interface HubWithExports extends HubWithTables {
  readonly folder: string
  readonly exports: Exports
  readonly env: Record<string, string>
  /** Lets time pass to an instant, of which the tables know, and writes what is due then. */
  at(now: Instant): Promise<void>
  /** What has come into the folder of a target, by name. */
  files(target: string): Promise<ReadonlyMap<string, string>>
  /** Resolves when all that was put has left, and the tables know of it. */
  left(): Promise<void>
  /**
   * Lets time pass as `at` does, but stops writing once so many documents of a target are in the outbox, before anything
   * is noted of them. Then outbox and journal are opened anew, in the same folders, as a process does that starts again.
   */
  stoppedAfter(target: string, documents: number, now: Instant): Promise<void>
}

export interface ExportsOfTest {
  readonly start: Instant
  /** The exports by name, as they stand in the file. */
  readonly yaml: string
  /** Other files beside it. */
  readonly beside?: Readonly<Record<string, string>>
  readonly targets: readonly string[]
  readonly apiTokens?: readonly string[]
}

export async function openHubWithExports(options: ExportsOfTest): Promise<HubWithExports> {
  const { start, yaml, beside = {}, targets, apiTokens = [] } = options
  const folder = await tempFolder()
  let now = start
  const clock: Clock = { ...systemClock, now: () => now }
  for (const target of targets) await mkdir(join(folder.path, target))
  const exportsPath = join(folder.path, 'exports.yaml')
  await writeFile(exportsPath, yaml)
  for (const [name, text] of Object.entries(beside)) await writeFile(join(folder.path, name), text)
  const kinds = new Map(targets.map((name) => [name, 'directory'] as const))
  const outbox = join(folder.path, 'outbox')
  let exports: Exports | undefined
  let dispatch: Dispatch | undefined
  let stop: { readonly target: string; left: number } | null = null
  let reopen: () => Promise<void> = () => Promise.reject(new Error('it is not open yet'))
  const hub = await openHubWithTables({
    clock,
    apiTokens,
    partitions: 2,
    openExports: async (parts) => {
      reopen = async () => {
        const own = startDispatch({
          targets: targets.map((name) => dispatchTarget(name, join(folder.path, name))),
          outbox: openOutbox({ folder: outbox }),
          ...{ appender: parts.log, metrics: createMetrics(), clock, logger: silentLogger },
        })
        dispatch = own
        const files = await readExportFiles(exportsPath, kinds)
        exports = openExports(files, outbox, { ...parts, dispatch: stopping(own) })
      }
      await reopen()
      return behind(() => opened().exports)
    },
  })

  function opened(): { readonly exports: Exports; readonly dispatch: Dispatch } {
    if (exports === undefined || dispatch === undefined) throw new Error('nothing was opened')
    return { exports, dispatch }
  }

  /** The same, until it is told to stop. */
  function stopping(own: Dispatch): Dispatch {
    return {
      ...own,
      async putDocument(target, document) {
        const isNew = await own.putDocument(target, document)
        if (stop?.target === target) {
          stop.left -= 1
          if (stop.left === 0) throw new Stopped()
        }
        return isNew
      },
    }
  }

  async function tick(next: Instant): Promise<void> {
    now = next
    await hub.tell([hubEvent({ type: 'clock.ticked', id: `tick:${next}`, at: next })])
  }

  async function left(): Promise<void> {
    const { dispatch } = opened()
    const isLeft = () => dispatch.status().every(({ documents }) => documents.count === 0)
    const seen = () => JSON.stringify(dispatch.status())
    await until('all has left', isLeft, { seen, forMs: 60_000 })
    await hub.inStep()
  }

  return {
    ...hub,
    get exports() {
      return opened().exports
    },
    folder: folder.path,
    env: { LEDGERLINE_PORT: new URL(hub.url).port },
    async at(next) {
      await tick(next)
      await opened().exports.rounds.round()
      await left()
    },
    async files(target) {
      const names = (await readdir(join(folder.path, target))).toSorted()
      const texts = names.map(async (name) => {
        return [name, await readFile(join(folder.path, target, name), 'utf8')] as const
      })
      return new Map(await Promise.all(texts))
    },
    left,
    async stoppedAfter(target, documents, next) {
      await tick(next)
      stop = { target, left: documents }
      const error: unknown = await opened()
        .exports.rounds.round()
        .then(
          () => new Error(`fewer than ${documents} documents were put for ${target}`),
          (reason: unknown) => reason,
        )
      stop = null
      if (!(error instanceof Stopped)) throw error
      await opened().exports.close()
      await opened().dispatch.close()
      await reopen()
    },
    async close() {
      await opened().exports.close()
      await opened().dispatch.close()
      await hub.close()
      await folder.remove()
    },
  }
}

/** As if the process had ended where it is thrown. */
class Stopped extends Error {}

/** What is open now, for routes that were added before it was opened again. */
function behind(now: () => Exports): Exports {
  return {
    get files() {
      return now().files
    },
    get exporter() {
      return now().exporter
    },
    get rounds() {
      return now().rounds
    },
    get journal() {
      return now().journal
    },
    get identities() {
      return now().identities
    },
    standing: (...asked) => now().standing(...asked),
    close: () => now().close(),
  }
}

function dispatchTarget(name: string, folder: string) {
  const read = readTargets(`targets: { ${name}: { kind: directory, folder: ${folder} } }`)
  const target = read.kind === 'understood' ? read.value.targets[name] : undefined
  if (target === undefined) throw new Error('the target is wrong')
  return {
    ...{ name, kind: target.kind, address: folder, bodyKey: null, policy: policyOf(target) },
    carrier: createCarrier(target, {}, silentLogger),
  }
}

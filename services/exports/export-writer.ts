import { createHash } from 'node:crypto'
import { intervalFile } from '../../connectors/form/interval-file.ts'
import {
  createIdentities,
  identified,
  type Identities,
  type KnownNames,
  type PlainRow,
  type QueueKey,
} from '../../connectors/identities.ts'
import type { QuietSubject } from '../../connectors/interval-row.ts'
import type { WriteFault, WrittenDocument } from '../../connectors/written.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { ExportManifest } from '../../schemas/feeds/exports.ts'
import { contentDigest } from '../definitions/content-digest.ts'
import type { KnownIdentities } from '../projections/known-identities.ts'
import type { Clock } from '../runtime/clock.ts'
import { attributionOf, metricsIn, tableOf, type ExportFile } from './export-file.ts'
import type { IntervalSource, KnownSubject } from './interval-source.ts'
import type { LedgerIdentities } from './ledger-identities.ts'
import { nothingTold, numberFaults, withAssigned } from './plan/numbers.ts'
import { correction, rowDigests, vanishedRows } from './plan/changed-rows.ts'

export interface ToWrite {
  /** Where its rows are read. */
  readonly source: IntervalSource
  readonly file: ExportFile
  readonly span: Span
  readonly revision: number
  readonly isRestated: boolean
  /** The key of the first document that it stands for. */
  readonly restates: string | null
  readonly lacks: readonly string[]
  readonly asOf: Instant | null
  readonly createdAt: Instant
  readonly definitionsVersion: number
  /** With these, only rows that say something else than they did: what each said when it was last sent. */
  readonly before: ReadonlyMap<string, string> | null
  /** Whether queues without a number get one, which then is theirs for good. */
  readonly assigns: boolean
}

export type WriteResult =
  | {
      readonly kind: 'written'
      readonly documents: readonly WrittenDocument[]
      readonly manifest: ExportManifest
      /** What each row says, by whose it is. */
      readonly rows: ReadonlyMap<string, string>
    }
  | { readonly kind: 'refused'; readonly faults: readonly WriteFault[] }

export interface ExportWriter {
  /** The same rows make the same bytes, whenever it is asked. */
  write(asked: ToWrite): Promise<WriteResult>
}

export interface ExportWriterOptions {
  /** Where names are read. */
  readonly source: Pick<IntervalSource, 'names'>
  readonly identities: LedgerIdentities
  readonly clock: Clock
  /** The length of the ledger's base intervals. */
  readonly intervalMs: () => number
}

export function createExportWriter(options: ExportWriterOptions): ExportWriter {
  const { source, identities, clock, intervalMs } = options
  let names: { readonly at: Instant; readonly of: KnownNames } | null = null

  async function namesNow(): Promise<KnownNames> {
    if (names === null || clock.now() - names.at > namesMsMax) {
      names = { at: clock.now(), of: await source.names() }
    }
    return names.of
  }

  return {
    async write(asked) {
      const { file, span, source: read } = asked
      const { form } = file
      const all = await read.rows(form, span)
      const everybody = form.zeroRows ? await read.everybody(form, span) : []
      const known = await namesNow()
      const found = await identitiesOf(asked, all, everybody, known)
      if ('faults' in found) return { kind: 'refused', faults: found.faults }
      const { before } = asked
      const gone = before === null ? [] : vanishedRows(all, before)
      const told = identified([...all, ...gone], found.identities, known)
      const written = intervalFile(form, {
        ...{ target: file.target, span, intervalMs: intervalMs() },
        rows: before === null ? told.rows : correction(told.rows, before),
        ...(before === null
          ? { everybody: subjectsOf(everybody, span, found.identities, known) }
          : {}),
        writtenAt: asked.createdAt,
      })
      if (written.kind === 'refused') return written
      const { documents } = written
      const manifest = manifestOf(asked, told, documents, found.digest)
      return { kind: 'written', documents, manifest, rows: rowDigests(all) }
    },
  }

  async function identitiesOf(
    { file, span, assigns }: ToWrite,
    rows: readonly PlainRow[],
    everybody: readonly KnownSubject[],
    known: KnownNames,
  ): Promise<
    | { readonly identities: Identities; readonly digest: string }
    | { readonly faults: readonly WriteFault[] }
  > {
    const { target, needs, identities: own } = file
    let ledger: KnownIdentities = await identities.read(target)
    const told = own ?? ledger.told ?? nothingTold(target)
    const faults = numberFaults(told, ledger.assigned)
    if (faults.length > 0) return { faults: faults.map((detail) => ({ index: null, detail })) }
    // What the customer's own numbers leave open, the hub's fill.
    const base = createIdentities(told, known, { ...needs, numbers: false })
    if (needs.numbers && assigns) {
      const lacking = (key: QueueKey, at: Instant) => {
        const found = base.queueAt(key, at)
        return typeof found !== 'string' && found.number === null
      }
      const keys = [
        ...everybody.map(({ queue }) => ({ queue, at: span.to - 1 })),
        ...rows.map(({ queue, from: at }) => ({ queue, at })),
      ].flatMap(({ queue, at }) => (queue !== null && lacking(queue, at) ? [queue] : []))
      if (keys.length > 0) ledger = await identities.assign(target, own, keys, clock.now())
    }
    return {
      identities: withAssigned(base, ledger.assigned, needs.numbers),
      digest: contentDigest({ told, assigned: ledger.assigned }).slice(0, 16),
    }
  }
}

/** Names change seldom, and a history of years is written in thousands of pieces. */
const namesMsMax = 60_000

/** Whoever is not known to the target has no row of zeros either. */
function subjectsOf(
  everybody: readonly KnownSubject[],
  span: Span,
  identities: Identities,
  names: KnownNames,
): readonly QuietSubject[] {
  return everybody.flatMap(({ within, ...one }) => {
    const row = { from: span.to - 1, ...one, values: {} }
    const { rows } = identified([row], identities, names)
    return rows.map(({ queue, agent }) => ({ queue, agent, within }))
  })
}

function manifestOf(
  asked: ToWrite,
  told: ReturnType<typeof identified>,
  documents: readonly WrittenDocument[],
  digest: string,
): ExportManifest {
  const { file, span, lacks, asOf } = asked
  const { form, policy } = file
  const iso = (at: Instant) => new Date(at).toISOString()
  return {
    ...{ target: file.target, file: file.name, table: tableOf(form) },
    ...{ from: iso(span.from), to: iso(span.to), zone: form.zone },
    ...{ intervalMinutes: form.intervalMinutes, attribution: attributionOf(form) },
    metrics: metricsIn(form).map(({ name }) => name),
    ...{ lateData: policy.lateData, isRestated: asked.isRestated, restates: asked.restates },
    revision: asked.revision,
    documents: documents.map((one) => {
      const sha256 = sha256Of(one.text)
      return {
        ...{ name: one.name, key: keyOf(asked, sha256), rows: one.rows },
        ...{ bytes: Buffer.byteLength(one.text), sha256 },
      }
    }),
    rows: documents.reduce((sum, { rows }) => sum + rows, 0),
    missing: told.missing.map(({ first, last, ...one }) => ({
      ...{ ...one, first: iso(first), last: iso(last) },
    })),
    leftOut: told.leftOut,
    completeness: lacks.length === 0 ? 'complete' : 'incomplete',
    lacks: [...lacks],
    asOf: asOf === null ? null : iso(asOf),
    ...{ definitionsVersion: asked.definitionsVersion, identities: digest },
    createdAt: iso(asked.createdAt),
  }
}

/** By what, when and how often it was told, and by what it says: the same after a crash, and no other's. */
export function keyOf(
  { file, span, revision }: Pick<ToWrite, 'file' | 'span' | 'revision'>,
  sha256: string,
): string {
  const short = (at: Instant) => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const name = file.name.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 60)
  return `${file.target}.${name}.${short(span.from)}-${short(span.to)}.r${revision}.${sha256.slice(0, 16)}`
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { ExportManifest } from '../../schemas/feeds/exports.ts'
import type { WriteFault, WrittenDocument } from '../../connectors/written.ts'
import type { Dispatch } from '../delivery/dispatch.ts'
import type { Document } from '../delivery/outbox/documents.ts'
import type { Clock } from '../runtime/clock.ts'
import { intervalsOf } from '../time/interval.ts'
import { tableOf, tellsTwiceApart, type ExportFile } from './export-file.ts'
import { keyOf, sha256Of, type ExportWriter, type WriteResult } from './export-writer.ts'
import type { IntervalSource } from './interval-source.ts'
import type { ExportJournal, KnownStretch, ToldStretch, Writing } from './journal.ts'
import type { Lack } from './plan/due.ts'
import { stretchesOf, type StretchGrid } from './plan/stretches.ts'
import type { Prepared } from './prepared.ts'
import { readAhead } from './read-ahead.ts'

/** Writes one file: rows, the vendor's words, the outbox, the journal, in this order. */
export interface Exporter {
  /** As it would be written now; nothing is sent, and nobody is given a number. */
  content(file: ExportFile, span: Span, seen: Seen): Promise<WriteResult>
  /** The same for a product that pulls: it has what it is told, so queues without a number get one. */
  answer(file: ExportFile, span: Span, seen: Seen): Promise<WriteResult>
  /** Sends what was made before the process ended, and was not all put into the outbox: as it was made, under its keys. */
  resume(file: ExportFile): Promise<void>
  /** Puts it into the outbox unless that is what was put last. */
  send(file: ExportFile, span: Span, seen: Seen, how: SendHow): Promise<SendResult>
  /** What each stretch of a span says now, in a few letters. */
  prints(file: ExportFile, span: Span, source?: IntervalSource): Promise<(stretch: Span) => string>
  /** For whoever writes many files of a span: its rows are read once for all of them. */
  ahead(file: ExportFile, span: Span): IntervalSource
  grid(file: ExportFile, stretchMinutes?: number): StretchGrid
}

/** What is known of the time that a file is of. */
export interface Seen {
  readonly asOf: Instant | null
  readonly lacks: readonly Lack[]
}

export interface SendHow {
  /** The same was told before, and says something else now. */
  readonly isRestated: boolean
  /** Only the rows that have changed since. */
  readonly since: KnownStretch | null
  /** What has been read ahead, for whoever writes many. */
  readonly source?: IntervalSource
}

export type SendResult =
  | { readonly kind: 'sent'; readonly manifest: ExportManifest }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly faults: readonly WriteFault[] }

export interface ExporterOptions {
  readonly source: IntervalSource
  readonly writer: ExportWriter
  readonly journal: ExportJournal
  readonly dispatch: Pick<Dispatch, 'putDocument'> | null
  readonly clock: Clock
  readonly intervalMs: () => number
  /** The version of the definitions in force at an instant. */
  readonly definitionsVersion: (at: Instant) => number
}

export function createExporter(options: ExporterOptions): Exporter {
  const { source, writer, journal, dispatch, clock, intervalMs, definitionsVersion } = options

  function grid({ form, stretchMinutes }: ExportFile, own = stretchMinutes): StretchGrid {
    const { zone } = form
    const stretchMs = own * 60_000
    return { zone, stretchMs, baseMs: intervalMs(), isUnique: tellsTwiceApart(form) }
  }

  async function prints(
    { form }: ExportFile,
    span: Span,
    read = source,
  ): Promise<(stretch: Span) => string> {
    const ofIntervals = await read.prints(form, span)
    return (stretch) =>
      [...intervalsOf(stretch, intervalMs())].map((at) => ofIntervals.get(at) ?? '').join()
  }

  function write(file: ExportFile, span: Span, { asOf, lacks }: Seen, own: Own) {
    return writer.write({
      ...{ file, span, asOf, lacks, ...own },
      definitionsVersion: definitionsVersion(span.from),
    })
  }

  /** Of what stands for nothing that was sent before. */
  function asIs() {
    return {
      ...{ source, revision: 0, isRestated: false, restates: null, before: null },
      createdAt: clock.now(),
    }
  }

  /** Null: it is delivered nowhere. */
  function outletOf({ deliverTo }: ExportFile): ((document: Document) => Promise<unknown>) | null {
    if (dispatch === null || deliverTo === null) return null
    return (document) => dispatch.putDocument(deliverTo, document)
  }

  async function put(
    file: ExportFile,
    writing: { readonly id: number },
    { documents, manifest, told }: Prepared,
  ): Promise<void> {
    const take = outletOf(file)
    if (take === null) throw new Error('it is delivered nowhere')
    for (const document of documents) await take(document)
    journal.done(file, writing, manifest, told, clock.now())
  }

  return {
    grid,
    prints,
    async resume(file) {
      if (outletOf(file) === null) return
      for (const writing of journal.prepared(file)) await put(file, writing, writing)
    },
    ahead: ({ form }, span) => readAhead(source, form, span),
    content: (file, span, seen) => write(file, span, seen, { ...asIs(), assigns: false }),
    answer: (file, span, seen) => write(file, span, seen, { ...asIs(), assigns: true }),
    async send(file, span, seen, { isRestated, since, source: read = source }) {
      if (outletOf(file) === null) throw new Error('it is delivered nowhere')
      // Before the rows: what changes in between is then seen as changed, and told again.
      const printOf = await prints(file, span, read)
      const writing = journal.start(file, span, clock.now())
      const result = await write(file, span, seen, {
        ...{ revision: writing.revision, createdAt: writing.createdAt, assigns: true },
        ...{ isRestated, restates: writing.before?.documents[0]?.key ?? null },
        ...{ before: since?.rows ?? null, source: read },
      })
      if (result.kind === 'refused') return result
      const keepsRows = file.policy.lateData === 'upsert'
      const told = stretchesOf(grid(file), span).map((stretch): ToldStretch => ({
        ...{ ...stretch, print: short(printOf(stretch)) },
        rows: keepsRows ? rowsOf(result.rows, stretch) : null,
      }))
      const isCorrection = since?.rows != null
      if (isSame(writing, result.manifest, isCorrection)) {
        journal.leave(file, writing, told, clock.now())
        return { kind: 'same' }
      }
      const { manifest } = result
      const documents = toDocuments(file, span, result.documents, manifest, writing)
      // From here on it goes as it is, so that a target that takes a stretch once has it once.
      journal.prepare(writing, { manifest, documents, told })
      await put(file, writing, { manifest, documents, told })
      return { kind: 'sent', manifest }
    },
  }
}

type Own = Omit<
  Parameters<ExportWriter['write']>[0],
  'file' | 'span' | 'asOf' | 'lacks' | 'definitionsVersion'
>

export function short(print: string): string {
  return sha256Of(print).slice(0, 16)
}

function rowsOf(rows: ReadonlyMap<string, string>, { from, to }: Span) {
  return new Map(
    [...rows].filter(([key]) => {
      const at = Number(/^\[(\d+)/.exec(key)?.[1])
      return at >= from && at < to
    }),
  )
}

function isSame(
  { before }: Writing,
  { documents }: ExportManifest,
  isCorrection: boolean,
): boolean {
  if (isCorrection) return documents.every(({ rows }) => rows === 0)
  if (before === null) return false
  const digests = (of: ExportManifest['documents']) => of.map(({ sha256 }) => sha256).join()
  return digests(before.documents) === digests(documents)
}

/** The files, and beside each what is in it: after it, so that whoever sees the one can rely on the other. */
function toDocuments(
  file: ExportFile,
  span: Span,
  documents: readonly WrittenDocument[],
  manifest: ExportManifest,
  { revision }: Writing,
): readonly Document[] {
  const about = { table: tableOf(file.form), since: span.from, until: span.to }
  const shared = { headers: {}, subject: file.target }
  return documents.flatMap(({ name, contentType, text }, index): readonly Document[] => {
    const key = manifest.documents[index]?.key
    if (key === undefined) throw new Error('a document that is not in its manifest')
    const body = Buffer.from(text)
    const own: Document = { key, name, contentType, body, about, ...shared }
    if (!file.hasManifest) return [own]
    const beside = `${JSON.stringify(manifest, null, 2)}\n`
    return [
      own,
      {
        ...{ ...shared, about: null, name: `${name}.manifest.json`, body: Buffer.from(beside) },
        key: `${keyOf({ file, span, revision }, sha256Of(beside))}.${index}.manifest`,
        contentType: 'application/json',
      },
    ]
  })
}

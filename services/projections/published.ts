import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isIntervalTable, type IntervalTable } from '../../schemas/metrics/catalogue.ts'

/** What of the interval tables is out: numbers that somebody may have planned on, so that no change of them goes unsaid. */
export interface Published {
  /** By table, the stretches that are final, and those that have left the house; in order, joined where they touch. */
  readonly final: Spans
  readonly delivered: Spans
}

type Spans = Readonly<Partial<Record<IntervalTable, readonly Span[]>>>

export const nothingPublished: Published = { final: {}, delivered: {} }

/** What is out after this event; the same object when it tells nothing new. */
export function publish(published: Published, event: LedgerEvent): Published {
  const kind = kinds[event.type]
  if (kind === undefined) return published
  const spans = withSpan(published[kind], event)
  return spans === published[kind] ? published : { ...published, [kind]: spans }
}

const kinds: Readonly<Record<string, keyof Published | undefined>> = {
  'interval.finalised': 'final',
  'export.delivered': 'delivered',
}

function withSpan(spans: Spans, { table, since, until }: LedgerEvent): Spans {
  if (!isIntervalTable(table) || since === null || until === null || since >= until) return spans
  const before = spans[table] ?? []
  const span = { from: since, to: until }
  return isIn(before, span) ? spans : { ...spans, [table]: joined([...before, span]) }
}

/** How a row of an interval is out; null: it is not, and may change as it likes. */
export function standing(
  { final, delivered }: Published,
  table: string,
  interval: Span,
): 'final' | 'delivered' | null {
  if (!isIntervalTable(table)) return null
  if (isIn(final[table] ?? [], interval)) return 'final'
  return isIn(delivered[table] ?? [], interval) ? 'delivered' : null
}

/** Nothing after it is out. */
export function publishedUntil({ final, delivered }: Published): Instant {
  const all = [...Object.values(final), ...Object.values(delivered)].flat()
  return Math.max(0, ...all.map(({ to }) => to))
}

/** Of what is out, what is of an instant or later; always the same object when that is nothing, or all. */
export function publishedSince(published: Published, since: Instant): Published {
  if (since === 0) return published
  if (publishedUntil(published) <= since) return nothingPublished
  const { final, delivered } = published
  return { final: spansSince(final, since), delivered: spansSince(delivered, since) }
}

function spansSince(spans: Spans, since: Instant): Spans {
  return Object.fromEntries(
    Object.entries(spans).map(([table, ofTable]) => [
      table,
      ofTable
        .filter(({ to }) => to > since)
        .map(({ from, to }) => ({ from: Math.max(from, since), to })),
    ]),
  )
}

function isIn(spans: readonly Span[], { from, to }: Span): boolean {
  return spans.some((span) => span.from <= from && span.to >= to)
}

function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last !== undefined && span.from <= last.to) {
      all[all.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    } else all.push(span)
  }
  return all
}

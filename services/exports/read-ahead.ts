import { LedgerlineError } from '../runtime/errors.ts'
import type { IntervalForm } from '../../connectors/form/interval-form.ts'
import type { Span } from '../../schemas/events/instant.ts'
import type { IntervalSource } from './interval-source.ts'

/**
 * What a source says of a span, asked once for all of its stretches: asking costs an engine more than the rows of a day
 * do. Nothing is read before it is wanted. A span of more rows than may be in memory is asked stretch by stretch.
 */
export function readAhead(source: IntervalSource, form: IntervalForm, span: Span): IntervalSource {
  const prints = once(() => source.prints(form, span))
  const rows = once(async () => {
    try {
      return await source.rows(form, span)
    } catch (error) {
      if (error instanceof LedgerlineError && error.code === 'EXPORT_TOO_LARGE') return null
      throw error
    }
  })
  const isWithin = ({ from, to }: Span) => from >= span.from && to <= span.to

  return {
    ...source,
    prints: (asked, part) =>
      asked === form && isWithin(part) ? prints() : source.prints(asked, part),
    async rows(asked, part) {
      const all = asked === form && isWithin(part) ? await rows() : null
      if (all === null) return source.rows(asked, part)
      return all.filter(({ from }) => from >= part.from && from < part.to)
    },
  }
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null
  return () => (asked ??= ask())
}

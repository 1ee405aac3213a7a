import type { FastifyInstance } from 'fastify'
import type { Instant } from '../../schemas/events/instant.ts'
import { sourcesSchema, type SourceState } from '../../schemas/feeds/sources.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Metrics } from '../runtime/metrics.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { described } from './operations-described.ts'
import { readSources } from './source-rows.ts'

export interface SourceRoutesOptions {
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'ingestSignatureFailures' | 'ingestRefusals'>
  readonly silenceMs: number
  /** The last test of Event Streams that came in by this process. */
  readonly sinkTestId: () => string | null
}

/** Every wallboard asks again and again; the answer of some seconds ago does for all of them. */
const freshMs = 5_000

export function addSourceRoutes(scope: FastifyInstance, options: SourceRoutesOptions): void {
  let last: { readonly at: Instant; readonly answer: Promise<SourceState[]> } | null = null
  scope.get(
    '/v1/sources',
    described('How each source is heard: rates, delays, gaps, faults', sourcesSchema),
    async () => {
      const now = options.clock.now()
      if (last === null || now - last.at > freshMs)
        last = { at: now, answer: sourcesOf(options, now) }
      try {
        const { at, answer } = last
        return { at, sources: await answer, sinkTestId: options.sinkTestId() }
      } catch (error) {
        last = null
        throw error
      }
    },
  )
}

async function sourcesOf(
  { warehouse, metrics, silenceMs }: SourceRoutesOptions,
  now: Instant,
): Promise<SourceState[]> {
  const counts = {
    signatureFailures: await bySource(metrics.ingestSignatureFailures),
    refusals: await bySource(metrics.ingestRefusals),
  }
  return readSources(warehouse, now, silenceMs, counts)
}

interface Counted {
  get(): Promise<{
    readonly values: readonly {
      readonly value: number
      readonly labels: Readonly<Partial<Record<'source' | 'reason', string | number>>>
    }[]
  }>
}

async function bySource(counter: Counted): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>()
  for (const { value, labels } of (await counter.get()).values) {
    const source = String(labels.source)
    sums.set(source, (sums.get(source) ?? 0) + value)
  }
  return sums
}

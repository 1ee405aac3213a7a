/** The part of the hub's metrics that ingest counts; `createMetrics()` has it, a test may leave it out. */
export interface IngestMetrics {
  readonly happenedToStoredSeconds: Observed<'source'>
  readonly ingestEvents: Counted<'source' | 'verdict'>
  readonly ingestRefusals: Counted<'source' | 'reason'>
  readonly ingestDirectionUnknown: Counted<'source'>
  readonly ingestSignatureFailures: Counted<'source'>
  readonly ingestRejections: Counted<'source' | 'status'>
  readonly ingestBytes: Counted<'source'>
  readonly ingestLastReceivedSeconds: { set(labels: Record<'source', string>, value: number): void }
}

interface Counted<Label extends string> {
  inc(labels: Record<Label, string>, value?: number): void
}

interface Observed<Label extends string> {
  observe(labels: Record<Label, string>, value: number): void
}

const ignored = { inc: () => undefined, observe: () => undefined, set: () => undefined }

export const noMetrics: IngestMetrics = {
  happenedToStoredSeconds: ignored,
  ingestEvents: ignored,
  ingestRefusals: ignored,
  ingestDirectionUnknown: ignored,
  ingestSignatureFailures: ignored,
  ingestRejections: ignored,
  ingestBytes: ignored,
  ingestLastReceivedSeconds: ignored,
}

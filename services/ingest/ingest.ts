import type { DeadLetter } from '../../schemas/avro/dead-letter.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { Appender } from '../log/appender.ts'
import type { Topic } from '../log/topics.ts'
import type { Clock } from '../runtime/clock.ts'
import { deadLetterId, toRecords } from './dead-letter-records.ts'
import type { IngestMetrics } from './ingest-metrics.ts'
import { addEvent, addRecord, appendAll, type RecordsByTopic } from './records.ts'
import type { Judged, RefusalReason } from './verdict.ts'

/** Where events go: the log, or the spool before it. */
export type LedgerAppender = Appender

/** A request whose sender is known, as it came. */
export interface Received {
  readonly source: string
  readonly receivedAt: Instant
  readonly contentType: string | null
  /** Without the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface Tally {
  readonly understood: number
  readonly unknown: number
  readonly refused: number
}

export interface Ingest {
  /** When this resolves, whatever the request held is durable: as events, or as dead letters. */
  store(request: Received, judged: readonly Judged[]): Promise<Tally>
}

export function createIngest(
  appender: LedgerAppender,
  clock: Clock,
  metrics: IngestMetrics,
): Ingest {
  async function store(request: Received, judged: readonly Judged[]): Promise<Tally> {
    const sorted = sort(judged, (topic) => appender.partitions(topic))
    for (const letter of lettersFor(request, sorted.refusals)) {
      for (const record of toRecords(letter)) {
        addRecord(sorted.records, 'ledgerline.dead-letters', record)
      }
    }
    await appendAll(sorted.records, (topic, records) => appender.append(topic, records))
    count(request, sorted)
    const { understood, unknown, refusals } = sorted
    return { understood, unknown, refused: refusals.length }
  }

  function count({ source, receivedAt, body }: Received, sorted: Sorted): void {
    const storedAt = clock.now()
    const verdicts = {
      understood: sorted.understood,
      unknown: sorted.unknown,
      refused: sorted.refusals.length,
    }
    for (const [verdict, events] of Object.entries(verdicts)) {
      if (events > 0) metrics.ingestEvents.inc({ source, verdict }, events)
    }
    for (const { reason } of sorted.refusals) {
      metrics.ingestRefusals.inc({ source, reason: reason.code })
    }
    for (const event of sorted.events) {
      const seconds = Math.max(0, storedAt - event.at) / 1000
      metrics.happenedToStoredSeconds.observe({ source }, seconds)
      if (event.direction === 'unknown') metrics.ingestDirectionUnknown.inc({ source })
    }
    metrics.ingestBytes.inc({ source }, body.length)
    metrics.ingestLastReceivedSeconds.set({ source }, receivedAt / 1000)
  }

  return { store }
}

interface Sorted {
  readonly records: RecordsByTopic
  readonly events: readonly LedgerEvent[]
  readonly refusals: readonly Refused[]
  readonly understood: number
  readonly unknown: number
}

interface Refused {
  readonly reason: RefusalReason
  readonly body: Uint8Array
}

function sort(judged: readonly Judged[], partitions: (topic: Topic) => number): Sorted {
  const records: RecordsByTopic = new Map()
  const events: LedgerEvent[] = []
  const refusals: Refused[] = []
  let understood = 0
  let unknown = 0
  for (const { verdict, body } of judged) {
    if (verdict.kind === 'refused') {
      refusals.push(verdict)
      continue
    }
    const given = verdict.kind === 'understood' ? verdict.events : [verdict.event]
    for (const event of given) {
      const reason = addEvent(records, event, partitions)
      if (reason !== null) refusals.push({ reason, body })
      else if (verdict.kind === 'understood') understood += 1
      else unknown += 1
      if (reason === null) events.push(event)
    }
  }
  return { records, events, refusals, understood, unknown }
}

/** So many broken elements are one broken request: it is kept once instead of in crumbs. */
const lettersMax = 100

function lettersFor(request: Received, refusals: readonly Refused[]): readonly DeadLetter[] {
  const [first] = refusals
  if (first === undefined || refusals.length <= lettersMax) {
    return refusals.map(({ reason, body }) => letter(request, reason, body))
  }
  const detail = `${refusals.length} elements; the first: ${first.reason.detail}`
  return [letter(request, { ...first.reason, detail }, request.body)]
}

function letter(request: Received, reason: RefusalReason, body: Uint8Array): DeadLetter {
  const { source, receivedAt, contentType, path, headers } = request
  return {
    id: deadLetterId(source, body),
    source,
    receivedAt,
    reason: reason.code,
    detail: reason.detail,
    contentType,
    path,
    headers,
    body,
  }
}

import type { Instant } from '../../../schemas/events/instant.ts'
import { hasItsIds, missingIds } from '../../../schemas/events/required-ids.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { refused, type RefusalCode, type Verdict } from '../verdict.ts'
import { toEventId } from './event-id.ts'
import { readForm } from './form-callback.ts'
import { idOf, textOf, timeOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { neutralEvent } from './taskrouter-fields.ts'
import { taskRouterType } from './taskrouter-types.ts'

/** How an event came, and what to keep of it. */
export interface Receipt {
  readonly road: LedgerEvent['road']
  /** Everything that the source sent, as JSON; by default the parameters. */
  readonly payload: string
  /** What goes to the dead letters; by default the payload. */
  readonly body: Uint8Array
  /** How far ahead of ours the source's clock may be (rule R11). */
  readonly clockSkewMaxMs: number
}

export const clockSkewMaxMsDefault = 300_000
export const taskRouterSource = 'twilio-taskrouter'

/** Reads an event callback of a workspace. */
export function readTaskRouter(request: SourceRequest): SourceReading {
  const judged = readForm(request, taskRouterSource, (parameters, telling) => {
    const { payload, bytes, clockSkewMaxMs } = telling
    const receipt = { road: 'callback', payload, body: bytes, clockSkewMaxMs } as const
    return normaliseTaskRouter(parameters, telling.receivedAt, receipt)
  })
  return { judged }
}

/**
 * What a TaskRouter event means, by whichever of its three roads it came: the parameters of a callback, the payload of
 * Event Streams, or an item of the Events resource with its `event_data` laid flat. All three give the same event.
 */
export function normaliseTaskRouter(
  parameters: Parameters,
  receivedAt: Instant,
  receipt: Partial<Receipt> = {},
): Verdict {
  const { road = 'callback', clockSkewMaxMs = clockSkewMaxMsDefault } = receipt
  const payload = receipt.payload ?? JSON.stringify(parameters)
  const refuse = (code: RefusalCode, detail: string) =>
    refused(code, detail, receipt.body ?? Buffer.from(payload))

  const sent = textOf(parameters, 'event_type') ?? textOf(parameters, 'eventtype')
  if (sent === null) return refuse('missing', 'the event names no type')
  const at = eventTime(parameters)
  if (at === null) return refuse('time', 'the event does not say when it happened')
  if (at > receivedAt + clockSkewMaxMs) return refuse('future', 'the event has not happened yet')

  const known = taskRouterType(sent)
  const event = neutralEvent(parameters, known, {
    id: toEventId(textOf(parameters, 'sid') ?? textOf(parameters, 'event_sid') ?? madeId(at)),
    source: taskRouterSource,
    road,
    at,
    receivedAt,
    sourceType: known?.type === sent ? null : sent.slice(0, 256),
    payload,
  })
  if (!hasItsIds(event)) return refuse('missing', missingIds(event).join(', '))
  if (event.type === 'unknown') return { kind: 'unknown', event }
  return { kind: 'understood', events: [event, ...closingOfTarget(event)] }

  /** What is known to make an event one when its own sid is missing, whichever road it took. */
  function madeId(moment: Instant): string {
    const about = entityNames.map((name) => idOf(parameters, name)).find((id) => id !== null)
    return [
      textOf(parameters, 'workspace_sid') ?? '',
      known?.type ?? sent,
      about ?? '',
      moment,
    ].join('/')
  }
}

const entityNames = [
  'reservation_sid',
  'task_sid',
  'worker_sid',
  'activity_sid',
  'task_queue_sid',
  'workflow_sid',
  'task_channel_sid',
  'resource_sid',
]

/** The finest clock first: seconds are cut off, and would put an event before what caused it. */
function eventTime(parameters: Parameters): Instant | null {
  return (
    timeOf(parameters, 'timestamp_ms') ??
    timeOf(parameters, 'event_date_ms') ??
    timeOf(parameters, 'timestamp') ??
    timeOf(parameters, 'event_date')
  )
}

/** A transfer to a queue that came to nothing leaves a visit open there, which no event of TaskRouter closes (U28). */
function closingOfTarget(transfer: LedgerEvent): readonly LedgerEvent[] {
  if (transfer.type !== 'task.transfer-canceled' && transfer.type !== 'task.transfer-failed') {
    return []
  }
  if (transfer.toQueue === null) return []
  return [
    {
      ...transfer,
      type: 'task-queue.moved',
      id: toEventId(`${transfer.id}/moved`),
      sourceType: null,
      reservation: null,
      worker: null,
      queue: transfer.toQueue,
      queueName: null,
      toQueue: null,
      cause: 'transfer_canceled',
      payload: null,
    },
  ]
}

import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from './fold-all.ts'

/** One event of each sort, with every kind of value in use: what codecs are tried on. */
export const sampleLogEvents: readonly LedgerEvent[] = [
  anEvent({
    type: 'reservation.accepted',
    id: 'EV0123456789abcdef0123456789abcdef',
    source: 'twilio-taskrouter',
    road: 'callback',
    at: 1_700_000_000_123,
    receivedAt: 1_700_000_000_456,
    sequence: 7,
    account: 'AC0123456789abcdef0123456789abcdef',
    workspace: 'WS0123456789abcdef0123456789abcdef',
    subjects: ['customer-1', 'customer-2'],
    sourceType: 'reservation.accepted',
    task: 'WT0123456789abcdef0123456789abcdef',
    reservation: 'WR0123456789abcdef0123456789abcdef',
    worker: 'WK0123456789abcdef0123456789abcdef',
    workerName: 'Zoë Ångström 😀',
    channel: 'voice',
    direction: 'inbound',
    entry: 'transfer',
    direct: false,
    priority: -3,
    entityVersion: 0,
    requestedAt: 1_699_999_990_000,
    attributes: '{"skills":["billing"]}',
    payload: '{"EventType":"reservation.accepted"}',
  }),
  anEvent({
    type: 'clock.ticked',
    id: 'tick-1700000040000',
    source: 'hub',
    road: 'hub',
    at: 1_700_000_040_000,
    receivedAt: 1_700_000_040_000,
  }),
  anEvent({
    type: 'unknown',
    id: 'EVffffffffffffffffffffffffffffffff',
    source: 'twilio-taskrouter',
    road: 'stream',
    at: 0,
    // avsc takes one less than the largest integer that a number holds exactly.
    receivedAt: Number.MAX_SAFE_INTEGER - 1,
    sourceType: 'task.levitated',
    payload: '',
  }),
]

import type { Instant } from '../../../schemas/events/instant.ts'
import type { LegRecord, TransferRecord } from '../model/chronicle.ts'
import type { CutLeg, CutVisit } from './cut.ts'
import { focusOf } from './focus.ts'
import { sumOf, type Window } from './interval.ts'
import { legColumns, stockColumns } from './leg-columns.ts'
import type { TruthParameters } from './parameters.ts'
import {
  isAllZero,
  type AgentKey,
  type AgentQueueRow,
  type QueueKey,
  type QueueRow,
} from './row.ts'
import { createSlots } from './slots.ts'
import { visitColumns } from './visit-columns.ts'

/** Everything that had happened before `asOf`. */
export interface Cut {
  readonly workspace: string
  readonly visits: readonly CutVisit[]
  readonly legs: readonly CutLeg[]
  readonly transfers: readonly TransferRecord[]
  readonly asOf: Instant
  readonly window: Window
}

export function queueRows(cut: Cut, parameters: TruthParameters): readonly QueueRow[] {
  const { asOf, workspace } = cut
  const slots = createSlots<QueueKey, QueueContent>(cut.window, emptyQueueContent)
  for (const visit of cut.visits) {
    slots.put(keyOf(visit), visit.from, visit.to ?? asOf, ({ visits }) => visits.push(visit))
  }
  for (const leg of cut.legs) {
    slots.put(keyOf(leg), leg.offeredAt, endOf(leg, asOf), ({ legs }) => legs.push(leg))
  }
  for (const transfer of cut.transfers) {
    const key = keyOfRecord(transfer.leg)
    slots.put(key, transfer.at, transfer.at, ({ transfers }) => transfers.push(transfer))
  }
  const rows: QueueRow[] = []
  for (const { key, interval, content } of slots.entries()) {
    const values = {
      ...visitColumns(content.visits, interval, parameters),
      ...legColumns(content.legs, content.transfers, interval),
      ...stockColumns(content.legs, content.visits, interval),
    }
    if (!isAllZero(values))
      rows.push({ workspace, ...key, interval_start: interval.start, ...values })
  }
  return rows
}

export function agentQueueRows(cut: Cut): readonly AgentQueueRow[] {
  const { asOf, workspace } = cut
  const slots = createSlots<AgentKey & QueueKey, QueueContent>(cut.window, emptyQueueContent)
  const desks = createSlots<AgentKey, CutLeg[]>(cut.window, () => [])
  for (const leg of cut.legs) {
    const { agent } = leg
    if (agent === null) continue
    const to = endOf(leg, asOf)
    slots.put({ agent, ...keyOf(leg) }, leg.offeredAt, to, ({ legs }) => legs.push(leg))
    desks.put({ agent }, leg.offeredAt, to, (legs) => legs.push(leg))
  }
  for (const transfer of cut.transfers) {
    const { agent } = transfer.leg
    if (agent === null) continue
    const key = { agent, ...keyOfRecord(transfer.leg) }
    slots.put(key, transfer.at, transfer.at, ({ transfers }) => transfers.push(transfer))
  }
  const focus = new Map<string, ReadonlyMap<CutLeg, number>>()
  for (const { key, interval, content } of desks.entries()) {
    focus.set(`${key.agent}|${interval.start}`, focusOf(content, interval))
  }
  const rows: AgentQueueRow[] = []
  for (const { key, interval, content } of slots.entries()) {
    const share = focus.get(`${key.agent}|${interval.start}`)
    const values = {
      ...legColumns(content.legs, content.transfers, interval),
      focus_tti_ms: sumOf(content.legs, (leg) => share?.get(leg) ?? 0),
    }
    if (!isAllZero(values))
      rows.push({ workspace, ...key, interval_start: interval.start, ...values })
  }
  return rows
}

interface QueueContent {
  readonly visits: CutVisit[]
  readonly legs: CutLeg[]
  readonly transfers: TransferRecord[]
}

function emptyQueueContent(): QueueContent {
  return { visits: [], legs: [], transfers: [] }
}

function keyOf({ queue, channel, direction }: QueueKey): QueueKey {
  return { queue, channel, direction }
}

function keyOfRecord({ queue, task }: LegRecord): QueueKey {
  return { queue, channel: task.channel, direction: task.direction }
}

/** Until when a leg has something to say: its end, or the moment of the cut. */
export function endOf(leg: CutLeg, asOf: Instant): Instant {
  if (leg.handle !== null) return leg.handle.to ?? asOf
  return leg.offerEndedAt ?? asOf
}

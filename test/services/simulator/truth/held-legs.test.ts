import { describe, expect, test } from 'vitest'
import {
  openChronicle,
  type Hold,
  type LegRecord,
  type OpenChronicle,
  type TaskRecord,
} from '../../../../services/simulator/model/chronicle.ts'
import { expectedRows } from '../../../../services/simulator/truth/expected-rows.ts'

// U23: while two agents have accepted, a hold is the giver's until the receiver has accepted, and then both have it.

const start = Date.UTC(2026, 2, 10, 14)
const second = 1_000
const asOf = start + 900_000

describe('a hold that goes over from the giver to the receiver', () => {
  const rows = rowsOf([{ from: 60, to: 80 }], [leg('giver', 10, 100), leg('receiver', 70.5, 200)])

  test('is time on hold of both, each in his own talk', () => {
    expect(rows.map(({ agent, hold_tti_ms }) => [agent, hold_tti_ms])).toEqual([
      ['giver', 20_000],
      ['receiver', 9_500],
    ])
    expect(rows.map(({ talk_tti_ms }) => talk_tti_ms)).toEqual([70_000, 120_000])
  })

  test('was begun by the giver alone, and both have handled with a hold', () => {
    expect(rows.map(({ hold_started_count }) => hold_started_count)).toEqual([1, 0])
    expect(rows.map(({ handled_with_hold_count }) => handled_with_hold_count)).toEqual([1, 1])
  })
})

describe('a hold outside of a talk', () => {
  test('is nobody’s who has not accepted yet, or does not talk any more', () => {
    const [row] = rowsOf(
      [
        { from: 5, to: 10 },
        { from: 120, to: 130 },
      ],
      [leg('one', 20, 100)],
    )
    expect(row).toMatchObject({ hold_tti_ms: 0, hold_started_count: 0, handled_with_hold_count: 0 })
  })

  test('ends with the talk, if nobody takes the customer back', () => {
    const [row] = rowsOf([{ from: 90, to: null }], [leg('one', 20, 100)])
    expect(row).toMatchObject({ hold_tti_ms: 10_000, hold_started_count: 1 })
  })

  test('that begins in the moment of the acceptance has begun in this talk', () => {
    const [row] = rowsOf([{ from: 20, to: 30 }], [leg('one', 20, 100)])
    expect(row).toMatchObject({ hold_tti_ms: 10_000, hold_started_count: 1 })
  })
})

interface Handled {
  readonly agent: string
  readonly acceptedAt: number
  readonly talkEndedAt: number
}

function leg(agent: string, accepted: number, talkEnded: number): Handled {
  const at = (seconds: number): number => start + seconds * second
  return { agent, acceptedAt: at(accepted), talkEndedAt: at(talkEnded) }
}

function rowsOf(
  holds: readonly { readonly from: number; readonly to: number | null }[],
  handled: readonly Handled[],
) {
  const chronicle: OpenChronicle = openChronicle('WS1')
  const at = (seconds: number): number => start + seconds * second
  const task: TaskRecord = {
    ...{ sid: 'WT1', channel: 'voice', direction: 'inbound', createdAt: start },
    ...{ requestedAt: null, endedAt: null },
    customerHolds: holds.map(({ from, to }): Hold => ({
      from: at(from),
      to: to === null ? null : at(to),
    })),
  }
  chronicle.legs.push(
    ...handled.map(({ agent, acceptedAt, talkEndedAt }): LegRecord => ({
      ...{ reservation: `WR-${agent}`, task, agent, queue: 'WQ1', offeredAt: acceptedAt - second },
      offerEnd: { at: acceptedAt, outcome: 'accepted' },
      ...{ wrapupAt: talkEndedAt, completedAt: talkEndedAt + second, holds: [] },
    })),
  )
  return expectedRows(chronicle, asOf).agent_queue_intervals
}

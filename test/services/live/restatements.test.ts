import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hubEvent } from '../../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { completenessSchema } from '../../../schemas/feeds/completeness.ts'
import { intervalsSchema } from '../../../schemas/feeds/intervals.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { restatementsSchema } from '../../../schemas/feeds/restatements.ts'
import { anEvent } from '../../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../../support/hub-with-tables.ts'

const at = (time: string) => Date.parse(`2026-03-10T${time}Z`)

/** A call that waits for so long and is talked with for a minute; the hub is told of it at once, or later. */
function call(task: string, time: string, waitMs: number, receivedAt?: number) {
  const own = { task, channel: 'voice', direction: 'inbound', queue: 'WQ1' }
  const leg = { ...own, reservation: `R${task}`, worker: 'WK1' }
  const began = at(time)
  const steps = [
    ['task.created', own, 0],
    ['task-queue.entered', own, 0],
    ['reservation.created', leg, waitMs],
    ['reservation.accepted', leg, waitMs],
    ['reservation.completed', leg, waitMs + 60_000],
    ['task.completed', own, waitMs + 60_000],
  ] as const
  return steps.map(([type, fields, after], n) => {
    const happened = began + after
    const received = receivedAt ?? happened
    return anEvent({ id: `${task}-${n}`, type, at: happened, receivedAt: received, ...fields })
  })
}

const publication = (
  type: 'interval.finalised' | 'export.delivered',
  time: string,
  until: string,
) =>
  hubEvent({
    ...{ type, id: `${type}:${until}`, at: at(time), table: 'queue_intervals' },
    ...{ since: at('08:00:00'), until: at(until) },
  })

/** Nine to ten is final from three in the afternoon on, and half past ten delivered; then two calls of before are told. */
const events = [
  ...call('WT1', '09:01:00', 10_000),
  ...call('WT2', '10:16:00', 50_000),
  publication('interval.finalised', '15:00:00', '10:00:00'),
  publication('export.delivered', '15:10:00', '10:30:00'),
  ...call('WT3', '09:02:00', 90_000, at('16:00:00')),
  ...call('WT4', '10:20:00', 5_000, at('17:00:00')),
  ...call('WT5', '12:00:00', 5_000, at('17:00:00')),
]

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables()
  await hub.tell(events)
}, 120_000)
afterAll(async () => {
  await hub.close()
})

const ask = (url: string) => hub.app.inject({ url, headers: { host: 'localhost' } })

async function intervals(more: Readonly<Record<string, string>> = {}) {
  const span = { from: '2026-03-10T09:00Z', to: '2026-03-10T13:00Z' }
  const query = { ...span, metrics: 'answered_count,wait_max_ms', percentiles: '90', ...more }
  const answer = await ask(`/v1/intervals/queues?${new URLSearchParams(query).toString()}`)
  return intervalsSchema
    .parse(answer.json())
    .rows.map((row) => [
      row.interval_start.slice(11, 16),
      row.status,
      ...['answered_count', 'wait_max_ms', 'wait_answered_p90_ms'].map((name) => row[name]),
    ])
}

test('rows say how far they have come', async () => {
  expect(await intervals()).toEqual([
    ['09:00', 'final', 2, 90_000, 90_000],
    ['10:15', 'delivered', 2, 50_000, 60_000],
    ['12:00', 'provisional', 1, 5_000, 5_000],
  ])
})

describe('as reported at', () => {
  test.each([
    ['14:59', []],
    ['15:05', [['09:00', 'final', 1, 10_000, 10_000]]],
    [
      '15:30',
      [
        ['09:00', 'final', 1, 10_000, 10_000],
        ['10:15', 'delivered', 1, 50_000, 60_000],
      ],
    ],
    [
      '16:30',
      [
        ['09:00', 'final', 2, 90_000, 90_000],
        ['10:15', 'delivered', 1, 50_000, 60_000],
      ],
    ],
    [
      '17:30',
      [
        ['09:00', 'final', 2, 90_000, 90_000],
        ['10:15', 'delivered', 2, 50_000, 60_000],
      ],
    ],
  ])('%s: what was out by then, and nothing that came later', async (time, rows) => {
    expect(await intervals({ as_reported_at: `2026-03-10T${time}Z` })).toEqual(rows)
  })

  test('a wrong instant is told with everything else that is wrong', async () => {
    const answer = await ask('/v1/intervals/queues?from=x&to=2026-03-10&as_reported_at=noon')
    const { errors } = problemSchema.parse(answer.json())
    expect(answer.statusCode).toBe(400)
    expect(errors?.map(({ field }) => field)).toEqual(['from', 'as_reported_at'])
  })
})

describe('the restatements', () => {
  const day = 'from=2026-03-10&to=2026-03-11'

  test('tell what changed in which part of a row, and by which event', async () => {
    const answer = await ask(`/v1/restatements?${day}&metric=answered_count`)
    const { rows, isWhole } = restatementsSchema.parse(answer.json())
    expect(isWhole).toBe(true)
    expect(
      rows.map((row) => [
        row.interval_start.slice(11, 16),
        Number(row.new) - Number(row.old),
        row.standing,
        row.cause,
      ]),
    ).toEqual([
      ['09:00', 1, 'final', 'WT3-3'],
      ['10:15', 1, 'delivered', 'WT4-3'],
    ])
    expect(rows.map(({ recorded_at }) => recorded_at.slice(11, 16))).toEqual(['16:00', '17:00'])
  })

  test('are of parts; the whole row before and after is what was reported then', async () => {
    const answer = await ask(`/v1/restatements?${day}&metric=wait_max_ms`)
    const { rows } = restatementsSchema.parse(answer.json())
    const whole = async (start: string, instant: number) => {
      const reported = await intervals({ as_reported_at: new Date(instant).toISOString() })
      return reported.find(([of]) => of === start)?.[3]
    }
    const changes = rows.map(async ({ interval_start, recorded_at, ...part }) => {
      const [start, changed] = [interval_start.slice(11, 16), Date.parse(recorded_at)]
      const [before, after] = [await whole(start, changed - 1), await whole(start, changed)]
      return { start, part: [part.old, part.new], row: [before, after] }
    })
    // The second call of each row stands in another shard than the first, and waited longer than it or not.
    expect(await Promise.all(changes)).toEqual([
      { start: '09:00', part: [0, 90_000], row: [10_000, 90_000] },
      { start: '10:15', part: [0, 5_000], row: [50_000, 50_000] },
    ])
  })

  test('are found by what has come since, by cause and by queue', async () => {
    const since = restatementsSchema.parse(
      (await ask(`/v1/restatements?${day}&recorded_after=2026-03-10T16:30Z`)).json(),
    )
    expect(new Set(since.rows.map(({ cause }) => cause.slice(0, 3)))).toEqual(new Set(['WT4']))
    const none = await ask(`/v1/restatements?${day}&queue=WQ2`)
    expect(restatementsSchema.parse(none.json()).rows).toEqual([])
    const csv = await ask(`/v1/restatements?${day}&cause=WT3-3&format=csv`)
    expect(csv.body.split('\r\n')[0]).toContain('interval_start,metric,shard,old,new,standing')
    expect(csv.body).toContain(',wait_max_ms,')
  })

  test('have buckets for histograms', async () => {
    const answer = await ask(`/v1/restatements?${day}&metric=wait_answered_hist&cause=WT3-3`)
    const [row] = restatementsSchema.parse(answer.json()).rows
    const sum = (buckets: unknown) =>
      Array.isArray(buckets) ? buckets.reduce<number>((all, one) => all + Number(one), 0) : null
    expect(Number(sum(row?.new)) - Number(sum(row?.old))).toBe(1)
  })

  test('every fault of a question is named', async () => {
    const answer = await ask('/v1/restatements?from=2026-03-11&to=2026-03-10&zone=Mars&table=tasks')
    expect(answer.statusCode).toBe(400)
    const { errors } = problemSchema.parse(answer.json())
    expect(errors?.map(({ field }) => field).sort()).toEqual(['table', 'zone'])
  })

  test.each([
    ['', ['from', 'to']],
    ['?from=2026-03-10&from=2026-03-11&to=tomorrow', ['from', 'to']],
  ])('what is missing or there twice is told: %s', async (query, fields) => {
    const answer = await ask(`/v1/restatements${query}`)
    const { errors } = problemSchema.parse(answer.json())
    expect(answer.statusCode).toBe(400)
    expect(errors?.map(({ field }) => field).sort()).toEqual(fields)
  })
})

describe('completeness', () => {
  test('of each day of a queue: what is expected, final, not known, and told', async () => {
    const answer = await ask('/v1/completeness?from=2026-03-10&to=2026-03-11')
    expect(completenessSchema.parse(answer.json()).rows).toEqual([
      {
        ...{ date: '2026-03-10', workspace: 'WS1', key: 'WQ1' },
        ...{ expected: 96, final: 8, provisional: 88, unknown: 0, busy: 3 },
      },
    ])
  })

  test('a day on which clocks change has another number of intervals', async () => {
    const told = async (query: string) => {
      const answer = await ask(`/v1/completeness?${query}`)
      return completenessSchema.parse(answer.json()).rows.map(({ expected }) => expected)
    }
    await hub.append(call('WT6', '00:00:00', 1_000).map((event) => onDay(event, -2)))
    await hub.inStep()
    expect(await told('from=2026-03-08&to=2026-03-09&zone=America/New_York')).toEqual([92])
    expect(await told('from=2026-03-08&to=2026-03-09&zone=Asia/Tokyo')).toEqual([96])
  })

  test('every fault of a question is named', async () => {
    const answer = await ask('/v1/completeness?from=2026-03-11&to=2026-03-10&table=tasks')
    expect(answer.statusCode).toBe(400)
    const { errors } = problemSchema.parse(answer.json())
    expect(errors?.map(({ field }) => field).sort()).toEqual(['table', 'to'])
  })
})

function onDay(event: LedgerEvent, days: number): LedgerEvent {
  // At five in the morning, which is midnight in New York.
  const by = days * 86_400_000 + 5 * 3_600_000
  return { ...event, at: event.at + by, receivedAt: at('20:00:00') }
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { arbitraryLog, instantIn, logEnd, logStart } from '../support/arbitrary-log.ts'
import { anEvent, foldAll, foldArriving } from '../support/fold-all.ts'
import { expectLaws } from '../support/laws.ts'
import { byName } from '../support/row-names.ts'
import { arbitraryCourse, runSharded, tickAt } from '../support/sharded-run.ts'

const [minuteMs, hourMs] = [60_000, 3_600_000]

const limitsAt = (at: number, limits: Record<string, unknown>): LedgerEvent =>
  hubEvent({ type: 'definitions.set', id: `DE${at}`, at, attributes: JSON.stringify({ limits }) })

/** So short that they run out within the log, often before the truth comes, and change in the middle of it. */
const definitions = [
  limitsAt(0, {
    ...{ offerMs: minuteMs, wrapupMs: 5 * minuteMs, taskMs: 2 * hourMs },
    handleMs: { voice: 30 * minuteMs },
  }),
  limitsAt(logStart + 3 * hourMs, { offerMs: 5_000, wrapupMs: minuteMs, taskMs: hourMs }),
]

/** Chats of customers who come back, hours later as often as at once; few of them ever end, and some are heard of again. */
const returns = fc
  .array(
    fc.record({
      conversation: fc.constantFrom('CH0', 'CH8', 'CH9', null),
      begun: fc.integer({ min: 0, max: 10 * hourMs }),
      heard: fc.array(
        fc.record({
          type: fc.constantFrom('task.updated', 'task-queue.entered', 'task.completed'),
          after: fc.constantFrom(0, 20_000, 10 * minuteMs, hourMs, 2 * hourMs, 5 * hourMs),
          conversation: fc.constantFrom('CH0', 'CH8', 'CH9', null),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 5 },
  )
  .map((chats) =>
    chats.flatMap(({ conversation, begun, heard }, n) => {
      const task = { task: `WTB${n}`, channel: 'chat', direction: 'inbound' }
      const at = logStart + begun
      return [
        anEvent({ ...task, type: 'task.created', id: `back${n}`, conversation, at }),
        ...heard.map(({ after, ...told }, each) =>
          anEvent({ ...task, ...told, id: `back${n}-${each}`, queue: 'chat', at: at + after }),
        ),
      ]
    }),
  )

/** Any log that lacks still more ends than those of which some are lost. */
const endless = fc
  .tuple(arbitraryLog, fc.integer({ min: 1, max: 4 }), returns)
  .map(([events, n, chats]) => [
    ...definitions,
    ...events.filter(({ type, at }) => !isEnd(type) || at % (n + 1) === 0),
    ...chats,
  ])

function isEnd(type: string): boolean {
  return type === 'reservation.completed' || type === 'task.completed' || type === 'task.deleted'
}

/** Days later: all that could run out has. */
const asOf = logEnd + 30 * hourMs

/** An order in which events come, with borders between what is known at a time. */
const arriving = endless.chain((events) =>
  fc.record({
    events: fc.constant(events),
    arrived: fc.shuffledSubarray([...events], { minLength: events.length }),
    cuts: fc.array(fc.nat({ max: Math.max(1, events.length) }), { maxLength: 4 }),
    instant: fc.oneof(fc.constant(asOf), fc.integer({ min: logStart, max: asOf })),
  }),
)

test('the laws hold where timers run out, and in the end nothing is open', () => {
  let fired = 0
  const looked = endless.chain((events) => fc.tuple(fc.constant(events), instantIn(events, asOf)))
  fc.assert(
    fc.property(looked, ([events, instant]) => {
      expectLaws(foldAll(events, instant), instant)
      const rows = foldAll(events, asOf)
      for (const table of ['contacts', 'queue_visits', 'segments']) {
        for (const row of rows.get(table) ?? []) {
          expect(row['is_open'], JSON.stringify(row)).toBe(false)
          if (JSON.stringify(row['anomalies']).includes('forced')) fired++
        }
      }
    }),
    { numRuns: 25 },
  )
  expect(fired).toBeGreaterThan(20)
})

test('what ran out before the truth was known changes no row', () => {
  fc.assert(
    fc.property(arriving, ({ events, arrived, cuts, instant }) => {
      const borders = [0, ...[...cuts].sort((a, b) => a - b), events.length]
      const parts = borders.map((border, n) => arrived.slice(border, borders[n + 1]))
      expect(byName(foldArriving(parts, instant))).toEqual(byName(foldAll(events, instant)))
    }),
    { numRuns: 25 },
  )
})

test('timers run out alike in whatever shards, batches, restarts and crashes', async () => {
  const ticks = fc.array(fc.integer({ min: logStart, max: asOf }).map(tickAt), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(
      arriving,
      ticks,
      arbitraryCourse,
      async ({ events, arrived }, ticked, course) => {
        const all = ticked.reduce<readonly LedgerEvent[]>((log, tick, n) => {
          const place = (n * 7 + 3) % (log.length + 1)
          return [...log.slice(0, place), tick, ...log.slice(place)]
        }, arrived)
        expect(byName(await runSharded(all, asOf, course))).toEqual(byName(foldAll(events, asOf)))
      },
    ),
    { numRuns: 8 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { foldAll, foldArriving } from '../support/fold-all.ts'
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

/** Any log that lacks still more ends than those of which some are lost. */
const endless = fc
  .tuple(arbitraryLog, fc.integer({ min: 1, max: 4 }))
  .map(([events, n]) => [
    ...definitions,
    ...events.filter(({ type, at }) => !isEnd(type) || at % (n + 1) === 0),
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
  }),
)

test('the laws hold where timers run out, and in the end nothing is open', () => {
  let fired = 0
  fc.assert(
    fc.property(endless, fc.integer({ min: logStart, max: asOf }), (events, instant) => {
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
    fc.property(arriving, ({ events, arrived, cuts }) => {
      const borders = [0, ...[...cuts].sort((a, b) => a - b), events.length]
      const parts = borders.map((border, n) => arrived.slice(border, borders[n + 1]))
      expect(byName(foldArriving(parts, asOf))).toEqual(byName(foldAll(events, asOf)))
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

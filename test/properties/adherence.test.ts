import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adherenceSchema } from '../../schemas/events/adherence.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { countedOn } from '../../client/state.ts'
import { agentDay } from '../../services/live/adherence-day.ts'
import { changesAt, isNews } from '../../services/live/adherence-news.ts'
import { adherenceIntervals } from '../../services/projections/adherence-intervals.ts'
import { adherenceSpans } from '../../services/projections/adherence-spans.ts'
import { quarterHourMs } from '../../services/time/interval.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { measuredTime, statesOf, type PlannedDay } from '../support/measured-time.ts'
import { shiftedEvents } from '../support/shifted.ts'

const minute = 60_000

const parameters = fc
  .record({
    graceMs: fc.constantFrom(0, minute, 15 * minute),
    graceMode: fc.constantFrom('all_or_nothing', 'deduct'),
    workOverridesActivity: fc.boolean(),
  })
  .map((own) =>
    adherenceSchema.parse({
      activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK', Meeting: 'MEETING' },
      accept: { MEETING: ['MEETING', 'ON_QUEUE'] },
      productiveCodes: ['ON_QUEUE'],
      ...own,
    }),
  )

const code = fc.constantFrom('ON_QUEUE', 'BREAK', 'MEETING')

/** Whole minutes and odd milliseconds from before the log's beginning on. */
const stretch = fc
  .tuple(
    fc.integer({ min: -60, max: 500 }),
    fc.constantFrom(0, 1, 59_999),
    fc.nat({ max: 120 * minute }),
  )
  .map(([minutes, ms, length]) => {
    const from = logStart + minutes * minute + ms
    return { from, to: from + length }
  })

/** One segment after the other, some with nothing between. */
const schedule = fc
  .array(
    fc.record({
      length: fc.nat({ max: 90 }),
      pause: fc.constantFrom(0, 0, 10),
      code,
      tracked: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((segments) => {
    let at = logStart
    return segments.map(({ length, pause, ...own }) => {
      const from = at + pause * minute
      at = from + length * minute
      return { from, to: at, ...own }
    })
  })

const plan = fc.record({
  schedule,
  exceptions: fc.array(
    fc.oneof(
      fc
        .tuple(stretch, code)
        .map(([span, own]) => ({ ...span, kind: 'replace' as const, code: own })),
      fc
        .tuple(stretch, fc.constantFrom('exclude', 'excuse'))
        .map(([span, kind]) => ({ ...span, kind })),
    ),
    { maxLength: 4 },
  ),
  gaps: fc.array(stretch, { maxLength: 2 }),
})

const asOf = fc.integer({ min: logStart, max: logEnd })

type Planned = Omit<PlannedDay, 'states' | 'read'>

function rowsOf(
  events: readonly LedgerEvent[],
  until: number,
  own: Planned,
  by: Parameters<typeof measuredTime>[1],
  byMs = 0,
) {
  const ofAnn = events.filter(({ worker }) => worker === 'ann')
  const read = { from: logStart + byMs, to: logStart + byMs + 20 * 60 * minute }
  const day = { ...own, read, states: statesOf('ann', ofAnn, until) }
  const final = adherenceSpans(measuredTime(day, by), 0, until, null)
  return [...adherenceIntervals('ann', { final, known: [] }, quarterHourMs).values()]
}

test('what is scheduled is adherent or not, and what is not measured is told', () => {
  fc.assert(
    fc.property(arbitraryLog, plan, parameters, asOf, (events, own, chosen, until) => {
      const rows = rowsOf(events, until, own, chosen)
      const isReplaced = own.exceptions.some(({ kind }) => kind === 'replace')
      for (const { values } of rows) {
        const n = (name: string) => values[name] ?? 0
        expect(n('adherent_ms') + n('nonadherent_ms')).toBe(n('scheduled_ms'))
        expect(n('graced_ms') + n('excused_ms')).toBeLessThanOrEqual(n('adherent_ms'))
        expect(n('adherent_raw_ms')).toBeLessThanOrEqual(n('scheduled_raw_ms'))
        expect(n('conf_scheduled_ms')).toBeLessThanOrEqual(n('scheduled_ms'))
        if (!isReplaced) {
          const measured = n('scheduled_ms') + n('excluded_ms') + n('unknown_ms')
          expect(measured).toBe(n('scheduled_raw_ms'))
        }
        for (const value of Object.values(values)) {
          expect(value).toBeGreaterThan(0)
          expect(value).toBeLessThanOrEqual(quarterHourMs)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('events, schedule and exceptions shifted by whole intervals make the same rows, shifted', () => {
  fc.assert(
    fc.property(
      arbitraryLog,
      plan,
      parameters,
      asOf,
      fc.integer({ min: -999, max: 999 }),
      (events, own, chosen, until, intervals) => {
        const byMs = intervals * quarterHourMs
        const later = <T extends { from: number; to: number }>(spans: readonly T[]) =>
          spans.map((span) => ({ ...span, from: span.from + byMs, to: span.to + byMs }))
        const shifted = {
          schedule: later(own.schedule),
          exceptions: later(own.exceptions),
          gaps: later(own.gaps),
        }
        const found = rowsOf(shiftedEvents(events, byMs), until + byMs, shifted, chosen, byMs)
        const back = found.map(({ key, values }) => {
          return { key: { ...key, interval_start: Number(key['interval_start']) - byMs }, values }
        })
        expect(back).toEqual(rowsOf(events, until, own, chosen))
      },
    ),
    { numRuns: 50 },
  )
})

test('up to where it is said that time alone changes something, a day is what goes on counted on, and no news', () => {
  const later = fc.integer({ min: 0, max: 30 * minute })
  fc.assert(
    fc.property(
      arbitraryLog,
      plan,
      parameters,
      asOf,
      later,
      (events, own, chosen, told, passed) => {
        const ofAnn = events.filter(({ worker, at }) => worker === 'ann' && at <= told)
        const read = { from: logStart, to: logStart + 20 * 60 * minute }
        const time = measuredTime({ ...own, read, states: statesOf('ann', ofAnn, told) }, chosen)
        const dayAt = (now: number) => {
          const day = { ...read, now, tablesAsOf: null }
          const planned = { agent: 'ann', workspace: 'WS1', time }
          return { day, agent: agentDay(planned, undefined, day, chosen.graceMs) }
        }
        const before = dayAt(told)
        const border = changesAt({ day: before.day, agents: [before.agent] })
        const after = dayAt(Math.max(told, Math.min(told + passed, border - 1)))
        const { now } = before.agent
        expect(countedOn({ ...now, asOf: told }, after.day.now)).toEqual(after.agent.now.today)
        expect(isNews(now, told, after.agent, after.day)).toBe(false)
      },
    ),
    { numRuns: 200 },
  )
})

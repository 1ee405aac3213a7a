import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { intervalTables, isIntervalTable } from '../../schemas/metrics/catalogue.ts'
import { topicOfTable } from '../../services/log/topics.ts'
import { learn, nothingKnown } from '../../services/projections/definitions.ts'
import { standing } from '../../services/projections/published.ts'
import type { Written } from '../../services/runner/changes.ts'
import { quarterHourMs as intervalMs } from '../../services/time/interval.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import {
  arbitraryCourse,
  recordRun,
  replayRun,
  tickAt,
  type RecordedRun,
  type ShardLog,
} from '../support/sharded-run.ts'

const intervals = fc.integer({ min: 0, max: 36 }).map((count) => logStart + count * intervalMs)

/** A table becomes final up to an instant, or a stretch of it leaves the house. */
const publication = fc
  .record({
    table: fc.constantFrom(...intervalTables),
    type: fc.constantFrom('interval.finalised' as const, 'export.delivered' as const),
    ends: fc.tuple(intervals, intervals),
    id: fc.nat(),
  })
  .map(({ table, type, ends: [a, b], id }) => {
    const since = type === 'interval.finalised' ? logStart : Math.min(a, b)
    return hubEvent({
      ...{ type, id: `${type}:${id}`, at: logEnd },
      ...{ table, since, until: Math.max(a, b) },
    })
  })

/** A log of which parts are published while more of it comes in; each record is received a minute after the one before. */
const published = fc
  .tuple(arbitraryLog, fc.array(publication, { minLength: 1, maxLength: 5 }), fc.option(intervals))
  .chain(([log, publications, definedAt]) => {
    const definitions =
      definedAt === null
        ? []
        : [hubEvent({ type: 'definitions.set', id: 'DE', at: definedAt, attributes: sharper })]
    const ticks = [1, 3, 5, 7].map((hour) => tickAt(logStart + hour * 3_600_000))
    const all: readonly LedgerEvent[] = [...log, ...publications, ...definitions, ...ticks]
    return fc.shuffledSubarray([...all], { minLength: all.length })
  })
  .map((events) => events.map((event, n) => ({ ...event, receivedAt: logEnd + n * 60_000 })))

const sharper = JSON.stringify({ slThresholdMs: 60_000, activities: { Meeting: 'available' } })

test('what is said of a change is the same in whatever batches, and however often, the ledger is read', async () => {
  await fc.assert(
    fc.asyncProperty(published, arbitraryCourse, async (events, course) => {
      const { written, logs } = await recordRun(events, logEnd, course)
      expect(restatementsOf(await replayRun(logs, course.steps))).toEqual(restatementsOf(written))
      expect(restatementsOf(await replayRun(logs))).toEqual(restatementsOf(written))
    }),
    { numRuns: 15 },
  )
})

test('taken back, restatements give what was published as it stood at any instant', async () => {
  let compared = 0
  await fc.assert(
    fc.asyncProperty(published, arbitraryCourse, fc.nat(), async (events, course, chance) => {
      const run = await recordRun(events, logEnd, course)
      const instant = logEnd + (chance % (events.length + 1)) * 60_000
      const before = run.logs.map((log) => upTo(log, instant))
      const then = cellsOf(await replayRun(before))
      const now = takenBack(run, instant)
      for (const { shard, records } of before) {
        const known = records.map(({ event }) => event).reduce(learn, nothingKnown)
        for (const name of new Set([...then.keys(), ...now.keys()])) {
          const [table = '', own, from = ''] = name.split(' ')
          if (
            !isIntervalTable(table) ||
            topicOfTable[table] !== shard.topic ||
            own !== String(shard.partition)
          )
            continue
          const interval = { from: Number(from), to: Number(from) + intervalMs }
          if (standing(known.published, table, interval) === null) continue
          compared++
          expect([name, now.get(name) ?? '0']).toEqual([name, then.get(name) ?? '0'])
        }
      }
    }),
    { numRuns: 25 },
  )
  expect(compared).toBeGreaterThan(100)
})

function restatementsOf(written: readonly Written[]): readonly string[] {
  return written
    .filter(({ table }) => table === 'restatements')
    .map(({ key, values, version }) => JSON.stringify([key, values, version]))
    .sort()
}

/** The part of a shard that the ledger had by then. */
function upTo({ shard, records }: ShardLog, instant: Instant): ShardLog {
  let recorded = 0
  return {
    shard,
    records: records.filter(({ event }) => {
      recorded = Math.max(recorded, event.receivedAt)
      return recorded <= instant
    }),
  }
}

/** What the parts of rows say, by table, shard, interval, key and column. */
function cellsOf(written: readonly Written[]): Map<string, string> {
  const cells = new Map<string, string>()
  for (const { table, key, values } of written) {
    if (!isIntervalTable(table)) continue
    for (const [column, value] of Object.entries(values ?? {})) {
      cells.set(nameOf(table, key, column), textOf(value))
    }
  }
  return cells
}

function takenBack({ written }: RecordedRun, instant: Instant): Map<string, string> {
  const cells = cellsOf(written)
  const later = written
    .filter(({ table, values }) => {
      return table === 'restatements' && Number(values?.['recorded_at']) > instant
    })
    .sort((a, b) => b.version - a.version)
  for (const { key, values } of later) {
    const { table_name, column_name, ...own } = key
    const old = values?.['old_hist']
    const isHistogram = Array.isArray(old) && old.length > 0
    cells.set(
      nameOf(String(table_name), own, String(column_name)),
      textOf(isHistogram ? old : values?.['old_value']),
    )
  }
  return cells
}

function nameOf(table: string, key: Written['key'], column: string): string {
  const { shard = 0, interval_start = 0, ...own } = key
  const parts = Object.entries(own).filter(([name, value]) => name !== 'position' && value !== '')
  return [table, shard, interval_start, JSON.stringify(parts.sort()), column].join(' ')
}

/** A histogram of zeros is no different from none. */
function textOf(value: unknown): string {
  if (!Array.isArray(value)) return String(value)
  return value.every((count) => count === 0) ? '0' : value.join(' ')
}

import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { BrokenStory, Gap, SilentSource, SourceHeard } from './gaps.ts'

/** What the ledger says about its sources, asked of the table `events`. */
export interface Observations {
  /** When each source was last heard before an instant, by a road of its own. */
  heardBefore(now: Instant): Promise<readonly SourceHeard[]>
  /** What may be expected of sources since they fell silent. */
  expectations(silent: readonly SourceHeard[], now: Instant): Promise<readonly SilentSource[]>
  /** Every gap of the last thirty days as it stands now. */
  gaps(now: Instant): Promise<readonly Gap[]>
  /** Of each table that has ever been final, the stretch that is. */
  finalised(): Promise<ReadonlyMap<string, Span>>
  /** When the hub first ran; null before its tables tell of it. */
  firstTick(): Promise<Instant | null>
  /** When a source was first heard after an instant. */
  firstHeardAfter(source: string, after: Instant): Promise<Instant | null>
  /** Workers whose activity has changed in between, of which no event tells. */
  brokenStories(from: Instant, to: Instant): Promise<readonly BrokenStory[]>
}

const dayMs = 86_400_000
const rememberedMs = 30 * dayMs
const weeks = [1, 2, 3, 4]

/** What was read again, or made here, does not show that a source speaks. */
const spoken = `road NOT IN ('rest', 'hub') AND topic != 'ledgerline.dead-letters'`
/** An event stands under several entities, and is one. */
const distinct = (condition: string) => `toUInt32(uniqIf(id, ${condition}))`
const ms = (column: string) => `toUnixTimestamp64Milli(${column})`
const at = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64})`

export function createObservations(warehouse: Warehouse): Observations {
  async function expectation(heard: SourceHeard, now: Instant): Promise<SilentSource> {
    const { source, lastReceivedAt } = heard
    // Longer says no more, and would ask for more of the table.
    const from = Math.max(lastReceivedAt, now - dayMs)
    const week = (count: number) => `INTERVAL ${7 * count} DAY`
    const counts = weeks.map(
      (count) =>
        `${distinct(`source = {source:String} AND received_at > ${at('from')} - ${week(count)} AND received_at <= ${at('now')} - ${week(count)}`)} AS week${count}`,
    )
    const rows = await warehouse.query(
      `SELECT ${counts.join(', ')},
         ${ms('min(received_at)')} AS first,
         ${distinct(`source = {source:String} AND received_at > ${at('from')} - INTERVAL 1 DAY AND received_at <= ${at('from')}`)} AS own_last_day,
         ${distinct(`source != {source:String} AND received_at > ${at('from')} - INTERVAL 1 DAY AND received_at <= ${at('from')}`)} AS others_last_day,
         ${distinct(`source != {source:String} AND received_at > ${at('from')} AND received_at <= ${at('now')}`)} AS others_since
       FROM events WHERE ${spoken} AND at > ${at('since')}`,
      { source, from, now, since: now - rememberedMs },
    )
    const row = z.array(expectationRow).parse(rows)[0]
    if (row === undefined) return { ...heard, ...nothingExpected }
    // A week of which the ledger knows nothing says nothing of a habit.
    const known = weeks.filter((count) => row.first <= from - 7 * count * dayMs)
    const byWeek = [row.week1, row.week2, row.week3, row.week4]
    return {
      ...heard,
      weeksBefore: known.map((count) => byWeek[count - 1] ?? 0),
      ownLastDay: row.own_last_day,
      othersLastDay: row.others_last_day,
      othersSince: row.others_since,
    }
  }

  return {
    async heardBefore(now) {
      const rows = await warehouse.query(
        `SELECT source, ${ms('max(received_at)')} AS last FROM events
         WHERE ${spoken} AND at > ${at('since')} AND received_at <= ${at('now')} GROUP BY source`,
        { now, since: now - rememberedMs },
      )
      return z
        .array(z.object({ source: z.string(), last: z.int() }))
        .parse(rows)
        .map(({ source, last }) => ({ source, lastReceivedAt: last }))
    },
    expectations: (silent, now) => Promise.all(silent.map((heard) => expectation(heard, now))),
    async gaps(now) {
      const rows = await warehouse.query(
        `SELECT source, ${ms('gap_from')} AS began, ${ms('max(gap_to)')} AS ended,
           argMax(status, (status != 'open', received_at)) AS standing,
           argMin(reason, received_at) AS cause
         FROM events
         WHERE topic = 'ledgerline.config' AND type = 'source.gap' AND gap_from IS NOT NULL
           AND gap_from > ${at('since')}
         GROUP BY source, gap_from ORDER BY began, source`,
        { since: now - rememberedMs },
      )
      return z
        .array(gapRow)
        .parse(rows)
        .map(({ source, began, ended, standing, cause }) => ({
          ...{ source, from: began, to: ended, status: standing, reason: cause ?? '' },
        }))
    },
    async finalised() {
      const rows = await warehouse.query(
        `SELECT table_name, ${ms('min(since)')} AS began, ${ms('max(until)')} AS ended
         FROM finalised_intervals FINAL GROUP BY table_name`,
      )
      const spans = z
        .array(z.object({ table_name: z.string(), began: z.int(), ended: z.int() }))
        .parse(rows)
      return new Map(spans.map((row) => [row.table_name, { from: row.began, to: row.ended }]))
    },
    async firstTick() {
      const rows = await warehouse.query(
        `SELECT ${ms('min(at)')} AS first FROM events WHERE type = 'clock.ticked' HAVING count() > 0`,
      )
      return z.array(z.object({ first: z.int() })).parse(rows)[0]?.first ?? null
    },
    async firstHeardAfter(source, after) {
      const rows = await warehouse.query(
        `SELECT ${ms('min(received_at)')} AS first FROM events
         WHERE ${spoken} AND source = {source:String} AND at > ${at('since')}
           AND received_at > ${at('after')} HAVING count() > 0`,
        { source, after, since: after - rememberedMs },
      )
      return z.array(z.object({ first: z.int() })).parse(rows)[0]?.first ?? null
    },
    async brokenStories(from, to) {
      const rows = await warehouse.query(
        `SELECT of_source AS source, ${ms('told_before')} AS after, ${ms('happened')} AS before FROM (
           SELECT of_source, happened, came_from, row_number() OVER story AS place,
             lagInFrame(went_to) OVER story AS was_in, lagInFrame(happened) OVER story AS told_before
           FROM (
             SELECT id, any(e.entity) AS of_worker, any(e.source) AS of_source, any(e.at) AS happened,
               any(e.entity_version) AS version, any(e.activity) AS went_to,
               any(e.previous_activity) AS came_from
             FROM events AS e
             WHERE e.topic = 'ledgerline.workers' AND e.type = 'worker.activity.update'
               AND e.at > ${at('since')} AND e.at <= ${at('to')} GROUP BY id)
           WINDOW story AS (PARTITION BY of_worker ORDER BY happened, version, id
             ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
         WHERE place > 1 AND happened > ${at('from')} AND came_from IS NOT NULL
           AND was_in IS NOT NULL AND was_in != came_from`,
        { from, to, since: from - dayMs },
      )
      return z.array(z.object({ source: z.string(), after: z.int(), before: z.int() })).parse(rows)
    },
  }
}

const nothingExpected = { weeksBefore: [], ownLastDay: 0, othersLastDay: 0, othersSince: 0 }

const expectationRow = z.object({
  week1: z.int(),
  week2: z.int(),
  week3: z.int(),
  week4: z.int(),
  first: z.int(),
  own_last_day: z.int(),
  others_last_day: z.int(),
  others_since: z.int(),
})

const gapRow = z.object({
  source: z.string(),
  began: z.int(),
  ended: z.int().nullable(),
  standing: z.enum(['open', 'filled', 'empty']),
  cause: z.string().nullable(),
})

import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import { placementsOf } from '../../services/log/topics.ts'
import { wholeTime } from '../../services/projections/agent-story.ts'
import { workerFold } from '../../services/projections/all.ts'
import { learn, nothingKnown } from '../../services/projections/definitions.ts'
import { withEvents } from '../../services/projections/timeline.ts'
import { asOfEntity } from '../../services/runner/entity.ts'
import { slim } from '../../services/runner/slim.ts'
import { arbitraryLog } from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'
import { runFeed, type FeedStep } from '../support/feed-run.ts'
import type { PlainRow } from '../support/fold-all.ts'
import { tickAt } from '../support/sharded-run.ts'
import { tempFolder } from '../support/temp-folder.ts'

const hourMs = 3_600_000

const arrivals = fc
  .tuple(arbitraryLog.chain(withAttributes), arbitraryMappings)
  .chain(([log, mappings]) => {
    const events = [...log, ...mappings]
    const ats = events.map(({ at }) => at)
    const asOf = Math.max(...ats) + hourMs
    const ticks = fc
      .array(fc.integer({ min: Math.min(...ats), max: asOf }), { maxLength: 6 })
      .map((instants) => instants.map(tickAt))
    return fc.record({
      events: fc.constant(events),
      asOf: fc.constant(asOf),
      arrived: fc.oneof(
        // In the order of time, as most of life is, or in none.
        ticks.map((those) => [...events, ...those].sort((a, b) => a.at - b.at)),
        ticks.chain((those) =>
          fc.shuffledSubarray([...events, ...events, ...those], { minLength: events.length }),
        ),
      ),
    })
  })

const steps: fc.Arbitrary<readonly FeedStep[]> = fc.array(
  fc.record({
    appended: fc.nat({ max: 12 }),
    batchMax: fc.integer({ min: 1, max: 20 }),
    then: fc.constantFrom('go on', 'meanwhile', 'stop', 'crash'),
    passesMs: fc.constantFrom(0, 0, 30_000, 1_200_000),
  }),
  { maxLength: 30 },
)

test('whatever the batches, stops and kills, an agent’s numbers go up by one, and the last state is the table’s', async () => {
  let told = 0
  await fc.assert(
    fc.asyncProperty(arrivals, steps, async ({ events, asOf, arrived }, course) => {
      const folder = await tempFolder()
      const log = await openEmbeddedLog({ folder: join(folder.path, 'log'), partitions: 1 })
      try {
        const all = [...arrived, ...events.filter((event) => !arrived.includes(event))]
        const file = join(folder.path, 'shard.sqlite')
        const last = { event: tickAt(asOf), now: asOf }
        const feed = await runFeed(log, file, all, course, last)
        told += feed.length
        const newest = new Map<string, (typeof feed)[number]>()
        for (const state of feed) {
          const name = `${state.target} ${state.agent}`
          const before = newest.get(name)
          expect(state.sequence).toBe((before?.sequence ?? 0) + 1)
          expect(state.left).toEqual(before?.state ?? null)
          const { since, state: now } = state
          expect({ since, now }).not.toEqual({ since: before?.since, now: before?.state })
          newest.set(name, state)
        }
        const open = openRows(events, asOf)
        expect(
          [...newest.values()]
            .map(({ target, agent, since, state }) => ({
              ...{ target, agent, since, code: state.code, reason: state.reason ?? '' },
              ...{ text: state.text, loggedOn: state.loggedOn, paid: state.paid },
            }))
            .sort(byName),
        ).toEqual(
          open
            .map((row) => ({
              ...{ target: row['target'], agent: row['agent'], since: row['started_at'] },
              ...{ code: row['code'], reason: row['reason'], text: row['text'] },
              ...{ loggedOn: row['is_logged_on'], paid: row['is_paid'] },
            }))
            .sort(byName),
        )
      } finally {
        await log.close()
        await folder.remove()
      }
    }),
    { numRuns: 20, endOnFailure: true },
  )
  // As many as it takes for the law to say something, whatever the seed.
  expect(told).toBeGreaterThan(40)
})

/** The stretches in the table that go on, of the workers' timelines alone. */
function openRows(events: readonly LedgerEvent[], asOf: Instant): readonly PlainRow[] {
  const knowledge = events.reduce(learn, nothingKnown)
  const agents = new Map<string, LedgerEvent[]>()
  for (const event of events) {
    for (const { topic, key, everywhere } of placementsOf(event)) {
      if (topic !== workerFold.topic || everywhere) continue
      agents.set(key, [...(agents.get(key) ?? []), event])
    }
  }
  return [...agents].flatMap(([agent, own]) => {
    const timeline = withEvents([], own.map(slim))
    const then = asOfEntity(timeline, asOf)
    const { rows } = workerFold.contribution(agent, timeline, wholeTime, knowledge, then)
    return [...rows.values()]
      .filter(({ table, values }) => table === 'agent_wfm_states' && values['is_open'] === true)
      .map(({ key, values }) => ({ ...key, ...values }))
  })
}

function byName(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}

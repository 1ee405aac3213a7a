import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../../schemas/events/mapping.ts'
import { toMappingEvent } from '../../../services/definitions/mapping-event.ts'
import { workerFold } from '../../../services/projections/all.ts'
import { withEvents } from '../../../services/projections/timeline.ts'
import type { Arrival } from '../../../services/runner/arrivals.ts'
import { createShardFold } from '../../../services/runner/shard-fold.ts'
import { openShardStore, type ShardStore } from '../../../services/runner/shard-store.ts'
import { slim } from '../../../services/runner/slim.ts'
import { isOfWindow, type LoadTimelines } from '../../../services/runner/timelines.ts'
import { anEvent, foldAll } from '../../support/fold-all.ts'
import { tickAt } from '../../support/sharded-run.ts'

const hourMs = 3_600_000
const start = Date.parse('2026-03-10T08:00:00Z')
const shard = { topic: 'ledgerline.workers', partition: 0 } as const

function change(hours: number, activity: string, attributes: string | null = null): LedgerEvent {
  return anEvent({
    ...{ id: `EV${hours}`, type: 'worker.activity.update', worker: 'WK1', attributes },
    ...{ activity, activityName: activity, at: start + hours * hourMs },
  })
}

const events = [
  change(0, 'Available', '{"reason":"lunch"}'),
  change(1, 'Break'),
  change(30, 'Available'),
  change(40, 'Break'),
]

const mapping = mappingFileSchema.parse({
  target: 'calabrio',
  rules: [
    {
      when: { activity: ['Break'], reason: ['lunch'] },
      give: { code: 'LUNCH', class: 'signed_on' },
    },
    { when: { activity: ['Available'] }, give: { code: 'READY', class: 'available' } },
  ],
})

/** As a hub leaves it that knew of no mappings. */
function olderStore(store: ShardStore): ShardStore {
  const older = (window: string | null) =>
    window?.replace(/,"moments":\{"attributesBy":[^[]*\[\]\}/, '') ?? null
  return {
    ...store,
    entity(name) {
      const entry = store.entity(name)
      return entry === null ? null : { ...entry, window: older(entry.window) }
    },
    openEntities: () =>
      store.openEntities().map((entry) => ({ ...entry, window: older(entry.window) })),
    chapterAt(name, at) {
      const chapter = store.chapterAt(name, at)
      return chapter === null ? null : { ...chapter, window: older(chapter.window) ?? '' }
    },
  }
}

test.each([0, 20, 45])(
  'a hub goes on with what one left that knew of no mappings, and maps as if it always had: from hour %i',
  async (hours) => {
    const log: Arrival[] = []
    const arrive = (event: LedgerEvent, entity: string) => {
      const arrival = { event: slim(event), entity, position: log.length + 1 }
      log.push(arrival)
      return arrival
    }
    const load: LoadTimelines = (_shard, wanted, position) =>
      Promise.resolve(
        new Map(
          wanted.map(({ entity, window }) => {
            const own = log.filter((one) => one.entity === entity && one.position < position)
            const needed = own.map(({ event }) => event).filter((one) => isOfWindow(one, window))
            return [entity, withEvents([], needed)] as const
          }),
        ),
      )
    const store = openShardStore(':memory:', 1)
    const before = createShardFold(shard, workerFold, store, load)
    const asOf = start + 50 * hourMs
    const arrivals = [...events.map((event) => arrive(event, 'WK1')), arrive(tickAt(asOf), '')]
    await before.take(arrivals, false)
    store.commit({ ...before.collect().commit, epoch: 1, nextOffset: arrivals.length })

    const older = olderStore(store)
    expect(store.entity('WK1')?.window).toContain('"moments"')
    expect(older.entity('WK1')?.window).not.toContain('"moments"')
    const after = createShardFold(shard, workerFold, older, load)
    const set = toMappingEvent({
      ...{ mapping, version: 1, from: start + hours * hourMs, now: asOf },
    })
    await after.take([arrive(set, '')], false)
    const written = after
      .collect()
      .rows.filter(({ table }) => table === 'agent_wfm_states')
      .map(({ key, values }) => ({ ...key, ...values }))
    store.close()
    expect(written).toEqual(foldAll([...events, set], asOf).get('agent_wfm_states'))
    expect(written.at(-1)).toMatchObject({ code: 'LUNCH' })
  },
)

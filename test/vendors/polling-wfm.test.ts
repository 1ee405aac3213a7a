import { expect, test } from 'vitest'
import { feedPath } from '../../services/feeds/routes.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import { openTestHub } from '../services/live/hub-with-state.ts'
import { createJumpingClock } from '../support/jumping-clock.ts'
import { createTeller } from '../support/told-feed.ts'
import { until } from '../support/until.ts'
import { createPollingWfm } from './polling-wfm.ts'

const start = Date.parse('2026-03-10T08:00:00Z')

test('a product that pulls has everybody, keeps to its limits, and logs nobody out when it is refused', async () => {
  const own = createJumpingClock(start)
  const clock: Clock = { ...systemClock, now: () => own.now() }
  const hub = await openTestHub({ clock, partitions: 2 })
  try {
    const teller = createTeller(hub.log)
    const wfm = createPollingWfm(`${hub.url}${feedPath}?target=wfm`, own)
    const heard = (agent: string, code: string) =>
      until(
        `${agent} is ${code}`,
        () => hub.feeds.board.newest('wfm').get(agent)?.state.code === code,
        { seen: () => JSON.stringify(hub.feeds.mayTell('wfm')), forMs: 30_000 },
      )
    await teller.tell({ ann: 'READY', bob: 'BREAK' }, start)
    await heard('ann', 'READY')
    await heard('bob', 'BREAK')
    // The projections have not said how far they are.
    expect(await wfm.poll()).toBe(503)
    expect(wfm.agents.size).toBe(0)

    const told = async () => {
      await teller.toldUntil(own.now() + 900_000)
      await until('it is ready', () => hub.feeds.mayTell('wfm').isReady, {
        ...{ seen: () => JSON.stringify(hub.feeds.mayTell('wfm')), forMs: 30_000 },
      })
    }
    await told()
    expect(await wfm.poll()).toBe(200)
    expect(own.now() - start).toBeGreaterThanOrEqual(5_000)
    expect([...wfm.agents.values()].map(({ code }) => code).sort()).toEqual(['BREAK', 'READY'])
    await teller.tell({ ann: 'BREAK' }, own.now())
    await heard('ann', 'BREAK')
    for (let turn = 0; turn < 20; turn++) {
      await told()
      expect(await wfm.poll()).toBe(200)
    }
    expect(wfm.agents.get('ann')).toMatchObject({ code: 'BREAK', sequence: 2 })
    for (const [index, at] of wfm.askedAt.entries()) {
      const third = wfm.askedAt[index + 3] ?? Infinity
      const ninth = wfm.askedAt[index + 9] ?? Infinity
      expect(third - at).toBeGreaterThanOrEqual(60_000)
      expect(ninth - at).toBeGreaterThanOrEqual(900_000)
    }

    own.advance(3_600_000)
    expect(await wfm.poll()).toBe(503)
    expect(wfm.agents.size).toBe(2)
  } finally {
    await hub.close()
  }
})

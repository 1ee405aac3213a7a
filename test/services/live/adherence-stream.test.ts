import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countedOn, followAdherence } from '../../../client/state.ts'
import {
  adherenceAnswerSchema,
  adherenceChangesSchema,
  adherenceFreshnessSchema,
  type AgentNow,
} from '../../../schemas/feeds/adherence.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import type { Warehouse } from '../../../services/warehouse/warehouse.ts'
import { openTestEngine, type TestEngine } from '../../support/engine.ts'
import { anEvent } from '../../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../../support/hub-with-tables.ts'
import { until } from '../../support/until.ts'
import { tickAt } from '../../support/sharded-run.ts'
import type { StreamEvent } from './event-stream-reader.ts'
import { next, roadsTo } from './stream-roads.ts'

const minute = 60_000
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`)

const activity = (worker: string, time: string, name: string) =>
  anEvent({
    ...{ id: `${worker}-${time}`, type: 'worker.activity.update', worker, at: at(time) },
    ...{ activity: `WA-${name}`, activityName: name, workerName: worker },
    attributes: JSON.stringify({ team_name: worker === 'cy' ? 'South' : 'North' }),
  })

const definitions = anEvent({
  ...{ id: 'definitions', type: 'definitions.set', at: at('00:00:00') - 86_400_000 },
  attributes: JSON.stringify({
    adherence: {
      activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK' },
      ...{ productiveCodes: ['ON_QUEUE'], unpaidCodes: ['BREAK'], graceMs: 3 * minute },
    },
  }),
})

const plan = `agent,start,end,code,schedule_date
ann,2026-03-10T08:00,2026-03-10T09:00,ON_QUEUE,2026-03-10
ann,2026-03-10T09:00,2026-03-10T09:15,BREAK,2026-03-10
ann,2026-03-10T09:15,2026-03-10T12:00,ON_QUEUE,2026-03-10
bob,2026-03-10T08:00,2026-03-10T12:00,ON_QUEUE,2026-03-10
cy,2026-03-10T08:00,2026-03-10T12:00,ON_QUEUE,2026-03-10
`

const codesOf = (agents: readonly AgentNow[]) =>
  agents.map(({ agent, planned, actual }) => `${agent} ${planned ?? '-'} ${actual ?? '-'}`).sort()

describe.each(roadsTo('/v1/adherence/stream'))('by $name', (road) => {
  let now = at('07:00:00')
  let engine: TestEngine
  let hub: HubWithTables
  let readings = 0

  beforeAll(async () => {
    engine = await openTestEngine()
    const warehouse: Warehouse = {
      ...engine.warehouse,
      query(sql, ...rest) {
        if (sql.includes('FROM schedule_segments FINAL')) readings++
        return engine.warehouse.query(sql, ...rest)
      },
    }
    const clock = { ...systemClock, now: () => now }
    hub = await openHubWithTables({ clock, engine: { ...engine, warehouse } })
    await hub.tell([
      definitions,
      ...['ann', 'bob', 'cy'].map((one) => activity(one, '06:00:00', 'Offline')),
    ])
    await hub.shown()
    const url = '/v1/schedules?from=2026-03-10T00:00&to=2026-03-11T00:00'
    const headers = { 'content-type': 'text/csv' }
    const taken = await hub.app.inject({ url, method: 'POST', payload: plan, headers })
    expect(taken.statusCode, taken.body).toBe(200)
    await tell(
      '08:30:00',
      ...['ann', 'bob', 'cy'].map((one) => activity(one, '08:00:00', 'Available')),
    )
  })
  afterAll(async () => {
    await hub.close()
    await engine.close()
  })

  async function tell(time: string, ...events: readonly ReturnType<typeof activity>[]) {
    now = at(time)
    await hub.tell([...events, tickAt(now)])
    await hub.shown()
  }

  async function answer(query = '') {
    const { body } = await hub.app.inject({ url: `/v1/adherence${query}` })
    return adherenceAnswerSchema.strict().parse(JSON.parse(body))
  }

  const changesIn = ({ data }: StreamEvent) => adherenceChangesSchema.strict().parse(data)

  test('a stream begins with everybody as /v1/adherence has him and goes on with whoever is otherwise', async () => {
    const events = await road.open(hub)
    const snapshot = await next(events, 'snapshot', 'changes')
    expect(snapshot.event).toBe('snapshot')
    const whole = adherenceAnswerSchema.strict().parse(snapshot.data)
    expect(whole).toEqual(await answer())
    expect(codesOf(whole.agents)).toEqual([
      ...['ann ON_QUEUE ON_QUEUE', 'bob ON_QUEUE ON_QUEUE', 'cy ON_QUEUE ON_QUEUE'],
    ])

    // Ten minutes of the clock alone change nothing but what counts on; then bob goes.
    await tell('08:40:00')
    await tell('08:45:00', activity('bob', '08:41:00', 'Break'))
    const changed = await next(events, 'snapshot', 'changes')
    expect(changed.event).toBe('changes')
    expect(changed.id).not.toBe(snapshot.id)
    const changes = changesIn(changed)
    expect(codesOf(changes.agents)).toEqual(['bob ON_QUEUE BREAK'])
    expect(changes).toMatchObject({ removed: [], asOf: now })
    expect(changes.agents).toMatchObject([
      { isOut: true, standing: 'nonadherent', outSince: at('08:41:00') },
    ])
    await events.return(undefined)

    const later = new Map((await answer()).agents.map((one) => [one.agent, one.today]))
    for (const agent of whole.agents.filter((one) => one.agent !== 'bob')) {
      expect(later.get(agent.agent)).toEqual(countedOn({ ...agent, asOf: whole.asOf }, now))
    }
  })

  test('a border of a plan is told though nobody does anything, and so is the end of grace', async () => {
    const events = await road.open(hub)
    await next(events, 'snapshot')
    now = at('09:00:01')
    const border = changesIn(await next(events, 'changes'))
    expect(codesOf(border.agents)).toEqual(['ann BREAK ON_QUEUE'])
    expect(border.agents).toMatchObject([{ standing: 'graced', isOut: true }])
    now = at('09:03:01')
    const graceless = changesIn(await next(events, 'changes'))
    expect(graceless.agents).toMatchObject([
      { agent: 'ann', standing: 'nonadherent', outSince: at('09:00:00') },
    ])
    await events.return(undefined)
  })

  test('who comes back with the id of any event is told what he has missed and nothing else', async () => {
    await tell('09:20:00')
    for (const [query, name] of [
      ['', 'Break'],
      ['&team=North', 'Available'],
    ] as const) {
      const first = await road.open(hub, `?${query.slice(1)}`)
      const { id } = await next(first, 'snapshot')
      const { id: sameId } = await next(first, 'freshness')
      expect(sameId).toBe(id)
      await first.return(undefined)

      const time = new Date(now + minute).toISOString().slice(11, 19)
      await tell(time, activity('ann', time, name), activity('cy', time, name))
      now += 1
      const again = await road.open(hub, `?last_event_id=${id}${query}`)
      const event = await next(again, 'snapshot', 'changes')
      expect(event.event).toBe('changes')
      const { agents, removed } = changesIn(event)
      expect(agents.map(({ agent }) => agent)).toEqual(query === '' ? ['ann', 'cy'] : ['ann'])
      expect(removed).toEqual([])
      await again.return(undefined)
    }
  })

  test('who comes back with what this hub does not know, or of another filter or zone, gets a snapshot', async () => {
    const first = await road.open(hub)
    const { id } = await next(first, 'snapshot')
    await first.return(undefined)
    const other = `last_event_id=${id}`
    const queries = ['last_event_id=', 'last_event_id=a..7', `last_event_id=${id}x`]
    for (const query of [...queries, `${other}&team=North`, `${other}&zone=Europe/Paris`]) {
      const again = await road.open(hub, `?${query}`)
      expect((await next(again, 'snapshot', 'changes')).event).toBe('snapshot')
      await again.return(undefined)
    }
  })

  test('who leaves a filter is told as removed, once, and nothing of others', async () => {
    await tell('09:30:00', activity('ann', '09:25:00', 'Available'))
    const events = await road.open(hub, '?out=true&team=North')
    const { data } = await next(events, 'snapshot')
    expect(codesOf(adherenceAnswerSchema.parse(data).agents)).toEqual(['bob ON_QUEUE BREAK'])
    await tell(
      '09:35:00',
      activity('ann', '09:31:00', 'Break'),
      activity('cy', '09:31:00', 'Break'),
    )
    expect(codesOf(changesIn(await next(events, 'changes')).agents)).toEqual(['ann ON_QUEUE BREAK'])
    await tell('09:40:00', activity('bob', '09:36:00', 'Available'))
    expect(changesIn(await next(events, 'changes'))).toMatchObject({ agents: [], removed: ['bob'] })
    await tell('09:45:00', activity('ann', '09:41:00', 'Available'))
    expect(changesIn(await next(events, 'changes'))).toMatchObject({ agents: [], removed: ['ann'] })
    await events.return(undefined)
  })

  test('what is agreed about time that is over is told, because the day counts otherwise', async () => {
    const events = await road.open(hub)
    await next(events, 'snapshot')
    const payload = {
      ...{ agent: 'bob', kind: 'excuse', from: '2026-03-10T08:41:00Z' },
      ...{ to: '2026-03-10T09:00:00Z', reason: 'dentist', approvedBy: 'eve' },
    }
    const url = '/v1/schedules/exceptions'
    expect((await hub.app.inject({ url, method: 'POST', payload })).statusCode).toBe(200)
    const { agents } = changesIn(await next(events, 'changes'))
    expect(agents).toMatchObject([{ agent: 'bob', today: { excusedMs: 19 * minute } }])
    await events.return(undefined)
  })

  test('between changes a reader hears as of when it holds', async () => {
    const events = await road.open(hub)
    const { data } = await next(events, 'freshness')
    const fresh = adherenceFreshnessSchema.strict().parse(data)
    expect(fresh).toMatchObject({ reading: true, zone: 'UTC', asOf: now, from: at('00:00:00') })
    await events.return(undefined)
  })

  test('two readers who listen together cost one reading', async () => {
    const one = await road.open(hub)
    await next(one, 'snapshot')
    const before = readings
    const began = performance.now()
    const other = await road.open(hub, '?out=false')
    await next(other, 'snapshot')
    await tell('09:50:00', activity('ann', '09:46:00', 'Break'))
    const told = await Promise.all([one, other].map((events) => next(events, 'changes')))
    // The board and the number of the reading are the first parts of an id.
    expect(new Set(told.map(({ id }) => id.split('.', 2).join())).size).toBe(1)
    const seconds = Math.ceil((performance.now() - began) / 1_000)
    expect(readings - before).toBeGreaterThan(0)
    expect(readings - before).toBeLessThanOrEqual(seconds)
    await Promise.all([one, other].map((events) => events.return(undefined)))
  })

  test.runIf(road.name === 'server-sent events')(
    'the client keeps what is told, and says why it is refused',
    async () => {
      const { url } = hub
      const hears = (is: () => boolean) => until('the client hears', is, { seen, forMs: 60_000 })
      const followed = followAdherence({ url, filter: { out: true }, onChange: () => undefined })
      const seen = () => JSON.stringify([...followed.adherence.agents.values()])
      const has = (agent: string) => followed.adherence.agents.has(agent)
      await hears(() => followed.adherence.connection === 'live' && followed.adherence.asOf === now)
      expect(has('bob')).toBe(false)
      await tell('10:00:00', activity('bob', '09:55:00', 'Break'))
      await hears(() => has('bob'))
      const { agents } = await answer('?out=true')
      for (const { agent, today } of agents) {
        const known = followed.adherence.agents.get(agent)
        expect(known && countedOn(known, now)).toEqual(today)
      }
      await tell('10:05:00', activity('bob', '10:01:00', 'Available'))
      await hears(() => !has('bob'))
      followed.close()

      const wrong = followAdherence({ url, filter: { zone: 'Mars' }, onChange: () => undefined })
      await hears(() => wrong.adherence.connection === 'refused')
      expect(wrong.adherence.problem?.errors).toMatchObject([{ field: 'zone' }])
    },
  )

  test('what is wrong with a call is told before the stream begins', async () => {
    expect(await road.refused(hub, '?zone=Europe/Pariss')).toMatchObject({
      ...{ status: 400, errors: [{ field: 'zone', detail: 'is no IANA time zone' }] },
    })
    const { errors } = await road.refused(hub, '?outside=true&out=perhaps')
    expect(errors?.map(({ field }) => field).sort()).toEqual(['out', 'outside'])
  })
})

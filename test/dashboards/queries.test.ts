import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillZoneOffsets } from '../../services/runner/zone-offsets.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { askedBy, dashboardFiles, type DashboardFile } from '../support/dashboard-json.ts'
import { bucketMs, expanded, instantOf, type Shown } from '../support/grafana.ts'
import type { HubWithTables } from '../support/hub-with-tables.ts'
import { now, openDemoTables } from './demo-tables.ts'

let hub: HubWithTables
beforeAll(async () => {
  hub = await openDemoTables()
  const { warehouse } = hub
  const clock = { ...systemClock, now: () => now }
  const zones = ['UTC', 'America/New_York']
  await fillZoneOffsets({ warehouse, clock, logger: silentLogger, zones }).done
}, 300_000)
afterAll(() => hub.close())

const all = ['$__all']
const nothingChosen = { workspace: all, queue: all, channel: all, team: all }
const time = new Set(['time', 'timeEnd'])

describe.each(dashboardFiles().map((file) => [file.title, file] as const))('%s', (_, file) => {
  test.each(askedBy(file).map((asked) => [asked.by, asked] as const))(
    '%s has something to show',
    async (_by, { sql, least }) => {
      const rows = await answer(sql, shown(file, least, { ...nothingChosen, ...(await someone()) }))
      const values = rows.flatMap((row) => Object.entries(row).filter(([name]) => !time.has(name)))
      const something = values.filter(
        ([, value]) => value !== null && value !== '' && Number(value) !== 0,
      )
      expect(something.length).toBeGreaterThan(0)
    },
  )

  test('whatever is chosen, every query is one that ClickHouse understands', async () => {
    expect.hasAssertions()
    const chosen = { ...(await first(file)), ...(await someone()) }
    for (const { by, sql, least } of askedBy(file)) {
      await expect(answer(sql, shown(file, least, chosen)), by).resolves.toBeDefined()
    }
  })
})

function answer(sql: string, view: Shown): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return hub.warehouse.query(expanded(sql, view))
}

function shown(file: DashboardFile, least: string, chosen: Shown['chosen']): Shown {
  const [from, to] = [instantOf(file.time.from, now), instantOf(file.time.to, now)]
  return { from, to, intervalMs: bucketMs(from, to, least), chosen }
}

/** An agent of whom there is most to tell, seen from New York. */
async function someone(): Promise<Shown['chosen']> {
  const [row] = await hub.warehouse.query<{ agent: string }>(
    `SELECT agent FROM agent_states FINAL WHERE started_at > fromUnixTimestamp64Milli(${now - 8 * 3_600_000})
     GROUP BY agent ORDER BY uniqExact(state) DESC, count() DESC LIMIT 1`,
  )
  return { agent: [row?.agent ?? ''], zone: ['America/New_York'] }
}

/** The first two values of each variable, one of them with a quote in it. */
async function first(file: DashboardFile): Promise<Shown['chosen']> {
  const chosen: Record<string, readonly string[]> = { ...nothingChosen }
  for (const { name, query } of file.templating.list) {
    if (typeof query === 'string') continue
    const rows = await answer(query.rawSql, shown(file, '1m', chosen))
    const [value] = rows.map((row) => Object.values(row)[0])
    chosen[name] = [String(value), "O'Neill"]
  }
  return chosen
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alertRules } from '../../dashboards/alert-rules.ts'
import * as thresholds from '../../dashboards/look/thresholds.ts'
import { uidOf } from '../../dashboards/board.ts'
import { metric, rate } from '../../dashboards/sql/column.ts'
import { defaultDefinitions } from '../../schemas/events/definitions.ts'
import { createMetrics } from '../../services/runtime/metrics.ts'
import { dashboardFiles } from '../support/dashboard-json.ts'

const files = dashboardFiles()
const panels = files.flatMap((file) =>
  file.panels
    .filter(({ type }) => type !== 'row')
    .map((panel) => ({ at: `${file.title} › ${panel.title}`, ...panel })),
)

test('every panel says what it shows, and what it means that there is nothing', () => {
  for (const { at, title, description = '', fieldConfig } of panels) {
    expect(title, at).not.toBe('')
    expect(description.length, at).toBeGreaterThan(20)
    expect(fieldConfig?.defaults.noValue ?? '', at).not.toBe('')
  }
})

test('a metric is described as the catalogue describes it, with formula and unit', () => {
  const serviceLevel = files
    .find(({ uid }) => uid === 'ledgerline-supervisor')
    ?.panels.find(({ title }) => title === 'Service level')
  expect(serviceLevel?.description).toContain(
    '**Service level** (per cent): Answered within the threshold, of all answered or abandoned but short abandons: answered_in_sl_count / (answered_count + abandoned_count − abandoned_short_count)',
  )
})

test('a rate is worked out of sums, a length in seconds', () => {
  expect(rate('asa_ms', 'ASA', 'event').sql).toBe(
    '(sum(rows.wait_answered_ms)) / nullIf(sum(rows.answered_count), 0) / 1000',
  )
  expect(metric('queue_intervals', 'wait_max_ms', 'Longest').sql).toBe(
    'max(rows.wait_max_ms) / 1000',
  )
  expect(() => rate('made_up', 'Made up')).toThrow('made_up is no rate of the catalogue')
})

test('panels have numbers of their own and lie beside each other', () => {
  for (const file of files) {
    const ids = file.panels.map(({ id }) => id)
    expect(new Set(ids).size, file.title).toBe(ids.length)
    const places = file.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    )
    expect(new Set(places).size, file.title).toBe(places.length)
    for (const { gridPos } of file.panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24)
  }
})

test('every dashboard leads to the others, with time and choice', () => {
  for (const { links, title } of files) {
    expect(links, title).toMatchObject([
      { includeVars: true, keepTime: true, tags: ['ledgerline'] },
    ])
  }
})

test('what a link leads to is there, and so are the variables that it hands over', () => {
  const text = files.map((file) => JSON.stringify(file)).join('\n')
  const led = [...text.matchAll(/\/d\/([\w-]+)\?([^"]*)/g)]
  expect(led.length).toBeGreaterThan(0)
  for (const [, uid, query = ''] of led) {
    const names = files.find((file) => file.uid === uid)?.templating.list.map(({ name }) => name)
    expect(names, uid).toEqual(
      expect.arrayContaining([...query.matchAll(/var-(\w+)=/g)].map(([, name]) => name)),
    )
  }
  for (const { board } of alertRules) expect(files.map(({ uid }) => uid)).toContain(uidOf(board))
})

test('a link by the id of a row is on a table that has one', () => {
  const linked = panels.filter(({ fieldConfig }) =>
    JSON.stringify(fieldConfig ?? {}).includes('__data.fields.id'),
  )
  expect(linked.length).toBeGreaterThan(0)
  for (const { at, targets } of linked) {
    for (const { rawSql = '' } of targets) expect(rawSql, at).toMatch(/ AS "?id"?\b/)
  }
})

test('a variable that a panel asks for is one that its dashboard has', () => {
  for (const file of files) {
    const known = new Set(file.templating.list.map(({ name }) => name))
    const sql = file.panels.flatMap(({ targets }) => targets.map(({ rawSql = '' }) => rawSql))
    const asked = sql.flatMap((text) =>
      [...text.matchAll(/\$\{?((?!__)[a-z]\w*)/g)].map(([, name = '']) => name),
    )
    expect(
      asked.filter((name) => !known.has(name)),
      file.title,
    ).toEqual([])
  }
})

// PromQL itself is not evaluated anywhere here.
test('every metric in PromQL is one that the hub tells', async () => {
  const told = await createMetrics().text()
  const known = new Set([...told.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name))
  const asked = panels.flatMap(({ at, targets }) =>
    targets.flatMap(({ expr = '' }) =>
      [...expr.matchAll(/\bledgerline_\w+/g)].map(([name]) => ({ at, name })),
    ),
  )
  expect(asked.length).toBeGreaterThan(20)
  const unknown = asked.filter(
    ({ name }) => !known.has(name) && !known.has(name.replace(/_(bucket|sum|count)$/, '')),
  )
  expect(unknown).toEqual([])
})

test('thresholds of waits are those of the definitions', () => {
  expect(thresholds.defaultSlThresholdSeconds * 1000).toBe(defaultDefinitions.slThresholdMs)
})

test('queries are written for the version of the data source that compose installs', () => {
  const compose = readFileSync(join(import.meta.dirname, '../../docker-compose.yml'), 'utf8')
  const versions = files.flatMap((file) =>
    [...JSON.stringify(file).matchAll(/"rawSql":"[^]*?"pluginVersion":"([\d.]+)"/g)].map(
      ([, v]) => v,
    ),
  )
  expect(versions.length).toBeGreaterThan(0)
  for (const version of new Set(versions)) {
    expect(compose).toContain(`grafana-clickhouse-datasource@${version ?? ''}`)
  }
})

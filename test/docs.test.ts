import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { format } from 'prettier'
import { expect, test } from 'vitest'
import { intervalMetrics } from '../schemas/metrics/catalogue.ts'
import type { Metric } from '../schemas/metrics/metric.ts'
import { rates } from '../schemas/metrics/rates.ts'
import { madeMigrations } from '../schemas/tables/view-sql.ts'
import { exportsJsonSchema } from '../services/exports/settings/exports-file.ts'
import { targetsJsonSchema } from '../services/delivery/targets/target.ts'
import { asItShouldBe } from './support/generated-docs.ts'
import { filesBelow, root } from './support/source-files.ts'

const connectorPages = filesBelow('connectors').filter((path) => path.endsWith('.md'))
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...filesBelow('docs').filter((path) => path.endsWith('.md')),
  ...connectorPages,
]

// After a change of what they are made of: npm run docs
test.each([
  ...['README.md', 'CONTRIBUTING.md', 'docs/metrics.md', 'docs/metric-reference.md'],
  'docs/tables.md',
  ...connectorPages,
])('%s tells what the code tells', async (path) => {
  await expect(await asItShouldBe(path)).toMatchFileSnapshot(join(root, path))
})

test.each([
  ['docs/targets.schema.json', targetsJsonSchema],
  ['docs/exports.schema.json', exportsJsonSchema],
])('%s is the schema of the file that people write', async (path, schema) => {
  const text = `${JSON.stringify(schema(), null, 2)}\n`
  const made = await format(text, { parser: 'json', printWidth: 100 })
  await expect(made).toMatchFileSnapshot(join(root, path))
})

test.each(Object.entries(madeMigrations()))(
  'schemas/tables/%s is what the catalogue makes',
  async (file, sql) => {
    await expect(sql).toMatchFileSnapshot(join(root, 'schemas/tables', file))
  },
)

test('every interval table has its metrics in docs/metrics.md', () => {
  const text = read('docs/metrics.md')
  for (const table of Object.keys(intervalMetrics))
    expect(text).toContain(`<!-- made: ${table} -->`)
})

test('every metric and every rate has its entry in docs/metric-reference.md', () => {
  const entries = [...read('docs/metric-reference.md').matchAll(/^### (.+)$/gm)].map(
    ([, name]) => name,
  )
  const metrics = Object.values<readonly Metric[]>(intervalMetrics).flat()
  const names = [
    ...metrics.map(({ name }) => name),
    ...rates.map(({ name, attribution }) =>
      attribution === 'arrival' ? `${name} by arrival` : name,
    ),
  ]
  expect(new Set(entries)).toEqual(new Set(names))
  expect(entries).toHaveLength(new Set(names).size)
  for (const { name, formula } of metrics) expect(formula, name).not.toBe('')
  for (const { name, edges } of [...metrics, ...rates]) expect(edges, name).not.toBe('')
})

test('what a document links to is there', () => {
  const broken = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(root, dirname(path), target)))
      .map((target) => `${path} → ${target}`),
  )
  expect(broken).toEqual([])
})

test.each(['docs/guarantees.md', 'docs/late-events.md'])(
  'the tests that %s names are there',
  (path) => {
    const named = [...read(path).matchAll(/`(test\/[^`]+)`/g)].map(([, test]) => test)
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((path = '') => !existsSync(join(root, path)))).toEqual([])
  },
)

test('every document can be reached from the README', () => {
  const reached = new Set<string>()
  const waiting = ['README.md']
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue
    reached.add(path)
    for (const [, target = ''] of read(path).matchAll(/\]\(([^)\s#:]+\.md)(?:#[^)]*)?\)/g)) {
      waiting.push(join(dirname(path), target))
    }
  }
  expect(documents.filter((path) => !reached.has(path))).toEqual([])
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

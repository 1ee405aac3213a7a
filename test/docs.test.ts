import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { intervalMetrics } from '../schemas/metrics/catalogue.ts'
import { asItShouldBe } from './support/generated-docs.ts'
import { root } from './support/source-files.ts'

// After a change of what they are made of: npm run docs
test.each(['README.md', 'CONTRIBUTING.md', 'docs/metrics.md'])(
  '%s tells what the code tells',
  async (path) => {
    await expect(await asItShouldBe(path)).toMatchFileSnapshot(join(root, path))
  },
)

test('every interval table has its metrics in docs/metrics.md', () => {
  const text = read('docs/metrics.md')
  for (const table of Object.keys(intervalMetrics))
    expect(text).toContain(`<!-- made: ${table} -->`)
})

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

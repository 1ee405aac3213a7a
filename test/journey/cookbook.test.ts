import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fillCookbook } from '../support/cookbook-centre.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { root } from '../support/source-files.ts'
import { runCli } from '../support/terminal.ts'

const file = join(root, 'docs/sql.md')
const question = /(#### (\d+)\. (.+)\n[^]*?```sql\n)([^]*?)(\n```\n\n```text\n)([^]*?)(\n```)/g
const text = readFileSync(file, 'utf8')
const asked = [...text.matchAll(question)].map(([, , number = '', title = '', sql = '']) => ({
  ...{ number: Number(number), title, sql },
}))

let engine: TestEngine
const answers = new Map<string, string>()

beforeAll(async () => {
  engine = await openTestEngine()
  await fillCookbook(engine)
}, 600_000)
afterAll(() => engine.close())

test('the cookbook has twenty-five questions, in their order', () => {
  expect(asked.map(({ number }) => number)).toEqual(Array.from({ length: 25 }, (_, n) => n + 1))
})

describe('as a person who types it', () => {
  test.each(asked)('question $number: $title', async ({ sql }) => {
    const env = { LEDGERLINE_ENGINE_PORT: new URL(engine.url).port }
    const { exitCode, out, err } = await runCli(['sql', sql], env)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    // Names, a rule, and at least one row: a question that nothing answers shows nothing.
    expect(out.trimEnd().split('\n').length).toBeGreaterThan(2)
    answers.set(sql, out.trimEnd())
  })
})

// After a change of queries or of the made-up centre: vitest run --project engine test/journey/cookbook.test.ts --update
test('the answers that docs/sql.md shows are those that come', async () => {
  expect(answers.size).toBe(asked.length)
  const told = text.replaceAll(
    question,
    (_all, head: string, _n, _title, sql: string, between: string, _old, end: string) =>
      head + sql + between + (answers.get(sql) ?? '') + end,
  )
  await expect(told).toMatchFileSnapshot(file)
})

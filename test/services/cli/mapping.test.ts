import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../support/source-files.ts'
import { runCli } from '../../support/terminal.ts'

test('the example is right, and no hub is asked', async () => {
  const { exitCode, out } = await runCli([
    ...['mapping', 'check', join(root, 'definitions/mapping-calabrio.yaml')],
  ])
  expect(exitCode).toBe(0)
  expect(out).toContain('is right')
})

test.each([
  [['explain', '--worker', 'WK1'], '--target'],
  [['explain', '--target', 'calabrio'], '--worker'],
  [['rehearse', 'x.yaml', '--days', '0'], 'It must be a whole number of days, 1 to 400.'],
  [['coverage', '--from', '2026-03-10T08:00'], 'It must be a time with a zone'],
])('%j is told what it lacks: %s', async (args, said) => {
  const { exitCode, err } = await runCli(['mapping', ...args])
  expect(exitCode).toBe(2)
  expect(err).toContain(said)
})

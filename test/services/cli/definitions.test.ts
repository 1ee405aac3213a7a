import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
import { root } from '../../support/source-files.ts'
import { runCli } from '../../support/terminal.ts'

test('the example is right, and no hub is asked', async () => {
  const { exitCode, out } = await runCli([
    ...['definitions', 'check', join(root, 'definitions/ledgerline.yaml')],
  ])
  expect(exitCode).toBe(0)
  expect(out).toContain('is right')
})

test.each(['check', 'rehearse', 'set'])(
  '%s tells every fault of a file with its line',
  async (command) => {
    const folder = await tempFolder()
    const path = join(folder.path, 'wrong.yaml')
    await writeFile(path, 'slThresholdMs: fast\nshortAbandon: 1\n')
    const { exitCode, err } = await runCli(['definitions', command, path])
    await folder.remove()
    expect(exitCode).toBe(1)
    expect(err).toContain('line 1, column 16, slThresholdMs: ')
    expect(err).toContain(
      'line 2, column 1, shortAbandon: there is no such setting (slThresholdMs, ',
    )
  },
)

test('a file that is not there, and a time without a zone, are called wrong', async () => {
  const missing = await runCli(['definitions', 'check', '/there/is/none.yaml'])
  expect(missing.exitCode).toBe(2)
  expect(missing.err).toContain('/there/is/none.yaml cannot be read')
  const zoneless = await runCli(['definitions', 'set', 'x.yaml', '--from', '2026-03-10T08:00'])
  expect(zoneless.exitCode).toBe(2)
  expect(zoneless.err).toContain('It must be a time with a zone')
})

test.each(['0', '401', '1.5', 'month'])('%s is no number of days to rehearse', async (days) => {
  const { exitCode, err } = await runCli(['definitions', 'rehearse', 'x.yaml', '--days', days])
  expect(exitCode).toBe(2)
  expect(err).toContain('It must be a whole number of days, 1 to 400.')
})

test('what is rehearsed has to be there', async () => {
  const { exitCode, err } = await runCli(['definitions', 'rehearse', '/there/is/none.yaml'])
  expect(exitCode).toBe(2)
  expect(err).toContain('/there/is/none.yaml cannot be read')
})

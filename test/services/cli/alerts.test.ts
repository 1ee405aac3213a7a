import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
import { runCli } from '../../support/terminal.ts'

test('check tells every fault of a file of rules with its line, and asks no hub', async () => {
  const folder = await tempFolder()
  const path = join(folder.path, 'alerts.yaml')
  await writeFile(path, 'rules:\n  Busy: {kind: waiting, moreThan: 3}\n  long: {kind: wait}\n')
  const { exitCode, err } = await runCli(['alerts', 'check', path])
  expect(exitCode).toBe(1)
  expect(err).toContain('line 2, column 3, rules.Busy: ')
  expect(err).toContain('line 3, column 16, rules.long.kind: must be one of these (oldest_wait, ')
  await writeFile(path, 'rules:\n  busy: {kind: waiting, moreThan: 3}\n')
  expect(await runCli(['alerts', 'check', path])).toMatchObject({ exitCode: 0 })
  await folder.remove()
})

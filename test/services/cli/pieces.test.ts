import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { HubError } from '../../../client/operations.ts'
import { exitCodeOf, explain, CommandFailure } from '../../../services/cli/failure.ts'
import { holdFolder } from '../../../services/cli/folder-hold.ts'
import { hubUrl } from '../../../services/cli/hub-address.ts'
import {
  toCount,
  toDurationMs,
  toInstant,
  toShare,
  toSpeed,
  toUrl,
} from '../../../services/cli/option-values.ts'
import { createProgressLine, describeProgress } from '../../../services/cli/progress-line.ts'
import { textTable } from '../../../services/cli/text-table.ts'
import { readConfig } from '../../../services/runtime/config.ts'
import { LedgerlineError } from '../../../services/runtime/errors.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { noStreams } from '../../support/terminal.ts'

test('options read what people write, and refuse the rest', () => {
  expect(toCount('200')).toBe(200)
  expect([toShare('0.05'), toShare('5%'), toShare('0')]).toEqual([0.05, 0.05, 0])
  expect([toDurationMs('90s'), toDurationMs('1.5h'), toDurationMs('2d')]).toEqual([
    90_000, 5_400_000, 172_800_000,
  ])
  expect(toInstant('2026-03-10T08:00:00Z')).toBe(Date.UTC(2026, 2, 10, 8))
  expect(toInstant('2026-03-10T08:00:00+05:45')).toBe(Date.UTC(2026, 2, 10, 2, 15))
  expect([toSpeed('600'), toSpeed('max')]).toEqual([600, Infinity])
  for (const wrong of [
    () => toCount('0'),
    () => toCount('1e3'),
    () => toShare('5'),
    () => toShare(''),
    () => toDurationMs('1 hour'),
    () => toInstant('2026-03-10T08:00:00'),
    () => toInstant('today'),
    () => toSpeed('0'),
    () => toUrl('localhost:8080'),
  ]) {
    expect(wrong).toThrow(/must be/)
  }
})

test('an error is one line, with the first cause', () => {
  const cause = new Error('query', { cause: new Error('connect ECONNREFUSED\n 127.0.0.1:9') })
  const error = new LedgerlineError('WAREHOUSE_UNAVAILABLE', 'query', { retryable: true, cause })
  expect(explain(error)).toBe('WAREHOUSE_UNAVAILABLE: query (connect ECONNREFUSED 127.0.0.1:9)')
  expect(explain(new HubError(409, 'a verify is under way'))).toBe(
    'the hub says: a verify is under way',
  )
})

test('exit codes tell a wrong call from a failure and from Ctrl-C', () => {
  const going = new AbortController().signal
  expect(exitCodeOf(new CommandFailure('x', 2), going)).toBe(2)
  expect(exitCodeOf(new LedgerlineError('CONFIG_INVALID', 'x', { retryable: false }), going)).toBe(
    2,
  )
  expect(exitCodeOf(new Error('x'), going)).toBe(1)
  expect(exitCodeOf(new Error('x'), AbortSignal.abort())).toBe(130)
})

test('columns stand below each other', () => {
  expect(
    textTable(
      ['a', 'bb'],
      [
        ['long', ''],
        ['x', 'y'],
      ],
    ),
  ).toBe('a     bb\nlong\nx     y')
})

test('a hub that listens everywhere is looked for here', () => {
  const url = (host: string) =>
    hubUrl(readConfig({ LEDGERLINE_HOST: host, LEDGERLINE_API_TOKENS: 'x' }))
  expect(url('0.0.0.0')).toBe('http://127.0.0.1:8080')
  expect(url('::')).toBe('http://[::1]:8080')
  expect(url('fd00::1')).toBe('http://[fd00::1]:8080')
  expect(url('hub.internal')).toBe('http://hub.internal:8080')
})

test('progress shows rate and time left, over itself only where a person looks', () => {
  const progress = { done: 50_000, total: 200_000, recordsPerSecond: 1_200, secondsLeft: 125 }
  const text = describeProgress('verify', progress)
  expect(text).toBe('verify: 25 % of 200,000 records, 1,200 records/s, 2 min 5 s left')
  const shown = (isInteractive: boolean) => {
    const pieces: string[] = []
    const line = createProgressLine({
      env: {},
      out: () => undefined,
      err: (piece) => void pieces.push(piece),
      isInteractive,
      ...noStreams,
      stopping: new AbortController().signal,
    })
    line.show('one')
    line.show('two')
    line.end()
    return pieces.join('')
  }
  expect(shown(false)).toBe('one\n')
  expect(shown(true)).toBe('\rone\u001b[K\rtwo\u001b[K\r\u001b[K')
})

test('a folder is held by one living process', async () => {
  const folder = await tempFolder()
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(other, 'spawn')
  await writeFile(join(folder.path, '.ledgerline-demo'), String(other.pid))
  await expect(holdFolder(folder.path)).rejects.toThrow(`process ${other.pid ?? ''} has`)
  other.kill('SIGKILL')
  await once(other, 'exit')
  const held = await holdFolder(folder.path)
  await writeFile(join(folder.path, 'log'), '')
  await held.empty()
  expect(await readdir(folder.path)).toEqual(['.ledgerline-demo'])
  await held.release()
  await (await holdFolder(folder.path)).release()
  await folder.remove()
})

test("somebody else's folder is never emptied", async () => {
  const folder = await tempFolder()
  await writeFile(join(folder.path, 'thesis.txt'), '')
  await expect(holdFolder(folder.path)).rejects.toThrow('no demo has made')
  await folder.remove()
})

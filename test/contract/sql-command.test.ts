import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writerName } from '../../services/warehouse/embedded.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli, type CommandRun } from '../support/terminal.ts'
import { until } from '../support/until.ts'

let engine: TestEngine
let folder: Awaited<ReturnType<typeof tempFolder>>
let env: Readonly<Record<string, string>>

beforeAll(async () => {
  engine = await openTestEngine()
  folder = await tempFolder()
  env = { LEDGERLINE_ENGINE_PORT: new URL(engine.url).port, LEDGERLINE_DATA_DIR: folder.path }
  await migrate(engine.warehouse)
  await engine.warehouse.insert('source_gaps', [
    { source: 'twilio-voice', gap_from: Date.UTC(2026, 2, 10, 9), status: 'open', version: 1 },
    { source: 'segment', gap_from: Date.UTC(2026, 2, 10, 10), status: 'open', version: 1 },
  ])
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const sql = (...argv: string[]) => runCli(['sql', ...argv], env)
const piped = (text: string, ...argv: string[]) =>
  runCli(['sql', ...argv], env, undefined, {
    input: { stream: Readable.from([text]), isTerminal: false },
  })

const question =
  'SELECT source, toUInt8(hour) AS hour FROM (SELECT source, toHour(gap_from) AS hour FROM source_gaps FINAL) ORDER BY hour'

describe('one question', () => {
  test('is answered as a table', async () => {
    expect(await sql(question)).toEqual({
      exitCode: 0,
      out: 'source        hour\n------------  ----\ntwilio-voice     9\nsegment         10\n',
      err: '',
    })
  })

  test.each([
    ['csv', '"source","hour"\n"twilio-voice",9\n"segment",10\n'],
    ['json', '{"source":"twilio-voice","hour":9}\n{"source":"segment","hour":10}\n'],
  ])('is answered as %s', async (format, out) => {
    expect(await sql('--format', format, question)).toEqual({ exitCode: 0, out, err: '' })
  })

  test('is answered in Parquet to a pipe, and never to a terminal', async () => {
    const bytes: Buffer[] = []
    const stream = new PassThrough()
    stream.on('data', (piece: Buffer) => bytes.push(piece))
    const argv = ['sql', '--format', 'parquet', question]
    const toPipe = await runCli(argv, env, undefined, { output: { stream, isTerminal: false } })
    expect(toPipe.exitCode).toBe(0)
    const whole = Buffer.concat(bytes)
    expect([whole.subarray(0, 4).toString(), whole.subarray(-4).toString()]).toEqual([
      ...['PAR1', 'PAR1'],
    ])
    const toTerminal = { output: { stream: new PassThrough(), isTerminal: true } }
    for (const argv of [
      ['sql', '--format', 'parquet', question],
      ['sql', `${question} FORMAT Parquet`],
    ]) {
      const refused = await runCli(argv, env, undefined, toTerminal)
      expect(refused).toMatchObject({ exitCode: 2, out: '' })
      expect(refused.err).toContain('send it to a file or a pipe')
    }
  })

  test('may say itself how it is answered', async () => {
    const { out } = await sql(`${question} FORMAT CSV`)
    expect(out).toBe('"twilio-voice",9\n"segment",10\n')
  })

  test('takes values, whatever is in them', async () => {
    const text = "a'b\\c\td\ne; DROP TABLE contacts"
    const { out, exitCode } = await sql(
      ...['--param', `text=${text}`, '--param', 'n=7', '--format', 'json'],
      'SELECT {text:String} AS text, {n:UInt8} AS n',
    )
    expect(exitCode).toBe(0)
    expect(JSON.parse(out)).toEqual({ text, n: 7 })
  })

  test.each([
    [
      'table',
      'number\n------\n     0\n     1\n     2\n',
      'only the first 3 rows; --max-rows for more\n',
    ],
    ['csv', '"number"\n0\n1\n2\n', ''],
  ])('is cut at --max-rows as %s', async (format, out, err) => {
    const asked = ['--format', format, '--max-rows', '3', 'SELECT number FROM numbers(500)']
    expect(await sql(...asked)).toEqual({ exitCode: 0, out, err })
  })

  test.each([
    'SHOW TABLES',
    'DESCRIBE TABLE contacts',
    'EXISTS TABLE contacts',
    'EXPLAIN SELECT 1',
  ])('may be %s', async (statement) => {
    const { exitCode, out } = await sql(statement)
    expect(exitCode).toBe(0)
    expect(out.split('\n').length).toBeGreaterThan(3)
  })

  test('that fails is answered with the engine’s own words', async () => {
    const { exitCode, out, err } = await sql('SELECT no_such_column FROM contacts')
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' })
    expect(err).toMatch(/Code: 47\. DB::Exception: .*no_such_column.*\(UNKNOWN_IDENTIFIER\)/)
  })
})

describe('a file of questions', () => {
  test('is gone through to its end', async () => {
    const { out, exitCode } = await piped("SELECT 1 AS a;\n-- a comment;\nSELECT ';' AS b\n")
    expect({ out, exitCode }).toEqual({ exitCode: 0, out: 'a\n-\n1\n\nb\n-\n;\n' })
  })

  test('ends with the first that fails', async () => {
    const { out, exitCode } = await piped('SELECT 1 AS a; SELECT x; SELECT 2 AS b')
    expect({ out, exitCode }).toEqual({ exitCode: 1, out: 'a\n-\n1\n\n' })
  })

  test('without a question is a slip', async () => {
    expect((await piped('-- nothing\n')).exitCode).toBe(2)
  })
})

describe('who asks', () => {
  test.each([
    'INSERT INTO source_gaps (source) VALUES (1)',
    'DROP TABLE contacts',
    'SELECT 1 SETTINGS max_execution_time = 0',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
  ])('may not: %s', async (statement) => {
    const { exitCode, err } = await sql(statement)
    expect(exitCode).toBe(1)
    expect(err).toContain('(READONLY)')
  })

  test('is held to limits of time, memory and length', async () => {
    const { out } = await sql(
      `SELECT getSetting('readonly') AS readonly, getSetting('max_execution_time') AS seconds,
         getSetting('max_memory_usage') AS memory, getSetting('max_result_rows') AS rows`,
      '--format=json',
    )
    const told: unknown = JSON.parse(out)
    expect(told).toEqual({ readonly: 1, seconds: 30, memory: 2 ** 30, rows: 1_000_000 })
    const tooMuch = await sql('--format', 'csv', 'SELECT number FROM numbers(1500000)')
    expect(tooMuch.exitCode).toBe(1)
    expect(tooMuch.err).toContain('TOO_MANY_ROWS_OR_BYTES')
  })

  test('is never a user who may write, whatever is set', async () => {
    const { exitCode, err, out } = await runCli(['sql', 'SELECT 1'], {
      CLICKHOUSE_URL: engine.url,
      CLICKHOUSE_READER_USER: writerName,
      CLICKHOUSE_READER_PASSWORD: engine.secret,
    })
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' })
    expect(err).toContain('may write')
  })

  test('is the user that is set for a server', async () => {
    const asReader = await runCli(['sql', 'SELECT 1 AS a'], {
      CLICKHOUSE_URL: engine.url,
      CLICKHOUSE_READER_USER: 'default',
    })
    expect(asReader.out).toBe('a\n-\n1\n')
    const asNobody = await runCli(['sql', 'SELECT 1 AS a'], { CLICKHOUSE_URL: engine.url })
    expect(asNobody.exitCode).toBe(1)
    expect(asNobody.err).toContain('(AUTHENTICATION_FAILED)')
  })
})

const slow =
  'SELECT count() AS never FROM numbers(1000000000000) WHERE NOT ignore(cityHash64(number))'

let heardLast = ''
const soon = (what: string, isSo: () => boolean | Promise<boolean>) =>
  until(what, isSo, { forMs: 20_000, seen: () => `said so far: ${heardLast}` })

async function running(): Promise<number> {
  const [found] = await engine.warehouse.query<{ n: number }>(
    `SELECT count() AS n FROM system.processes WHERE query LIKE '%AS never%' AND query NOT LIKE '%processes%'`,
  )
  return found?.n ?? 0
}

test('Ctrl-C ends the question, here and in the engine', async () => {
  const stopping = new AbortController()
  const asked = runCli(['sql', slow], env, stopping.signal)
  await soon('the query runs', async () => (await running()) === 1)
  stopping.abort()
  expect((await asked).exitCode).toBe(130)
  await soon('the query is over', async () => (await running()) === 0)
})

describe('at a prompt', () => {
  /** Types these lines, each when what it waits for has been said. */
  async function typing(
    work: (type: (text: string) => void, said: () => string) => Promise<void>,
  ): Promise<CommandRun & { screen: string }> {
    const keys = new PassThrough()
    const screen: string[] = []
    const stream = new PassThrough()
    stream.on('data', (piece: Buffer) => screen.push(piece.toString()))
    const said: string[] = []
    const stopping = new AbortController().signal
    const over = runCli(['sql'], env, stopping, {
      input: { stream: keys, isTerminal: true },
      output: { stream, isTerminal: true },
      heard: (text) => {
        said.push(text)
        heardLast = said.join('')
      },
    })
    await work(
      (text) => void keys.write(text),
      () => said.join(''),
    )
    keys.end()
    return { ...(await over), screen: screen.join('') }
  }
  test('a statement may go over lines, and errors end nothing', async () => {
    const { out, err, exitCode } = await typing(async (type, said) => {
      type('SELECT 41\n')
      type(' + 1 AS answer;\n')
      await soon('the first answer', () => said().includes('42'))
      type('SELECT x;\n')
      await soon('the error', () => said().includes('UNKNOWN_IDENTIFIER'))
      type('\\d source_gaps\n')
      await soon('the columns', () => said().includes('gap_from'))
      type('\\d\n')
      await soon('the tables', () => said().includes('v_queue_depth'))
      type('\\q\n')
    })
    expect(exitCode).toBe(0)
    expect(out).toContain('answer\n------\n    42\n')
    expect(out).toMatch(/^gap_from +DateTime64\(3, 'UTC'\) +\S/m)
    expect(out).toMatch(/^v_queue_depth +view +\S/m)
    expect(err).toContain('read-only')
  })

  test('Ctrl-C ends the query that runs, and not the prompt', async () => {
    const { out, exitCode } = await typing(async (type, said) => {
      type(`${slow};\n`)
      await soon('the query runs', async () => (await running()) === 1)
      type('\u0003')
      await soon('it has ended', () => said().includes('ended\n'))
      await soon('the query is over', async () => (await running()) === 0)
      type('SELECT 1 \u0003')
      type('SELECT 2 AS b;\n')
      await soon('the next answer', () => said().includes('b\n-\n2'))
      type('\\q\n')
    })
    expect(exitCode).toBe(0)
    expect(out).toBe('b\n-\n2\n')
  })

  test('what was typed is kept for the next time, for nobody else', async () => {
    await typing((type) => {
      type('SELECT 77;\n\\q\n')
      return Promise.resolve()
    })
    expect(await readdir(folder.path)).toContain('sql-history')
    expect(await readFile(join(folder.path, 'sql-history'), 'utf8')).toContain('SELECT 77;\n')
  })
})

import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writerName } from '../../services/warehouse/embedded.ts'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { ask } from '../support/engine-http.ts'

let engine: TestEngine
let folder: string
let secretFile: string

beforeAll(async () => {
  engine = await openTestEngine()
  folder = await mkdtemp(join(tmpdir(), 'ledgerline-secrets-'))
  secretFile = join(folder, 'secret.txt')
  await writeFile(secretFile, 'the-content-of-a-file\n')
  const { warehouse } = engine
  await warehouse.in('system').command('CREATE DATABASE ledgerline')
  await warehouse.command('CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a')
  await warehouse.insert('t', [{ a: 1 }])
})
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const read = (sql: string, url: Readonly<Record<string, string>> = {}) =>
  ask(engine, { sql, url: { database: 'ledgerline', ...url } })

describe('who may ask', () => {
  test('the hub by its secret, by each of the three ways that ClickHouse knows', async () => {
    const basic = Buffer.from(`${writerName}:${engine.secret}`).toString('base64')
    const sql = "SELECT getSetting('readonly')"
    const ways = [
      ask(engine, { sql, headers: { Authorization: `Basic ${basic}` } }),
      ask(engine, {
        sql,
        headers: { 'X-ClickHouse-User': writerName, 'X-ClickHouse-Key': engine.secret },
      }),
      ask(engine, { sql, url: { user: writerName, password: engine.secret } }),
    ]
    for (const answer of await Promise.all(ways)) expect(answer.text).toBe('0\n')
  })

  test('nobody with a wrong secret, and nobody else', async () => {
    const wrong: Readonly<Record<string, string>>[] = [
      { user: writerName, password: 'wrong' },
      { user: writerName },
      { user: 'default', password: 'some' },
      { user: 'admin' },
    ]
    for (const url of wrong) {
      const answer = await ask(engine, { sql: 'SELECT 1', url })
      expect(answer.status).toBe(403)
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe('516')
      expect(answer.text).toContain('AUTHENTICATION_FAILED')
    }
  })

  test('nobody whose browser was led here by a name of its own', async () => {
    const answer = await ask(engine, { sql: 'SELECT 1', headers: { Host: 'attacker.example' } })
    expect(answer.status).toBe(403)
  })

  test('readers by a password only, once there is one', async () => {
    const other = await openTestEngine({ readerPassword: 'look' })
    try {
      const without = await ask(other, { sql: 'SELECT 1' })
      const withIt = await ask(other, { sql: 'SELECT 1', url: { password: 'look' } })
      expect([without.status, withIt.status]).toEqual([403, 200])
    } finally {
      await other.close()
    }
  })
})

type Attack = readonly [sql: string, url?: Readonly<Record<string, string>>]

describe('a reader', () => {
  const allowed = [
    'SELECT count() FROM t',
    '(SELECT a FROM t) UNION ALL SELECT 2',
    'WITH 1 AS x SELECT x',
    'FROM t SELECT a',
    'SHOW TABLES',
    'SHOW CREATE TABLE t',
    'DESCRIBE TABLE t',
    'EXPLAIN SELECT a FROM t',
    'EXISTS TABLE t',
    "SELECT 'INSERT INTO t; file(1) -- ' AS text /* ; */ -- end",
    'SELECT * FROM numbers(3);',
    "SELECT name, 1.5e3, 0xff FROM system.settings WHERE name = 'max_threads'",
  ]
  test.each(allowed)('may: %s', async (sql) => {
    const answer = await read(sql)
    expect(answer.text).not.toContain('Exception')
    expect(answer.status).toBe(200)
  })

  test('may choose how an answer looks, and tighter limits', async () => {
    const json = await read('SELECT toUInt64(1) AS n FORMAT JSONEachRow', {
      output_format_json_quote_64bit_integers: '1',
      max_execution_time: '5',
      readonly: '2',
    })
    expect(json.text).toBe('{"n":"1"}\n')
    const seconds = await read("SELECT getSetting('max_execution_time')", {
      max_execution_time: '500',
    })
    expect(seconds.text).toBe('30\n')
  })

  test('may ask by the client that the hub itself uses', async () => {
    const warehouse = openServerWarehouse({ url: engine.url, database: 'ledgerline' })
    try {
      expect(await warehouse.query('SELECT a FROM t')).toEqual([{ a: 1 }])
    } finally {
      await warehouse.close()
    }
  })

  const attacks: readonly Attack[] = [
    // Writing and changing.
    ['INSERT INTO t VALUES (2)'],
    ['INSERT INTO t FORMAT CSV\n2\n'],
    ['/* SELECT */ INSERT INTO t SELECT 2'],
    ['CREATE TABLE x (a UInt8) ENGINE = Memory'],
    ['CREATE TEMPORARY TABLE x (a UInt8)'],
    ['DROP TABLE t'],
    ['TRUNCATE TABLE t'],
    ['ALTER TABLE t DELETE WHERE 1'],
    ['OPTIMIZE TABLE t FINAL'],
    ['RENAME TABLE t TO u'],
    ['SYSTEM SHUTDOWN'],
    ['KILL QUERY WHERE 1'],
    ["BACKUP TABLE t TO File('x')"],
    ['ATTACH TABLE x'],
    ['GRANT ALL ON *.* TO default'],
    ['EXECUTE AS default SELECT 1'],
    ['exit'],
    ['WITH 1 AS x INSERT INTO t SELECT x'],
    ['EXPLAIN ANALYZE INSERT INTO t SELECT 2'],
    // More than one statement.
    ['SELECT 1; DROP TABLE t'],
    ['SELECT 1;; INSERT INTO t VALUES (2)'],
    ["SELECT '\\'; DROP TABLE t; --'; DROP TABLE t"],
    ['SELECT 1 /* /* */ ; DROP TABLE t'],
    ['SELECT $a$;$a$; DROP TABLE t'],
    // Getting rid of the limits.
    ['SET readonly = 0'],
    ['SELECT 1 SETTINGS readonly = 0'],
    ['SELECT 1 SETTINGS max_execution_time = 0'],
    ['SELECT * FROM (SELECT 1 SETTINGS readonly = 0)'],
    ['SELECT * FROM (SELECT 1.SETTINGS readonly = 0)'],
    ['SELECT * FROM (SELECT 1 `SETTINGS` readonly = 0)'],
    ['SELECT * FROM (SELECT 1 SETTINGS max_execution_time = 0)'],
    ['(SELECT 1 SETTINGS max_result_rows = 0)'],
    ['SELECT 1 UNION ALL (SELECT 2 SETTINGS max_memory_usage = 0)'],
    ['SELECT (SELECT 1 SETTINGS readonly = 0)'],
    ['EXPLAIN SELECT 1 SETTINGS readonly = 0'],
    ['SELECT 1', { allow_introspection_functions: '1' }],
    ['SELECT 1', { allow_ddl: '1' }],
    ['SELECT 1', { profile: 'default' }],
    ['SELECT 1', { default_format: 'TSV SETTINGS readonly = 0' }],
    ['SELECT 1', { database: 'ledgerline`; DROP TABLE t; --' }],
    ['SELECT 1', { 'readonly`=0,`x': '1' }],
    // Reading files.
    ["SELECT file('FILE')"],
    ["SELECT `file`('FILE')"],
    ['SELECT "file"(\'FILE\')'],
    ["SELECT `fi\\x6ce`('FILE')"],
    ["SELECT “file”('FILE')"],
    ["SELECT * APPLY(file) FROM (SELECT 'FILE')"],
    ["SELECT arrayMap(file, ['FILE'])"],
    ["SELECT /* */file/* */('FILE')"],
    ["SELECT * FROM file('FILE', 'LineAsString')"],
    ["SELECT * FROM File('FILE', 'LineAsString')"],
    ["DESCRIBE TABLE file('FILE', 'LineAsString')"],
    ["EXPLAIN SELECT * FROM file('FILE', 'LineAsString')"],
    ['SELECT * FROM default.`FILE`'],
    ["SELECT * FROM fileCluster('default', 'FILE', 'LineAsString')"],
    ["SELECT * FROM eval('SELECT file(''FILE'')')"],
    ["SELECT * FROM executable('cat FILE', 'TSV', 'a String')"],
    ["SELECT * FROM sqlite('FILE', 't')"],
    ["SELECT catboostEvaluate('FILE', 1)"],
    ['SELECT 1 AS a FORMAT Template', { format_template_resultset: 'FILE' }],
    ["SELECT 1 AS a FORMAT Template SETTINGS format_template_resultset = 'FILE'"],
    ['SELECT 1 AS a FORMAT Protobuf', { format_schema: 'FILE:a' }],
    // Writing files.
    ["SELECT 1 INTO OUTFILE 'FOLDER/out'"],
    ["SELECT 1 INTO/**/OUTFILE/**/'FOLDER/out' TRUNCATE FORMAT TSV"],
    ['SELECT 1 AS a FORMAT Protobuf', { output_format_schema: 'FOLDER/out' }],
    ["INSERT INTO FUNCTION file('FOLDER/out', 'TSV', 'a UInt8') SELECT 1"],
    // Reaching out.
    ["SELECT * FROM url('http://127.0.0.1:PORT/ping', 'LineAsString')"],
    ["SELECT * FROM s3('http://127.0.0.1:PORT/bucket/key', 'LineAsString')"],
    ["SELECT * FROM remote('127.0.0.1', system.one)"],
    ["SELECT * FROM cluster('default', system.one)"],
    ["SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')"],
    ["SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')"],
    ["SELECT * FROM mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd')"],
    ["SELECT aiGenerate('hello')"],
    ["SELECT * FROM url('http://127.0.0.1:PORT/ping', 'LineAsString') LIMIT 0"],
    ["DESCRIBE TABLE url('http://127.0.0.1:PORT/ping')"],
    ["DESCRIBE TABLE s3('http://127.0.0.1:PORT/bucket/key')"],
    ["EXPLAIN QUERY TREE SELECT * FROM url('http://127.0.0.1:PORT/ping')"],
    ["SELECT 1 WHERE 1 IN (SELECT * FROM url('http://127.0.0.1:PORT/ping'))"],
    ["SELECT * FROM view(SELECT * FROM url('http://127.0.0.1:PORT/ping'))"],
  ]

  test.each(attacks.map(([sql, url]) => ({ sql, url: url ?? {} })))(
    'may not: $sql $url',
    async ({ sql, url }) => {
      const fill = (text: string) =>
        text
          .replaceAll(/\bFILE\b/g, secretFile)
          .replaceAll('FOLDER', folder)
          .replaceAll('PORT', new URL(engine.url).port)
      const filled = Object.entries(url).map(([name, value]) => [name, fill(value)] as const)
      const answer = await read(fill(sql), Object.fromEntries(filled))
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.text).toContain('Exception')
      expect(answer.text).not.toContain('the-content-of-a-file')
    },
  )

  test('has left everything as it was', async () => {
    expect(await readdir(folder)).toEqual(['secret.txt'])
    expect(await engine.warehouse.query('SELECT a FROM t')).toEqual([{ a: 1 }])
    expect(engine.restarts()).toBe(0)
  })

  test('is stopped when he asks for too much', async () => {
    const rows = await read('SELECT number FROM numbers(2000000)')
    expect(rows.text).toContain('TOO_MANY_ROWS_OR_BYTES')
    const memory = await read('SELECT groupArray(number) FROM numbers(500000000)')
    expect(memory.text).toContain('MEMORY_LIMIT_EXCEEDED')
    const time = await read('SELECT sum(sleepEachRow(1)) FROM numbers(100)', {
      max_execution_time: '1',
      max_block_size: '1',
    })
    expect(time.text).toContain('TIMEOUT_EXCEEDED')
  })

  test('and even the hub cannot make the engine reach out of its folder', async () => {
    for (const sql of [
      `SELECT * FROM file('${secretFile}', 'LineAsString')`,
      `SELECT * FROM default.\`${secretFile}\``,
      `SELECT * FROM url('${engine.url}/ping', 'LineAsString')`,
      "SELECT * FROM remote('127.0.0.1', system.one)",
    ]) {
      await expect(engine.warehouse.query(sql)).rejects.toThrow('WAREHOUSE_QUERY')
    }
    await expect(
      engine.warehouse.command(`CREATE TABLE f (a String) ENGINE = File(TSV, '${secretFile}')`),
    ).rejects.toThrow('WAREHOUSE_QUERY')
  })

  test('meets only table functions that are known to stay inside', async () => {
    // What the engine lets pass in readonly mode. A new one here has to be looked at, and perhaps forbidden.
    const known = await engine.warehouse.query<{ name: string }>(
      'SELECT name FROM system.table_functions WHERE allow_readonly ORDER BY name',
    )
    expect(known.map(({ name }) => name)).toEqual([
      ...['SQLStandardValues', 'cluster', 'clusterAllReplicas', 'eval', 'fuzzJSON', 'fuzzQuery'],
      ...['generateRandom', 'generateSeries', 'generate_series', 'input', 'merge'],
      ...['mergeTreeAnalyzeIndexes', 'mergeTreeAnalyzeIndexesUUID', 'mergeTreeIndex'],
      ...['mergeTreeProjection', 'mergeTreeTextIndex', 'null', 'numbers', 'numbers_mt', 'primes'],
      ...['values', 'view', 'viewIfPermitted'],
    ])
  })
})

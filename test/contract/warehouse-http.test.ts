import { ClickHouseLogLevel, createClient, type ClickHouseClient } from '@clickhouse/client'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writerName } from '../../services/warehouse/embedded.ts'
import { lanesMax } from '../../services/warehouse/engine/executor.ts'
import { asWriter, ask } from '../support/engine-http.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

const run = promisify(execFile)

let engine: TestEngine
let client: ClickHouseClient
let gzipped: ClickHouseClient

beforeAll(async () => {
  engine = await openTestEngine()
  const { warehouse } = engine
  await warehouse.in('system').command('CREATE DATABASE ledgerline')
  await warehouse.command('CREATE TABLE t (id UInt64, text String) ENGINE = MergeTree ORDER BY id')
  const options = {
    url: engine.url,
    username: writerName,
    password: engine.secret,
    database: 'ledgerline',
  }
  client = createClient({ ...options, log: { level: ClickHouseLogLevel.OFF } })
  gzipped = createClient({ ...options, compression: { request: true, response: true } })
})
afterAll(async () => {
  await client.close()
  await gzipped.close()
  await engine.close()
})

const countOf = async (table: string) => {
  const [row] = await engine.warehouse.query<{ n: number }>(`SELECT count() AS n FROM ${table}`)
  return row?.n
}
const clear = () => engine.warehouse.command('TRUNCATE TABLE t')
const spooled = () => readdir(join(engine.folder, 'spool'))

describe("ClickHouse's HTTP interface", () => {
  test('says that it is there', async () => {
    for (const path of ['/ping', '/replicas_status', '/']) {
      const answer = await ask(engine, { method: 'GET', path })
      expect([answer.status, answer.text]).toEqual([200, 'Ok.\n'])
    }
    expect((await ask(engine, { method: 'GET', path: '/nowhere' })).status).toBe(404)
    expect((await ask(engine, { method: 'GET', path: '//' })).status).toBe(404)
  })

  test('takes the statement from the address, the body, or one after the other', async () => {
    const inUrl = await ask(engine, { method: 'GET', url: { query: 'SELECT 1' } })
    const inBody = await ask(engine, { sql: 'SELECT 1' })
    const inBoth = await ask(engine, { url: { query: 'SELECT' }, sql: '1' })
    expect([inUrl.text, inBody.text, inBoth.text]).toEqual(['1\n', '1\n', '1\n'])
  })

  test('only reads when it is asked by GET', async () => {
    const headers = asWriter(engine)
    const query = 'INSERT INTO ledgerline.t VALUES (1, 2)'
    const answer = await ask(engine, { method: 'GET', url: { query }, headers })
    expect(answer.status).toBe(500)
    expect(answer.text).toContain('Code: 164. DB::Exception')
  })

  test('heads an answer as ClickHouse does', async () => {
    const answer = await ask(engine, {
      sql: 'SELECT number FROM system.numbers LIMIT 3 FORMAT JSONEachRow',
      url: { query_id: 'my-query' },
    })
    const head = Object.fromEntries(answer.headers)
    expect(head).toMatchObject({
      'content-type': 'application/x-ndjson; charset=UTF-8',
      'x-clickhouse-query-id': 'my-query',
      'x-clickhouse-format': 'JSONEachRow',
      'x-clickhouse-timezone': 'UTC',
    })
    const summary: unknown = JSON.parse(head['x-clickhouse-summary'] ?? '')
    expect(summary).toMatchObject({ read_rows: '3', written_rows: '0' })
  })

  test('answers errors with code, status and text of ClickHouse', async () => {
    const errors: readonly (readonly [sql: string, status: number, code: string])[] = [
      ['SELEC 1', 500, '164'],
      ['SELECT (', 400, '62'],
      ['SELECT nonsense', 404, '47'],
      ['SELECT * FROM nowhere', 404, '60'],
      ['SELECT 1 FORMAT Nonsense', 404, '73'],
      ["SELECT throwIf(1, 'over here')", 500, '395'],
      ['SELECT {x:UInt8}', 500, '456'],
      ['', 400, '62'],
    ]
    for (const [sql, status, code] of errors) {
      const answer = await ask(engine, { sql })
      expect([answer.text, answer.status]).toEqual([
        expect.stringMatching(new RegExp(`^Code: ${code}\\. DB::Exception: .*\\([A-Z_]+\\)`, 's')),
        status,
      ])
      expect(answer.headers.get('x-clickhouse-exception-code')).toBe(code)
    }
  })

  test('never answers half: an error in the middle is an error', async () => {
    const answer = await ask(engine, {
      sql: 'SELECT throwIf(number = 900000) FROM numbers(1000000)',
    })
    expect(answer.status).toBe(500)
    expect(await spooled()).toEqual([])
  })

  test('answers in formats with a head once, also when they are long', async () => {
    const long = async (format: string) => {
      const sql = `SELECT number AS one FROM numbers(300000) FORMAT ${format}`
      return (await ask(engine, { sql })).text
    }
    const json: unknown = JSON.parse(await long('JSON'))
    expect(json).toMatchObject({ meta: [{ name: 'one' }], rows: 300_000 })
    const csv = (await long('CSVWithNames')).trimEnd().split('\n')
    expect([csv.length, csv[0], csv[300_000]]).toEqual([300_001, '"one"', '299999'])
    const tsv = (await long('TabSeparatedWithNamesAndTypes')).trimEnd().split('\n')
    expect([tsv.length, tsv[1], tsv[300_001]]).toEqual([300_002, 'UInt64', '299999'])
    expect((await long('XML')).split('</result>')).toHaveLength(2)
  })

  test('answers in formats of bytes', async () => {
    const headers = asWriter(engine)
    for (const format of ['Parquet', 'Arrow', 'Native', 'RowBinary', 'ORC', 'Avro', 'MsgPack']) {
      const sql = `SELECT number AS id, toString(number) AS text FROM numbers(200000)`
      const answer = await ask(engine, { sql: `${sql} FORMAT ${format}`, headers })
      expect(answer.status, format).toBe(200)
      await clear()
      const inserted = await ask(engine, {
        url: { query: `INSERT INTO ledgerline.t FORMAT ${format}` },
        headers,
        body: answer.bytes,
      })
      expect(inserted.text, format).toBe('')
      expect(await countOf('t'), format).toBe(200_000)
    }
  })

  test('sends parameters as values, whatever they hold', async () => {
    const sql = 'SELECT {text:String} AS text, {ids:Array(UInt8)} AS ids FORMAT JSONEachRow'
    const url = { param_text: "a'\\tb", param_ids: '[1,2]' }
    const answer = await ask(engine, { sql, url })
    expect(JSON.parse(answer.text)).toEqual({ text: "a'\tb", ids: [1, 2] })
  })

  test("never answers with a parameter of another's query", async () => {
    await ask(engine, { sql: 'SELECT {secret:String}', url: { param_secret: 'mine' } })
    const answer = await ask(engine, { sql: 'SELECT {secret:String}' })
    expect(answer.text).toContain('UNKNOWN_QUERY_PARAMETER')
  })

  test('gives each query its own settings', async () => {
    const sql = "SELECT getSetting('max_threads')"
    const one = await ask(engine, { sql, url: { max_threads: '7' } })
    const other = await ask(engine, { sql })
    expect(one.text).toBe('7\n')
    expect(other.text).not.toBe('7\n')
    const unknown = await ask(engine, {
      sql,
      url: { no_such_setting: '1' },
      headers: asWriter(engine),
    })
    expect([unknown.status, unknown.headers.get('x-clickhouse-exception-code')]).toEqual([
      404,
      '115',
    ])
  })

  test('forgets what a statement did to its session', async () => {
    const headers = asWriter(engine)
    await ask(engine, { sql: 'SET max_threads = 9', headers })
    await ask(engine, { sql: 'USE system', headers })
    await ask(engine, { sql: 'CREATE TEMPORARY TABLE mine (a UInt8)', headers })
    const threads = await ask(engine, { sql: "SELECT getSetting('max_threads')", headers })
    const database = await ask(engine, { sql: 'SELECT currentDatabase()', headers })
    const table = await ask(engine, { sql: 'SELECT * FROM mine', headers })
    expect(threads.text).not.toBe('9\n')
    expect(database.text).toBe('default\n')
    expect(table.text).toContain('UNKNOWN_TABLE')
  })

  test('says plainly what it does not have', async () => {
    for (const name of ['session_id', 'compress', 'decompress']) {
      const url = { [name]: '1' }
      const answer = await ask(engine, { sql: 'SELECT 1', url })
      expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([
        501,
        '48',
      ])
    }
  })

  test('ignores the settings that mean nothing here', async () => {
    const url = {
      ...{ wait_end_of_query: '1', send_progress_in_http_headers: '1', buffer_size: '1000' },
      ...{ session_timeout: '60', http_headers_progress_interval_ms: '100', stacktrace: '1' },
    }
    expect((await ask(engine, { sql: 'SELECT 1', url })).text).toBe('1\n')
  })

  test('packs answers with gzip for those who read it, and takes packed rows', async () => {
    const headers = { ...asWriter(engine), 'Accept-Encoding': 'gzip' }
    const packed = await ask(engine, { sql: 'SELECT number FROM numbers(1000)', headers })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(packed.bytes).toString().split('\n')).toHaveLength(1001)
    await clear()
    await ask(engine, {
      url: { query: 'INSERT INTO ledgerline.t FORMAT CSV' },
      headers: { ...headers, 'Content-Encoding': 'gzip' },
      body: gzipSync('1,a\n2,b\n'),
    })
    expect(await countOf('t')).toBe(2)
  })

  test('takes an INSERT and its rows in one body, in any pieces', async () => {
    await clear()
    const text = Buffer.from(
      '-- rows\nINSERT INTO ledgerline.t (id, text) FORMAT JSONEachRow\n{"id":1,"text":"ä"}\n',
    )
    for (let cut = 1; cut < text.length; cut += 7) {
      const sent = request(engine.url, { method: 'POST', headers: asWriter(engine) })
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        sent.on('response', resolve).on('error', reject)
      })
      await new Promise((resolve) => sent.write(text.subarray(0, cut), resolve))
      sent.end(text.subarray(cut))
      const response = await answered
      response.resume()
      expect(response.statusCode).toBe(200)
    }
    expect(await engine.warehouse.query('SELECT DISTINCT id, text FROM t')).toEqual([
      { id: 1, text: 'ä' },
    ])
  })

  test('an insert that breaks off stores nothing and leaves nothing', async () => {
    await clear()
    const sent = request(`${engine.url}/?query=INSERT+INTO+ledgerline.t+FORMAT+CSV`, {
      method: 'POST',
      headers: { ...asWriter(engine), 'Content-Length': '1000000' },
    })
    sent.on('error', () => undefined)
    await new Promise((resolve) => sent.write('1,a\n', resolve))
    await expect.poll(spooled).toHaveLength(1)
    sent.destroy()
    await expect.poll(spooled).toEqual([])
    expect(await countOf('t')).toBe(0)
  })

  test('kills the query of a client that has left', async () => {
    const sent = request(engine.url, { method: 'POST' })
    sent.on('error', () => undefined)
    sent.end('SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))')
    const running = async () => {
      const [row] = await engine.warehouse.query<{ n: number }>(
        "SELECT count() AS n FROM system.processes WHERE query LIKE '%100000000000%' AND query NOT LIKE '%processes%'",
      )
      return row?.n
    }
    await expect.poll(running).toBe(1)
    sent.destroy()
    await expect.poll(running).toBe(0)
  })

  test('lets readers wait for one another, and stays quick for the hub meanwhile', async () => {
    let answered = 0
    const slow = Array.from({ length: 2 * lanesMax.read }, async () => {
      const answer = await ask(engine, {
        sql: 'SELECT sum(sleepEachRow(0.3)) FROM numbers(10)',
        url: { max_block_size: '1' },
      })
      answered++
      return answer
    })
    await engine.warehouse.query('SELECT 1')
    await engine.warehouse.insert('t', [{ id: 1, text: 'x' }])
    expect((await ask(engine, { method: 'GET', path: '/ping' })).text).toBe('Ok.\n')
    // Every reader takes three seconds: the hub has waited for none.
    expect(answered).toBe(0)
    for (const answer of await Promise.all(slow)) expect(answer.status).toBe(200)
  })

  test('stays quick while a subquery is worked out before its query begins', async () => {
    let isAnswered = false
    const slow = ask(engine, {
      sql: 'SELECT (SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(sipHash64(number)))',
      url: { max_execution_time: '5' },
    }).finally(() => (isAnswered = true))
    await ask(engine, { method: 'GET', path: '/ping' })
    await ask(engine, { sql: 'SELECT 1' })
    expect(isAnswered).toBe(false)
    expect((await slow).text).toContain('TIMEOUT_EXCEEDED')
  })
})

describe('@clickhouse/client', () => {
  test('pings, runs commands and reads rows', async () => {
    for (const one of [client, gzipped]) {
      expect(await one.ping()).toEqual({ success: true })
      expect((await one.ping({ select: true })).success).toBe(true)
      await one.command({ query: 'CREATE OR REPLACE TABLE c (a UInt8) ENGINE = Memory' })
      const result = await one.query({
        query: 'SELECT {n:UInt8} AS n, {s:String} AS s',
        query_params: { n: 5, s: "it's\n" },
      })
      const json = await result.json()
      expect(json).toMatchObject({ data: [{ n: 5, s: "it's\n" }], rows: 1 })
      const rows = await one.query({ query: 'SELECT 1 AS a', format: 'JSONEachRow' })
      expect(await rows.json()).toEqual([{ a: 1 }])
    }
  })

  test('reads long answers as a stream', async () => {
    for (const one of [client, gzipped]) {
      const result = await one.query({
        query: 'SELECT number FROM numbers(500000)',
        format: 'JSONEachRow',
      })
      let rows = 0
      for await (const some of result.stream()) rows += some.length
      expect(rows).toBe(500_000)
    }
  })

  test('inserts an array, and a stream of many rows', async () => {
    for (const one of [client, gzipped]) {
      await clear()
      const result = await one.insert({
        table: 't',
        values: [{ id: 1, text: 'x' }],
        format: 'JSONEachRow',
      })
      expect(result.summary).toMatchObject({ written_rows: '1' })
      const rows = function* () {
        for (let id = 2; id <= 200_000; id++) yield { id, text: `row ${id}` }
      }
      await one.insert({
        table: 't',
        columns: ['id', 'text'],
        values: Readable.from(rows()),
        format: 'JSONEachRow',
      })
      expect(await countOf('t')).toBe(200_000)
    }
  })

  test('tells errors by their code and type', async () => {
    await expect(client.query({ query: 'SELECT * FROM nowhere' })).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    })
    await expect(
      client.insert({ table: 't', values: [{ id: 'no number' }], format: 'JSONEachRow' }),
    ).rejects.toMatchObject({ type: 'CANNOT_PARSE_INPUT_ASSERTION_FAILED' })
  })

  test('takes raw bytes out and puts them in', async () => {
    await clear()
    const { stream } = await client.exec({
      query: 'SELECT number AS id, toString(number) AS text FROM numbers(1000) FORMAT Parquet',
    })
    const { stream: nothing } = await client.exec({
      query: 'INSERT INTO t FORMAT Parquet',
      values: stream,
    })
    nothing.resume()
    expect(await countOf('t')).toBe(1_000)
  })

  test('sends long parameters as a form', async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => index)
    const result = await client.query({
      query: 'SELECT length({ids:Array(UInt32)}) AS n',
      query_params: { ids },
      format: 'JSONEachRow',
      use_multipart_params: true,
    })
    expect(await result.json()).toEqual([{ n: 10_000 }])
  })
})

describe('curl', () => {
  const curl = async (...args: string[]) => (await run('curl', ['-sS', ...args])).stdout

  test('reads without any credentials', async () => {
    expect(await curl(engine.url, '-d', 'SELECT 1')).toBe('1\n')
    expect(await curl('--compressed', `${engine.url}/?query=SELECT%202`)).toBe('2\n')
  })

  test('writes with them', async () => {
    await clear()
    const user = ['-u', `${writerName}:${engine.secret}`]
    const into = `${engine.url}/?database=ledgerline&query=INSERT%20INTO%20t%20FORMAT%20CSV`
    expect(await curl(...user, into, '--data-binary', '1,a\n2,"b\nc"\n')).toBe('')
    expect(await countOf('t')).toBe(2)
  })
})

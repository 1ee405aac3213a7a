import { createHash } from 'node:crypto'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LedgerlineError } from '../../services/runtime/errors.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { swapTables } from '../../services/warehouse/swap.ts'
import type { Row, Warehouse } from '../../services/warehouse/warehouse.ts'

/** A warehouse of a test's own. */
export interface OpenedWarehouse {
  readonly warehouse: Warehouse
  close(): Promise<void>
}

/** What a warehouse promises, whoever keeps it. */
export function warehouseContract(name: string, open: () => Promise<OpenedWarehouse>): void {
  describe(`a warehouse, ${name}`, () => {
    let opened: OpenedWarehouse
    let warehouse: Warehouse

    beforeAll(async () => {
      opened = await open()
      warehouse = opened.warehouse
      await migrate(warehouse)
    })
    afterAll(() => opened.close())

    const workspace = 'WS1'
    const interval = (values: Row): Row => ({
      workspace,
      agent: 'WK1',
      interval_start: 1_700_000_100_000,
      shard: 0,
      version: 1,
      is_deleted: 0,
      ...values,
    })
    const intervals = (agent: string) =>
      warehouse.query<Row>(
        'SELECT signed_in_ms, version FROM agent_intervals FINAL WHERE agent = {agent:String}',
        { agent },
      )

    test('answers when asked whether it is there', async () => {
      expect(await warehouse.ping()).toBe(true)
    })

    test('migrating twice is migrating once', async () => {
      expect(await migrate(warehouse)).toEqual([])
    })

    test('the row with the highest version holds, in whatever order they come', async () => {
      await warehouse.insert('agent_intervals', [interval({ signed_in_ms: 2, version: 2 })])
      await warehouse.insert('agent_intervals', [interval({ signed_in_ms: 1, version: 1 })])
      expect(await intervals('WK1')).toEqual([{ signed_in_ms: 2, version: 2 }])
    })

    test('a row that came twice is one row', async () => {
      const row = interval({ agent: 'WK2', signed_in_ms: 5 })
      await warehouse.insert('agent_intervals', [row, row])
      await warehouse.insert('agent_intervals', [row])
      expect(await intervals('WK2')).toHaveLength(1)
    })

    test('a row that is restated and then restated back is the last one', async () => {
      for (const [version, value] of [7, 8, 7].entries()) {
        await warehouse.insert('agent_intervals', [
          interval({ agent: 'WK3', signed_in_ms: value, version }),
        ])
      }
      expect(await intervals('WK3')).toEqual([{ signed_in_ms: 7, version: 2 }])
    })

    test('a row that fell back to nothing is gone, and can come back', async () => {
      const row = (version: number, is_deleted: number) =>
        interval({ agent: 'WK4', signed_in_ms: 1, version, is_deleted })
      await warehouse.insert('agent_intervals', [row(1, 0)])
      await warehouse.insert('agent_intervals', [row(2, 1)])
      expect(await intervals('WK4')).toEqual([])
      await warehouse.insert('agent_intervals', [row(1, 0)])
      expect(await intervals('WK4')).toEqual([])
      await warehouse.insert('agent_intervals', [row(3, 0)])
      expect(await intervals('WK4')).toEqual([{ signed_in_ms: 1, version: 3 }])
    })

    test('of an event that came twice the first copy holds, also when it is stored last', async () => {
      const copy = (position: number, road: string): Row => ({
        ...{ topic: 'tasks', partition: 1, entity: 'WT1', digest: 'd', id: 'EV1', at: 1_000 },
        ...{ position, road, type: 'task.created', source: 's', received_at: position },
      })
      const stored = (before: number) =>
        warehouse.query(
          `SELECT road, position FROM events FINAL
           WHERE entity = 'WT1' AND position < {before:UInt64}`,
          { before },
        )
      await warehouse.insert('events', [copy(9, 'stream')])
      await warehouse.insert('events', [copy(5, 'callback')])
      await warehouse.insert('events', [copy(7, 'rest')])
      expect(await stored(100)).toEqual([{ road: 'callback', position: 5 }])
      expect(await stored(6)).toEqual([{ road: 'callback', position: 5 }])
      expect(await stored(5)).toEqual([])
    })

    test('events of any time are stored, however far apart', async () => {
      const months = Array.from({ length: 300 }, (_, month) => month * 2_678_400_000)
      const rows = months.map((at, position) => ({
        ...{ topic: 'tasks', partition: 0, entity: 'WT2', digest: '', source: 's', road: 'rest' },
        ...{ type: 'task.created', id: `EV${at}`, at, position, received_at: at },
      }))
      await warehouse.insert('events', rows)
      const [count] = await warehouse.query<{ n: number }>(
        "SELECT count() AS n FROM events FINAL WHERE entity = 'WT2'",
      )
      expect(count?.n).toBe(300)
    })

    test('people read agents with FINAL already applied', async () => {
      const row = (version: number, values: Row) => interval({ agent: 'WK5', version, ...values })
      await warehouse.insert('agent_intervals', [
        row(1, { signed_in_ms: 99, concurrency_max: 9 }),
        row(2, { signed_in_ms: 10, concurrency_max: 2 }),
      ])
      expect(
        await warehouse.query(
          "SELECT interval_start, signed_in_ms, concurrency_max FROM v_agent_intervals WHERE agent = 'WK5'",
        ),
      ).toEqual([{ interval_start: 1_700_000_100_000, signed_in_ms: 10, concurrency_max: 2 }])
    })

    test('people read queues added over shards, histograms bucket by bucket, and the oldest of all', async () => {
      const row = (shard: number, hist: readonly number[], oldest: number): Row => ({
        ...{ workspace, queue: 'WQ1', channel: 'voice', direction: 'inbound' },
        ...{ interval_start: 900_000, shard, version: 1, is_deleted: 0, offered_count: 1 },
        ...{ wait_answered_hist: hist, oldest_waiting_eoi_ms: oldest },
      })
      await warehouse.insert('queue_intervals', [row(0, [1, 2, 3], 5), row(1, [10, 20, 30], 7)])
      expect(
        await warehouse.query(
          'SELECT offered_count, wait_answered_hist, oldest_waiting_eoi_ms FROM v_queue_intervals',
        ),
      ).toEqual([{ offered_count: 2, wait_answered_hist: [11, 22, 33], oldest_waiting_eoi_ms: 7 }])
    })

    test('every value comes back as it went in', async () => {
      await warehouse.command(`CREATE TABLE types (
          id UInt8, at DateTime64(3, 'UTC'), maybe Nullable(DateTime64(3, 'UTC')),
          instants Array(DateTime64(3, 'UTC')), big UInt64, small Int64, real Float64, is_so Bool,
          text String, choice LowCardinality(Nullable(String)), texts Array(String),
          counts Array(UInt32), other UInt32 DEFAULT 7
        ) ENGINE = MergeTree ORDER BY id`)
      const full = {
        ...{ id: 1, at: 1_700_000_000_123, maybe: 0, instants: [1, 1_700_000_000_999] },
        ...{ big: Number.MAX_SAFE_INTEGER, small: -5, real: 0.1, is_so: true },
        ...{ text: 'ä€😀 "quoted" \\ \n\t\0 \u2028', choice: 'one', texts: ["it's", ''] },
        ...{ counts: [0, 4_294_967_295], other: 9 },
      }
      const empty = {
        ...{ id: 2, at: 0, maybe: null, instants: [], big: 0, small: 0, real: 0, is_so: false },
        ...{ text: '', choice: null, texts: [], counts: [], other: 0 },
      }
      await warehouse.insert('types', [full, empty])
      expect(await warehouse.query('SELECT * FROM types ORDER BY id')).toEqual([full, empty])
    })

    test('a column that a row lacks gets its default', async () => {
      await warehouse.insert('types', [
        { id: 3, text: 'x' },
        { id: 4, other: 1 },
      ])
      expect(
        await warehouse.query('SELECT id, text, other FROM types WHERE id > 2 ORDER BY id'),
      ).toEqual([
        { id: 3, text: 'x', other: 7 },
        { id: 4, text: '', other: 1 },
      ])
    })

    test('parameters are values, whatever they look like', async () => {
      const hostile = "'; DROP TABLE types; -- \\ \n\t {x:String} é"
      const params = {
        ...{ text: hostile, count: 5, texts: [hostile, 'b'], none: null },
        ...{ at: '1970-01-01 00:00:01.500' },
      }
      const [row] = await warehouse.query(
        `SELECT {text:String} AS text, {count:UInt64} AS count, {texts:Array(String)} AS texts,
           {none:Nullable(String)} AS none, {at:DateTime64(3, 'UTC')} AS at`,
        params,
      )
      expect(row).toEqual({ ...params, at: 1_500 })
    })

    test('a parameter may be a list of thousands', async () => {
      const ids = Array.from({ length: 20_000 }, (_, index) => `WT${index}`)
      const [row] = await warehouse.query<{ n: number }>(
        'SELECT length({ids:Array(String)}) AS n',
        { ids },
      )
      expect(row?.n).toBe(20_000)
    })

    test('an answer may be had in bytes, and what goes wrong in making it is told before the first', async () => {
      const sql = `SELECT number AS n, if(n = 1, NULL, n) AS sometimes,
          fromUnixTimestamp64Milli({at:Int64}, 'UTC') AS at, 'a, b' AS text
        FROM numbers({count:UInt64})`
      const csv = await warehouse.stream(sql, 'CSVWithNames', { at: 1_500, count: 2 })
      expect(await text(csv)).toBe(
        [
          '"n","sometimes","at","text"',
          '0,0,"1970-01-01T00:00:01.500Z","a, b"',
          '1,,"1970-01-01T00:00:01.500Z","a, b"',
          '',
        ].join('\n'),
      )
      const parquet = await buffer(await warehouse.stream(sql, 'Parquet', { at: 0, count: 9 }))
      expect([parquet.subarray(0, 4), parquet.subarray(-4)].map(String)).toEqual(['PAR1', 'PAR1'])
      const late = 'SELECT throwIf(number = 1000000) FROM numbers(2000000)'
      await expect(warehouse.stream(late, 'CSVWithNames')).rejects.toMatchObject({
        code: 'WAREHOUSE_QUERY',
      })
    })

    test('no rows are no rows', async () => {
      await warehouse.insert('types', [])
      expect(await warehouse.query('SELECT * FROM types WHERE id = 200')).toEqual([])
    })

    test('a hundred thousand rows go in at once', async () => {
      await warehouse.command(
        'CREATE TABLE many (id UInt32, text String) ENGINE = MergeTree ORDER BY id',
      )
      const text = 'x'.repeat(200)
      await warehouse.insert(
        'many',
        Array.from({ length: 100_000 }, (_, id) => ({ id, text })),
      )
      expect(await warehouse.query('SELECT count() AS n, uniqExact(id) AS ids FROM many')).toEqual([
        { n: 100_000, ids: 100_000 },
      ])
    })

    test('a hundred thousand rows come out at once', async () => {
      const rows = await warehouse.query<{ id: number }>('SELECT id, text FROM many ORDER BY id')
      expect(rows).toHaveLength(100_000)
      expect(rows[99_999]?.id).toBe(99_999)
    })

    test('a wrong query is the fault of the query, and is not tried again', async () => {
      const attempts = [
        () => warehouse.query('SELECT nonsense'),
        () => warehouse.command('CREATE nothing'),
        () => warehouse.insert('no_such_table', [{ a: 1 }]),
        () => warehouse.insert('types', [{ id: 'no number' }]),
      ]
      for (const attempt of attempts) {
        const error = await attempt().then(
          () => null,
          (thrown: unknown) => thrown,
        )
        expect(error).toBeInstanceOf(LedgerlineError)
        expect(error).toMatchObject({ code: 'WAREHOUSE_QUERY', retryable: false })
      }
    })

    test('an insert that was refused leaves nothing behind', async () => {
      const bad = [{ id: 5, text: 'fine' }, { id: 'no number' }]
      await expect(warehouse.insert('types', bad)).rejects.toThrow('WAREHOUSE_QUERY')
      expect(await warehouse.query('SELECT id FROM types WHERE id = 5')).toEqual([])
    })

    test('a slow query keeps nobody from reading and writing', async () => {
      const slow = warehouse.query(
        'SELECT sum(sleepEachRow(0.2)) AS s FROM numbers(15) SETTINGS max_block_size = 1',
      )
      let isOver = false
      const over = slow.then(() => (isOver = true))
      await warehouse.query('SELECT 1 AS one')
      await warehouse.insert('types', [{ id: 6 }])
      expect(await warehouse.ping()).toBe(true)
      expect(isOver).toBe(false)
      await over
    })

    test('tables of a shadow database take the place of the real ones', async () => {
      const shadow = warehouse.in(`${warehouse.database}_shadow`)
      await migrate(shadow)
      const row = (agent: string, signed_in_ms: number) => interval({ agent, signed_in_ms })
      await warehouse.insert('agent_intervals', [row('WK6', 1)])
      await shadow.insert('agent_intervals', [row('WK6', 2)])
      const tables = ['agent_intervals', 'queue_intervals']
      await swapTables(warehouse, shadow.database, tables)
      const read = (from: Warehouse) =>
        from.query("SELECT signed_in_ms FROM v_agent_intervals WHERE agent = 'WK6'")
      expect(await read(warehouse)).toEqual([{ signed_in_ms: 2 }])
      expect(await read(shadow)).toEqual([{ signed_in_ms: 1 }])
      // After a crash nobody knows whether it was done.
      await swapTables(warehouse, shadow.database, tables)
      expect(await read(warehouse)).toEqual([{ signed_in_ms: 2 }])
      await warehouse.command(`DROP DATABASE ${shadow.database}`)
    })

    test('a file of tables that was changed after it ran is refused, unless it knows its earlier text', async () => {
      const database = warehouse.in(`${warehouse.database}_changed`)
      const file = { name: '0001_a.sql', sql: 'CREATE TABLE a (x UInt8) ENGINE = Memory' }
      await migrate(database, [file])
      await expect(migrate(database, [{ ...file, sql: `${file.sql} ` }])).rejects.toThrow(
        /0001_a\.sql was changed/,
      )
      const sha256 = createHash('sha256').update(file.sql).digest('hex')
      const sameTable = { ...file, sql: `-- Earlier: ${sha256}\n${file.sql}` }
      expect(await migrate(database, [sameTable])).toEqual([])
      const more = { name: '0002_b.sql', sql: "SELECT ';'; CREATE VIEW b AS SELECT * FROM a;" }
      expect(await migrate(database, [file, more])).toEqual(['0002_b.sql'])
      await warehouse.command(`DROP DATABASE ${database.database}`)
    })
  })
}

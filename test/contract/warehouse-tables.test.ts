import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { intervalMetrics, type IntervalTable } from '../../schemas/metrics/catalogue.ts'
import {
  eventColumns,
  receiptColumnsOf,
  routingSightingColumns,
  sightingColumns,
  tables,
  type Table,
  type TableName,
} from '../../schemas/tables/tables.ts'
import { migrate, readMigrations } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

interface Column {
  readonly table: string
  readonly name: string
  readonly type: string
  readonly comment: string
  readonly inKey: 0 | 1
}

let engine: TestEngine
let columns: readonly Column[]

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
  columns = await columnsThere()
})
afterAll(() => engine.close())

const columnsThere = () =>
  engine.warehouse.query<Column>(
    `SELECT table, name, type, comment, is_in_sorting_key AS inKey FROM system.columns
     WHERE database = currentDatabase() ORDER BY table, position`,
  )
const columnsOf = (table: string) => columns.filter((column) => column.table === table)
const namesOf = (table: string) => columnsOf(table).map(({ name }) => name)
const declared = Object.entries<Table>(tables)

describe('the tables that the migrations make', () => {
  test.each(declared)('%s has the columns that are declared, in their order', (name, table) => {
    expect(namesOf(name)).toEqual([...table.key, ...table.columns, ...receiptColumnsOf(table)])
  })

  test.each(declared)('%s tells its rows apart by its key', async (name, table) => {
    const [found] = await engine.warehouse.query<{ key: string; engine: string }>(
      `SELECT sorting_key AS key, engine_full AS engine FROM system.tables
       WHERE database = currentDatabase() AND name = {name:String}`,
      { name },
    )
    // The day of a row's own instant only says where it lies.
    const parts = found?.key.split(', ').filter((part) => part !== 'toDate(interval_start)')
    expect(parts).toEqual(table.key)
    expect(found?.engine).toContain('ReplacingMergeTree(version, is_deleted)')
    expect(found?.engine).toContain('fsync_after_insert = 1')
  })

  test('what has run but is not recorded, because of a crash, runs again and changes nothing', async () => {
    const { warehouse } = engine
    await warehouse.command('TRUNCATE TABLE migrations')
    expect(await migrate(warehouse)).toEqual(readMigrations().map(({ name }) => name))
    expect(await columnsThere()).toEqual(columns)
    expect(await migrate(warehouse)).toEqual([])
  })

  test('the earlier text that a file names is its own, but for the order of the rows', () => {
    const told = readMigrations().filter(({ sql }) => sql.includes('-- Earlier: '))
    expect(told.length).toBeGreaterThan(0)
    for (const { name, sql } of told) {
      const before = sql
        .replace(/^-- Rows lie by day.*\n-- Earlier: .*\n/m, '')
        .replace('ORDER BY (workspace, toDate(interval_start), ', 'ORDER BY (workspace, ')
      const sha256 = createHash('sha256').update(before).digest('hex')
      expect(sql, name).toContain(`-- Earlier: ${sha256}\n`)
    }
  })

  test('events holds every field of an event, and a column by which the first copy wins', () => {
    expect(namesOf('events')).toEqual([...eventColumns, 'precedence'])
  })

  test('sightings have the columns that are declared, in their order', () => {
    expect(namesOf('dimension_sightings')).toEqual([...sightingColumns])
    expect(namesOf('routing_sightings')).toEqual([...routingSightingColumns])
  })

  test('every column of every table and view says what it is', () => {
    expect(columns.filter(({ comment }) => comment === '')).toEqual([])
    expect(columns.length).toBeGreaterThan(300)
  })

  test.each(Object.keys(intervalMetrics).filter(isIntervalTable))(
    'the comments of %s and of its view are the meanings in the catalogue',
    (name) => {
      const meanings = intervalMetrics[name].map((metric) => [metric.name, metric.description])
      for (const table of [name, `v_${name}`]) {
        const metrics = new Set<string>(intervalMetrics[name].map((metric) => metric.name))
        const comments = columnsOf(table).filter((column) => metrics.has(column.name))
        expect(comments.map((column) => [column.name, column.comment])).toEqual(meanings)
      }
    },
  )

  test('a view has the key without the shard, and the metrics', () => {
    for (const name of Object.keys(intervalMetrics).filter(isIntervalTable)) {
      const { key, columns: metrics } = tables[name]
      expect(namesOf(`v_${name}`)).toEqual([...key.filter((part) => part !== 'shard'), ...metrics])
    }
  })

  test('instants, lengths, counts and histograms have the types that their names promise', () => {
    const facts: readonly TableName[] = [
      'contacts',
      'queue_visits',
      'segments',
      'agent_states',
      'agent_activities',
      'transfers',
    ]
    const rows = columns.filter(({ table }) => table in intervalMetrics || isIn(facts, table))
    const wrong = rows.filter(({ name, type }) => !typeOf(name).test(type))
    expect(wrong).toEqual([])
  })

  test('each file of tables opens with the six answers', () => {
    for (const { name, sql } of readMigrations()) {
      for (const statement of sql.split(';\n').filter((text) => text.trim() !== '')) {
        const comment =
          statement
            .trim()
            .split(/\n(?:CREATE|ALTER|INSERT)/)[0]
            ?.split('\n') ?? []
        expect(comment, name).toHaveLength(6)
        expect(comment[1], name).toMatch(/^-- One row[:;] /)
        expect(comment[2], name).toMatch(/^-- Written by: /)
      }
    }
  })
})

function isIntervalTable(name: string): name is IntervalTable {
  return name in intervalMetrics
}

function isIn(names: readonly string[], name: string): boolean {
  return names.includes(name)
}

function typeOf(name: string): RegExp {
  if (/^hold_(?:from|to|started_at)$/.test(name)) return /^Array\(DateTime64\(3, 'UTC'\)\)$/
  if (/_at$|^interval_start$/.test(name)) return /^(?:Nullable\()?DateTime64\(3, 'UTC'\)\)?$/
  if (name.endsWith('_ms')) return /^UInt64$/
  if (name.endsWith('_count')) return /^UInt32$/
  if (name.endsWith('_hist')) return /^Array\(UInt32\)$/
  if (name === 'is_deleted') return /^UInt8$/
  if (name.startsWith('is_')) return /^Bool$/
  return /./
}

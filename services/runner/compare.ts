import {
  eventColumns,
  routingSightingColumns,
  sightingColumns,
  tables,
} from '../../schemas/tables/tables.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { bounded } from './bounded-statement.ts'

export interface TableCheck {
  readonly table: string
  readonly rows: number
  /** Of all rows and all columns that say something; the same for the same rows in any order. */
  readonly checksum: string
}

export interface Difference {
  readonly table: string
  readonly kind: 'only here' | 'only there'
  readonly row: string
}

export interface Comparison {
  readonly here: readonly TableCheck[]
  readonly there: readonly TableCheck[]
  /** Up to 20 rows of each table that only one of the two has, and none only if they are the same. */
  readonly differences: readonly Difference[]
}

interface Compared {
  /** They tell a row from every other. */
  readonly key: readonly string[]
  readonly columns: readonly string[]
}

const compared: Readonly<Record<string, Compared>> = {
  ...Object.fromEntries(
    Object.entries(tables).map(([name, { key, columns }]) => [
      name,
      { key, columns: [...key, ...columns] },
    ]),
  ),
  // By which road a copy came is a matter of which came first; what it says is in the other columns.
  events: { key: ['topic', 'entity', 'at', 'id', 'digest'], columns: eventColumns },
  dimension_sightings: { key: sightingColumns.slice(0, 6), columns: sightingColumns },
  routing_sightings: {
    key: routingSightingColumns.slice(0, 5),
    columns: routingSightingColumns,
  },
}

export const comparedTables: readonly string[] = Object.keys(compared)

/**
 * Count and checksum of each table, as it reads with FINAL, without the columns that say when rows were written. Of tables
 * that lie in months, only from `since` on.
 */
export async function checkTables(
  warehouse: Warehouse,
  onTable: (done: number, total: number) => void = () => undefined,
  since: string = '',
): Promise<readonly TableCheck[]> {
  const checks: TableCheck[] = []
  const all = Object.entries(compared)
  for (const [index, [table, what]] of all.entries()) {
    onTable(index, all.length)
    const months: Check[] = []
    for (const month of await monthsOf(warehouse, table, since)) {
      months.push(await checkMonth(warehouse, table, what, month))
    }
    checks.push(summed(table, months))
  }
  onTable(all.length, all.length)
  return checks
}

/**
 * Compares each table with that of the same name, month by month where tables lie in months. Where two months differ it
 * looks for the rows in pieces of some ten thousand, so that no statement holds more than that. `onTable` hears how many
 * tables are done.
 */
export async function compareTables(
  here: Warehouse,
  there: Warehouse,
  onTable: (done: number, total: number) => void = () => undefined,
): Promise<Comparison> {
  const checks: { readonly here: TableCheck[]; readonly there: TableCheck[] } = {
    here: [],
    there: [],
  }
  const differences: Difference[] = []
  const all = Object.entries(compared)
  for (const [index, [table, what]] of all.entries()) {
    onTable(index, all.length)
    const [ofHere, ofThere, found]: [Check[], Check[], Difference[]] = [[], [], []]
    const months = [...(await monthsOf(here, table)), ...(await monthsOf(there, table))]
    for (const month of [...new Set(months)].sort()) {
      const one = await checkMonth(here, table, what, month)
      const other = await checkMonth(there, table, what, month)
      ofHere.push(one)
      ofThere.push(other)
      if (isSame(one, other) || examplesOf(found) === 'enough') continue
      const rows = Math.max(one.rows, other.rows)
      found.push(...(await differencesIn(here, there, { table, what, month, rows })))
    }
    checks.here.push(summed(table, ofHere))
    checks.there.push(summed(table, ofThere))
    for (const kind of kinds) {
      differences.push(...found.filter((each) => each.kind === kind).slice(0, examplesMax))
    }
  }
  onTable(all.length, all.length)
  return { ...checks, differences }
}

const kinds = ['only here', 'only there'] as const
const examplesMax = 20

/** Each place where the two differ gives at least one: after so many there is nothing new to learn. */
function examplesOf(found: readonly Difference[]): 'enough' | 'too few' {
  return found.length >= 2 * examplesMax ? 'enough' : 'too few'
}

interface Check {
  readonly rows: number
  readonly checksum: string
}

function isSame(one: Check, other: Check): boolean {
  return one.rows === other.rows && one.checksum === other.checksum
}

/** Checksums are sums, so those of months add up to that of the table. */
function summed(table: string, months: readonly Check[]): TableCheck {
  const checksum = months.reduce((sum, month) => sum + BigInt(month.checksum), 0n)
  return {
    table,
    rows: months.reduce((sum, { rows }) => sum + rows, 0),
    checksum: BigInt.asUintN(64, checksum).toString(),
  }
}

/** What the engine keeps apart: months, or one piece that is the whole table. A row never moves to another. */
async function monthsOf(
  warehouse: Warehouse,
  table: string,
  since: string = '',
): Promise<readonly string[]> {
  const rows = await warehouse.query<{ month: string }>(
    `SELECT DISTINCT partition_id AS month FROM system.parts
     WHERE active AND database = {database:String} AND table = {table:String}
       AND (partition_id = 'all' OR partition_id >= {since:String}) ORDER BY month`,
    { database: warehouse.database, table, since },
  )
  return rows.map(({ month }) => month)
}

const counted = 'count() AS rows, toString(sum(cityHash64(tuple('

async function checkMonth(
  warehouse: Warehouse,
  table: string,
  { columns }: Compared,
  month: string,
): Promise<Check> {
  const [found] = await warehouse.query<Check>(
    `SELECT ${counted}${columns.join(', ')})))) AS checksum FROM ${table} FINAL
     WHERE _partition_id = {month:String} ${bounded}`,
    { month },
  )
  return found ?? { rows: 0, checksum: '0' }
}

interface Place {
  readonly table: string
  readonly what: Compared
  readonly month: string
  /** How many rows lie there, about. */
  readonly rows: number
}

/** So many rows of each side are held against each other at once. */
const pieceRows = 50_000
const piecesMax = 65_536

/** Rows that differ within a month, from as many pieces as are needed for enough examples. */
async function differencesIn(
  here: Warehouse,
  there: Warehouse,
  place: Place,
): Promise<readonly Difference[]> {
  const pieces = Math.min(piecesMax, Math.max(1, Math.ceil(place.rows / pieceRows)))
  const [ofHere, ofThere] = [
    await checkPieces(here, place, pieces),
    await checkPieces(there, place, pieces),
  ]
  const found: Difference[] = []
  for (let piece = 0; piece < pieces && examplesOf(found) === 'too few'; piece++) {
    const [one, other] = [ofHere.get(piece) ?? nothing, ofThere.get(piece) ?? nothing]
    if (isSame(one, other)) continue
    found.push(
      ...(await onlyIn(here, there, { ...place, pieces, piece }, 'only here')),
      ...(await onlyIn(there, here, { ...place, pieces, piece }, 'only there')),
    )
  }
  return found
}

const nothing: Check = { rows: 0, checksum: '0' }

function pieceOf({ key }: Compared, pieces: number): string {
  return `cityHash64(${key.join(', ')}) % ${pieces}`
}

async function checkPieces(
  warehouse: Warehouse,
  { table, what, month }: Place,
  pieces: number,
): Promise<ReadonlyMap<number, Check>> {
  const rows = await warehouse.query<Check & { piece: number }>(
    `SELECT ${pieceOf(what, pieces)} AS piece, ${counted}${what.columns.join(', ')})))) AS checksum
     FROM ${table} FINAL WHERE _partition_id = {month:String} GROUP BY piece ${bounded}`,
    { month },
  )
  return new Map(rows.map((row) => [row.piece, row]))
}

async function onlyIn(
  one: Warehouse,
  other: Warehouse,
  place: Place & { readonly pieces: number; readonly piece: number },
  kind: Difference['kind'],
): Promise<readonly Difference[]> {
  const { table, what, month, pieces, piece } = place
  const rowsOf = ({ database }: Warehouse) => `SELECT ${what.columns.join(', ')}
    FROM ${database}.${table} FINAL WHERE _partition_id = {month:String} AND ${pieceOf(what, pieces)} = {piece:UInt64}`
  const rows = await one.query<{ row: string }>(
    `SELECT toString(tuple(*)) AS row FROM (${rowsOf(one)} EXCEPT ${rowsOf(other)})
     ORDER BY row LIMIT ${examplesMax} ${bounded}`,
    { month, piece },
  )
  return rows.map(({ row }) => ({ table, kind, row }))
}

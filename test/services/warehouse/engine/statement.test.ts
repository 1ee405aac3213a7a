import { describe, expect, test } from 'vitest'
import { readInsert, readStatement } from '../../../../services/warehouse/engine/statement.ts'

describe('readStatement', () => {
  test('finds the verb behind comments, parentheses and WITH', () => {
    const verbs = ['/* x */ select 1', '(SELECT 1)', 'WITH 1 AS a SELECT a', 'FROM t SELECT a']
    expect(verbs.map((sql) => readStatement(sql).verb)).toEqual(Array(4).fill('SELECT'))
    expect(readStatement('-- x\nshow tables;').verb).toBe('SHOW')
  })

  test('leaves out comments and the last semicolon, and nothing else', () => {
    const text = "SELECT/* a */1,'--'  ,\n2::UInt8 -- b\n;"
    expect(readStatement(text).sql).toBe("SELECT 1,'--' , 2::UInt8")
  })

  test('finds the format that the statement asks for', () => {
    const formats = [
      'SELECT 1 FORMAT JSON',
      'SELECT 1 format CSV SETTINGS max_threads = 1',
      'SELECT 1 SETTINGS max_threads = 1 FORMAT TSV;',
      'SELECT format FROM t',
      'SELECT (SELECT 1 FORMAT JSON)',
      "SELECT 'x FORMAT JSON'",
    ]
    expect(formats.map((sql) => readStatement(sql).format?.name)).toEqual([
      ...['JSON', 'CSV', 'TSV', undefined, undefined, undefined],
    ])
  })

  test('is one statement', () => {
    expect(() => readStatement('SELECT 1; SELECT 2')).toThrow('Multi-statements are not allowed')
    expect(() => readStatement(' ; -- nothing')).toThrow('Empty query')
  })
})

describe('readInsert', () => {
  test('finds where the rows begin', () => {
    const text = 'INSERT INTO t (a, `FORMAT`) FORMAT CSV\n1,2\n'
    expect(readInsert(text)).toEqual({
      into: 'INSERT INTO t (a, `FORMAT`) ',
      settings: '',
      format: 'CSV',
      dataAt: text.indexOf('1,2'),
    })
  })

  test('keeps the settings apart', () => {
    const text = 'insert into t settings async_insert = 0 format JSONEachRow {"a":1}'
    expect(readInsert(text)).toEqual({
      into: 'insert into t ',
      settings: 'settings async_insert = 0 ',
      format: 'JSONEachRow',
      dataAt: text.indexOf('{'),
    })
  })

  test('takes VALUES for a format', () => {
    const text = "INSERT INTO t VALUES (1, ';')"
    expect(readInsert(text)).toMatchObject({ format: 'Values', dataAt: text.indexOf(' (1') })
  })

  test('is null for what takes its rows from elsewhere, or is no INSERT, or has not all come', () => {
    const others = [
      'INSERT INTO t SELECT 1',
      "INSERT INTO t FROM INFILE 'x' FORMAT CSV",
      'SELECT 1 FORMAT CSV',
      'INSERT INTO t (a) FORM',
      'INSERT INTO t FORMAT',
    ]
    expect(others.map(readInsert)).toEqual(Array(5).fill(null))
  })

  test('looks at nothing in the rows', () => {
    const rows = '\'"`(((/* $$ \0'
    expect(readInsert(`INSERT INTO t FORMAT RowBinary ${rows}`)?.format).toBe('RowBinary')
  })
})

import { expect, test } from 'vitest'
import { decodeRows } from '../../../services/warehouse/row-decoding.ts'
import { encodeRows } from '../../../services/warehouse/row-encoding.ts'

test('rows are arrays in the order of the columns, one a line', () => {
  const [encoded] = encodeRows([
    { a: 1, b: 'x\ny' },
    { b: 'z', a: null },
  ])
  expect(encoded?.columns).toEqual(['a', 'b'])
  expect(encoded?.piece.toString()).toBe('[1,"x\\ny"]\n[null,"z"]')
})

test('a column that only some rows have is there for all', () => {
  const [encoded] = encodeRows([{ a: 1 }, { b: 2 }, { a: 3, c: 4 }])
  expect(encoded?.columns).toEqual(['a', 'b', 'c'])
  expect(encoded?.piece.toString()).toBe('[1,null,null]\n[null,2,null]\n[3,null,4]')
})

test('many rows are several pieces, and no row is lost between them', () => {
  const text = 'x'.repeat(1_000)
  const rows = Array.from({ length: 40_000 }, (_, id) => ({ id, text }))
  const pieces = [...encodeRows(rows)].map(({ piece }) => piece.toString())
  expect(pieces.length).toBeGreaterThan(1)
  const ids = pieces.flatMap((piece) =>
    piece.split('\n').map((line) => line.slice(1, line.indexOf(','))),
  )
  expect(ids.join()).toBe(rows.map(({ id }) => id).join())
})

test('no rows are no piece', () => {
  expect([...encodeRows([])]).toEqual([])
})

test('instants come back as milliseconds, by the type of their column', () => {
  const lines = [
    ['at', 'maybe', 'many', 'text', 'seconds'],
    [
      "DateTime64(3, 'UTC')",
      "Nullable(DateTime64(3, 'UTC'))",
      "Array(DateTime64(3, 'UTC'))",
      'String',
      "DateTime('UTC')",
    ],
    [
      '2023-11-14 22:13:20.123',
      null,
      ['1970-01-01 00:00:00.001'],
      '2023-11-14 22:13:20.123',
      '2023-11-14 22:13:20',
    ],
  ]
  expect(decodeRows(lines.map((line) => JSON.stringify(line)).join('\n') + '\n')).toEqual([
    {
      at: 1_700_000_000_123,
      maybe: null,
      many: [1],
      text: '2023-11-14 22:13:20.123',
      seconds: '2023-11-14 22:13:20',
    },
  ])
})

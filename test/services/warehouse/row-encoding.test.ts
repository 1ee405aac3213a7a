import { expect, test } from 'vitest'
import { decodeRows } from '../../../services/warehouse/row-decoding.ts'
import { encodeRows } from '../../../services/warehouse/row-encoding.ts'

test('rows are arrays in the order of the columns, one a line', () => {
  const [encoded] = encodeRows(
    [
      { a: 1, b: 'x\ny' },
      { b: 'z', a: null },
    ],
    null,
  )
  expect(encoded?.columns).toEqual(['a', 'b'])
  expect(encoded?.piece.toString()).toBe('[1,"x\\ny"]\n[null,"z"]\n')
})

test('a column that only some rows have is there for all', () => {
  const [encoded] = encodeRows([{ a: 1 }, { b: 2 }, { a: 3, c: 4 }], null)
  expect(encoded?.columns).toEqual(['a', 'b', 'c'])
  expect(encoded?.piece.toString()).toBe('[1,null,null]\n[null,2,null]\n[3,null,4]\n')
})

test('many rows are several pieces, and no row is lost between them', () => {
  const text = 'x'.repeat(1_000)
  const rows = Array.from({ length: 80_000 }, (_, id) => ({ id, text }))
  const pieces = [...encodeRows(rows, null)].map(({ piece }) => piece.toString())
  expect(pieces.length).toBeGreaterThan(1)
  const ids = pieces.flatMap((piece) =>
    piece
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(1, line.indexOf(','))),
  )
  expect(ids.join()).toBe(rows.map(({ id }) => id).join())
})

const types = new Map([
  ['n', 'UInt64'],
  ['s', 'LowCardinality(Nullable(String))'],
])

test('rows whose types are known are blocks of the Native format', () => {
  const [encoded, ...more] = encodeRows(
    [
      { n: 1, s: 'é' },
      { n: 258, s: null },
    ],
    types,
  )
  expect(more).toEqual([])
  expect([encoded?.format, encoded?.columns]).toEqual(['Native', ['n', 's']])
  expect(encoded?.piece).toEqual(
    Buffer.concat([
      Buffer.from([2, 2, 1]),
      Buffer.from('n'),
      Buffer.from([6]),
      Buffer.from('UInt64'),
      Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 1]),
      Buffer.from('s'),
      Buffer.from([16]),
      Buffer.from('Nullable(String)'),
      Buffer.from([0, 1, 2, 0xc3, 0xa9, 0]),
    ]),
  )
})

test('rows that say something else than their types do go as JSON', () => {
  const others = [{ n: 'one' }, { n: -1 }, { n: 1.5 }, { n: null }, { unknown: 1 }]
  for (const row of others) {
    expect([...encodeRows([row], types)].map(({ format }) => format)).toEqual([
      'JSONCompactEachRow',
    ])
  }
})

test('no rows are no piece', () => {
  expect([...encodeRows([], null)]).toEqual([])
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

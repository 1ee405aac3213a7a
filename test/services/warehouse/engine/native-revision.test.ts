import { describe, expect, test } from 'vitest'
import { reviseNative } from '../../../../services/warehouse/engine/native-revision.ts'

const u64 = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}
const text = (value: string) =>
  Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)])

interface Column {
  readonly name: string
  readonly type: string
  readonly data: Buffer
}

/** Written from the description of the format, not by the code under test. */
function block(rows: number, columns: readonly Column[], isRevised: boolean): Buffer {
  return Buffer.concat([
    ...(isRevised ? [Buffer.from([1, 0, 2, 255, 255, 255, 255, 0])] : []),
    Buffer.from([columns.length, rows]),
    ...columns.flatMap(({ name, type, data }) => [
      text(name),
      text(type),
      ...(isRevised ? [Buffer.from([0])] : []),
      data,
    ]),
  ])
}

const columns: readonly Column[] = [
  { name: 'n', type: 'UInt64', data: Buffer.concat([u64(1), u64(2)]) },
  { name: 's', type: 'String', data: Buffer.concat([text('a'), text('')]) },
  { name: 'f', type: 'FixedString(3)', data: Buffer.from('abcdef') },
  { name: 'maybe', type: 'Nullable(Int16)', data: Buffer.from([0, 1, 5, 0, 0, 0]) },
  {
    name: 'many',
    type: 'Array(Nullable(String))',
    data: Buffer.concat([u64(1), u64(3), Buffer.from([0, 0, 1]), text('x'), text('y'), text('')]),
  },
  {
    name: 'low',
    type: 'LowCardinality(Nullable(String))',
    data: Buffer.concat([
      ...[u64(1), u64(0x600), u64(2), text(''), text('b')],
      ...[u64(2), Buffer.from([1, 0])],
    ]),
  },
  {
    name: 'map',
    type: 'Map(String, UInt8)',
    data: Buffer.concat([u64(0), u64(1), text('k'), Buffer.from([7])]),
  },
  {
    name: 'pair',
    type: 'Tuple(`a b` UInt8, c Decimal(18, 2))',
    data: Buffer.concat([Buffer.from([1, 2]), u64(3), u64(4)]),
  },
  { name: 'at', type: "DateTime64(3, 'UTC')", data: Buffer.concat([u64(5), u64(6)]) },
  { name: 'e', type: "Enum8('a' = 1, 'b,)' = 2)", data: Buffer.from([1, 2]) },
]
const none = [{ name: 'n', type: 'UInt64', data: Buffer.alloc(0) }]

async function revise(bytes: Buffer, pieceBytes: number, revision: number): Promise<Buffer> {
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield await Promise.resolve(bytes.subarray(at, at + pieceBytes))
    }
  }
  const revised: Buffer[] = []
  for await (const part of reviseNative(pieces(), revision)) revised.push(part)
  return Buffer.concat(revised)
}

describe('reviseNative', () => {
  const plain = Buffer.concat([
    block(2, columns, false),
    block(0, none, false),
    block(2, columns, false),
  ])
  const revised = Buffer.concat([
    block(2, columns, true),
    block(0, none, true),
    block(2, columns, true),
  ])

  test('adds to each block and column what a client of that revision reads', async () => {
    expect(await revise(plain, plain.length, 54_460)).toEqual(revised)
  })

  test('in whatever pieces the blocks come', async () => {
    for (const pieceBytes of [1, 2, 3, 7, 50, 200]) {
      expect(await revise(plain, pieceBytes, 54_460)).toEqual(revised)
    }
  })

  test('leaves the columns as they are for an older client', async () => {
    const info = Buffer.from([1, 0, 2, 255, 255, 255, 255, 0])
    const one = block(2, columns, false)
    expect(await revise(one, 10, 54_400)).toEqual(Buffer.concat([info, one]))
  })

  test('half a block is an error, and so is a type that it does not know', async () => {
    const half = plain.subarray(0, plain.length - 1)
    await expect(revise(half, 10, 54_460)).rejects.toThrow('half a block')
    const json = block(1, [{ name: 'j', type: 'JSON', data: u64(0) }], false)
    await expect(revise(json, 10, 54_460)).rejects.toThrow('Type JSON is not supported')
  })
})

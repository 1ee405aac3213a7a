import { exception } from './exception.ts'

/** A place in bytes of ClickHouse's Native format. Beyond their end it throws `Incomplete`: the rest is still to come. */
export class NativeCursor {
  at = 0
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  skip(count: number): void {
    if (this.at + count > this.bytes.length) throw new Incomplete()
    this.at += count
  }

  varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at]
      if (byte === undefined) throw new Incomplete()
      this.at++
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }

  uint64(): number {
    const from = this.at
    this.skip(8)
    return Number(this.bytes.readBigUInt64LE(from))
  }

  text(): string {
    const length = this.varint()
    const from = this.at
    this.skip(length)
    return this.bytes.toString('utf8', from, this.at)
  }
}

export class Incomplete extends Error {}

/** How to get past the values of a type: first what is written once a block, then so many values. */
export interface NativeType {
  prefix(cursor: NativeCursor): void
  values(cursor: NativeCursor, rows: number): void
}

export function nativeType(name: string): NativeType {
  const known = types.get(name)
  if (known !== undefined) return known
  const type = makeType(name)
  if (types.size < 1_000) types.set(name, type)
  return type
}

const types = new Map<string, NativeType>()

const noPrefix = () => undefined

const widths: Readonly<Record<string, number>> = {
  Nothing: 1,
  ...{ Bool: 1, Int8: 1, UInt8: 1, Enum8: 1 },
  ...{ Int16: 2, UInt16: 2, Enum16: 2, Date: 2, BFloat16: 2 },
  ...{ Int32: 4, UInt32: 4, Float32: 4, Date32: 4, DateTime: 4, Time: 4, IPv4: 4, Decimal32: 4 },
  ...{ Int64: 8, UInt64: 8, Float64: 8, DateTime64: 8, Time64: 8, Decimal64: 8 },
  ...{ Int128: 16, UInt128: 16, UUID: 16, IPv6: 16, Decimal128: 16, Point: 16 },
  ...{ Int256: 32, UInt256: 32, Decimal256: 32 },
}

function makeType(name: string): NativeType {
  const [, head = '', inside] = /^(\w+)(?:\((.*)\))?$/s.exec(name) ?? []
  const inner = inside === undefined ? [] : splitArguments(inside)
  const [first = '', second = ''] = inner
  const width = widths[head] ?? (head.startsWith('Interval') ? 8 : undefined)
  if (width !== undefined) return fixed(width)
  switch (head) {
    case 'FixedString':
      return fixed(Number(first))
    case 'Decimal':
      return fixed(decimalWidth(Number(first)))
    case 'String':
      return { prefix: noPrefix, values: skipStrings }
    case 'Nullable':
      return withNulls(nativeType(first))
    case 'LowCardinality':
      return lowCardinality(first)
    case 'Array':
      return array(nativeType(first))
    case 'Map':
      return array(together([nativeType(first), nativeType(second)]))
    case 'Tuple':
      return together(inner.map((part) => nativeType(withoutName(part))))
    case 'SimpleAggregateFunction':
      return nativeType(second)
    default:
      throw exception(
        'NOT_IMPLEMENTED',
        `Type ${name} is not supported in the Native format with client_protocol_version by the embedded engine.`,
      )
  }
}

function fixed(width: number): NativeType {
  return { prefix: noPrefix, values: (cursor, rows) => cursor.skip(width * rows) }
}

function decimalWidth(precision: number): number {
  if (precision <= 9) return 4
  if (precision <= 18) return 8
  return precision <= 38 ? 16 : 32
}

function skipStrings(cursor: NativeCursor, rows: number): void {
  for (let row = 0; row < rows; row++) cursor.skip(cursor.varint())
}

function withNulls(type: NativeType): NativeType {
  return {
    prefix: (cursor) => type.prefix(cursor),
    values(cursor, rows) {
      cursor.skip(rows)
      type.values(cursor, rows)
    },
  }
}

/** Lengths as ends, counted from the first row; then all the elements. */
function array(type: NativeType): NativeType {
  return {
    prefix: (cursor) => type.prefix(cursor),
    values(cursor, rows) {
      if (rows === 0) return
      cursor.skip(8 * (rows - 1))
      type.values(cursor, cursor.uint64())
    },
  }
}

function together(parts: readonly NativeType[]): NativeType {
  return {
    prefix: (cursor) => parts.forEach((part) => part.prefix(cursor)),
    values: (cursor, rows) => parts.forEach((part) => part.values(cursor, rows)),
  }
}

/** A dictionary, in which NULL is its first entry and no type of its own, then indexes as wide as the flags say. */
function lowCardinality(inner: string): NativeType {
  const keys = nativeType(/^Nullable\((.*)\)$/s.exec(inner)?.[1] ?? inner)
  return {
    prefix: (cursor) => cursor.skip(8),
    values(cursor, rows) {
      if (rows === 0) return
      const flags = cursor.uint64()
      keys.values(cursor, cursor.uint64())
      cursor.skip(cursor.uint64() * 2 ** (flags % 256))
    },
  }
}

/** Cut at the commas that stand in no parenthesis and no quotation. */
function splitArguments(text: string): readonly string[] {
  const parts: string[] = []
  let from = 0
  let depth = 0
  for (const match of text.matchAll(/'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[(),]/gs)) {
    if (match[0] === '(') depth++
    else if (match[0] === ')') depth--
    else if (match[0] === ',' && depth === 0) {
      parts.push(text.slice(from, match.index).trim())
      from = match.index + 1
    }
  }
  return [...parts, text.slice(from).trim()]
}

/** An element of a tuple may have a name before its type. */
function withoutName(part: string): string {
  return part.replace(/^(?:`(?:[^`\\]|\\.)*`|\w+)\s+/s, '')
}

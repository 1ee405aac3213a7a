import type { ByteWriter } from './byte-writer.ts'
import type { Row } from './warehouse.ts'

/** How a column is written in ClickHouse's Native format. */
export interface NativeColumn {
  /** The type that is named in the block. Where it differs from the table's, ClickHouse converts. */
  readonly type: string
  /** False as soon as a value is not of the kind that belongs here; what was written is then of no use. */
  write(rows: readonly Row[], name: string, to: ByteWriter): boolean
}

/** Null for a type that is not written here. */
export function nativeColumn(type: string): NativeColumn | null {
  // Dictionaries are ClickHouse's business: it makes them from plain texts.
  const plain = inside('LowCardinality', type)
  if (plain !== null) return nativeColumn(plain)
  // One value of a least or greatest is a value like any other.
  const merged = inside('SimpleAggregateFunction', type)
  if (merged !== null) return nativeColumn(merged.slice(merged.indexOf(', ') + 2))
  return (
    made(plainOf, type) ??
    made(nullableOf, inside('Nullable', type)) ??
    made(arrayOf, inside('Array', type))
  )
}

function inside(wrapper: string, type: string): string | null {
  return type.startsWith(`${wrapper}(`) ? type.slice(wrapper.length + 1, -1) : null
}

function made(make: (scalar: Scalar) => NativeColumn, type: string | null): NativeColumn | null {
  const scalar = type === null ? undefined : scalars.get(type)
  return scalar === undefined ? null : make(scalar)
}

interface Scalar {
  readonly type: string
  /** Writes it, if it is one of these. */
  put(to: ByteWriter, value: unknown): boolean
  /** What stands in the place of a NULL. */
  putNothing(to: ByteWriter): void
}

function plainOf(scalar: Scalar): NativeColumn {
  return {
    type: scalar.type,
    write(rows, name, to) {
      for (const row of rows) if (!scalar.put(to, row[name])) return false
      return true
    },
  }
}

/** Which are NULL, a byte each; then all of them, with something in the place of those. */
function nullableOf(scalar: Scalar): NativeColumn {
  return {
    type: `Nullable(${scalar.type})`,
    write(rows, name, to) {
      for (const row of rows) to.byte(isNothing(row[name]) ? 1 : 0)
      for (const row of rows) {
        const value = row[name]
        if (isNothing(value)) scalar.putNothing(to)
        else if (!scalar.put(to, value)) return false
      }
      return true
    },
  }
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined
}

/** Where each ends, counted in elements from the first; then all the elements. */
function arrayOf(scalar: Scalar): NativeColumn {
  return {
    type: `Array(${scalar.type})`,
    write(rows, name, to) {
      let end = 0
      for (const row of rows) {
        const values = row[name]
        if (!Array.isArray(values)) return false
        end += values.length
        to.int64(end)
      }
      return rows.every((row) => {
        const values = row[name]
        return Array.isArray(values) && values.every((value) => scalar.put(to, value))
      })
    },
  }
}

function whole(
  type: string,
  from: number,
  to: number,
  put: (to: ByteWriter, value: number) => void,
): Scalar {
  return {
    type,
    put(writer, value) {
      if (typeof value !== 'number' || !Number.isInteger(value)) return false
      if (value < from || value > to) return false
      put(writer, value)
      return true
    },
    putNothing: (writer) => put(writer, 0),
  }
}

const text: Scalar = {
  type: 'String',
  put(to, value) {
    if (typeof value !== 'string') return false
    to.text(value)
    return true
  },
  putNothing: (to) => to.byte(0),
}

const flag: Scalar = {
  type: 'Bool',
  put(to, value) {
    if (typeof value !== 'boolean') return false
    to.byte(value ? 1 : 0)
    return true
  },
  putNothing: (to) => to.byte(0),
}

const real: Scalar = {
  type: 'Float64',
  put(to, value) {
    if (typeof value !== 'number') return false
    to.float64(value)
    return true
  },
  putNothing: (to) => to.float64(0),
}

const safe = Number.MAX_SAFE_INTEGER

const scalars: ReadonlyMap<string, Scalar> = new Map(
  [
    ...[text, flag, real],
    whole('UInt8', 0, 2 ** 8 - 1, (to, value) => to.byte(value)),
    whole('UInt16', 0, 2 ** 16 - 1, (to, value) => to.uint16(value)),
    whole('UInt32', 0, 2 ** 32 - 1, (to, value) => to.uint32(value)),
    whole('UInt64', 0, safe, (to, value) => to.int64(value)),
    whole('Int64', -safe, safe, (to, value) => to.int64(value)),
    whole("DateTime64(3, 'UTC')", -safe, safe, (to, value) => to.int64(value)),
  ].map((scalar) => [scalar.type, scalar]),
)

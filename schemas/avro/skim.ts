import avro from 'avsc'

/** Whether the lists and maps in a record that begins at `at` hold no more than its bytes do. */
export type Skim = (bytes: Uint8Array, at: number) => boolean

/**
 * Walks over a record, as far as its last list or map, without reading it. avsc believes a list that claims a billion
 * items and looks only afterwards whether they were there: a hundred hostile bytes would stop a shard for minutes, and
 * again after every restart. Here each count is held against the bytes that are left, before avsc sees it. (Lengths of
 * texts and the end of the record it looks after by itself.)
 */
export function createSkim(type: avro.Type): Skim {
  const fields = type instanceof avro.types.RecordType ? type.fields.map((field) => field.type) : []
  const last = fields.findLastIndex(isMany)
  const step = all(fields.slice(0, last + 1).map(stepOver))
  return (bytes, at) => step({ bytes, at })
}

function isMany(type: avro.Type): boolean {
  return type instanceof avro.types.ArrayType || type instanceof avro.types.MapType
}

interface Walk {
  readonly bytes: Uint8Array
  at: number
}

/** Moves behind one value; false when it is not there as a whole. */
type Step = (walk: Walk) => boolean

function stepOver(type: avro.Type): Step {
  if (type instanceof avro.types.RecordType)
    return all(type.fields.map((one) => stepOver(one.type)))
  if (type instanceof avro.types.UnwrappedUnionType) return oneOf(type.types.map(stepOver))
  if (type instanceof avro.types.ArrayType) return many(stepOver(type.itemsType))
  if (type instanceof avro.types.MapType) {
    const map: { readonly valuesType: avro.Type } = type
    return many(all([sized, stepOver(map.valuesType)]))
  }
  switch (type.typeName) {
    case 'string':
    case 'bytes':
      return sized
    case 'long':
      return (walk) => readLong(walk) !== undefined
    case 'boolean':
      return (walk) => ++walk.at <= walk.bytes.length
    case 'null':
      return () => true
    default:
      throw new Error(`no schema of ours holds the type ${type.typeName}`)
  }
}

function sized(walk: Walk): boolean {
  const length = readLong(walk)
  if (length === undefined || length < 0) return false
  walk.at += length
  return walk.at <= walk.bytes.length
}

function all(steps: readonly Step[]): Step {
  return (walk) => {
    for (const step of steps) if (!step(walk)) return false
    return true
  }
}

function oneOf(steps: readonly Step[]): Step {
  return (walk) => {
    const step = steps[readLong(walk) ?? -1]
    return step !== undefined && step(walk)
  }
}

/** Blocks of items, each with its count, which is negative when its size in bytes follows. The last block has none. */
function many(step: Step): Step {
  return (walk) => {
    for (;;) {
      const count = readLong(walk)
      if (count === undefined) return false
      if (count === 0) return true
      if (count < 0 && readLong(walk) === undefined) return false
      // Every item of ours takes a byte at least.
      if (Math.abs(count) > walk.bytes.length - walk.at) return false
      for (let item = 0; item < Math.abs(count); item++) if (!step(walk)) return false
    }
  }
}

/** A zigzag number of at most ten bytes; mostly it is one. */
function readLong(walk: Walk): number | undefined {
  let value = 0
  for (let scale = 1, length = 0; length < 10; scale *= 128, length++) {
    const byte = walk.bytes[walk.at++]
    if (byte === undefined) return undefined
    if (byte < 128 && length === 0) return (byte >>> 1) ^ -(byte & 1)
    value += (byte & 127) * scale
    if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
  return undefined
}

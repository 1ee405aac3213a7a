/** What attributes are made of: what `JSON.parse` gives. */
export type JsonValue = Scalar | readonly JsonValue[] | JsonObject

export type Scalar = null | boolean | number | string

export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** A way into attributes: names of objects, positions in lists. */
export type Path = readonly (string | number)[]

export function isScalar(value: JsonValue): value is Scalar {
  return value === null || typeof value !== 'object'
}

export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** What stands at a path; null where nothing does, as TaskRouter has it. Inherited names (`constructor`) are nothing. */
export function valueAt(value: JsonValue, path: Path): JsonValue {
  let found = value
  for (const step of path) {
    if (typeof step === 'number') {
      if (!isList(found)) return null
      found = found[step] ?? null
    } else {
      if (!isObject(found) || !Object.hasOwn(found, step)) return null
      found = found[step] ?? null
    }
  }
  return found
}

/**
 * The same value with another one at a path; what is not there on the way is made. `undefined` where that cannot be: a
 * position further than the next one of a list.
 */
export function withValueAt(value: JsonValue, path: Path, to: JsonValue): JsonValue | undefined {
  const [step, ...rest] = path
  if (step === undefined) return to
  if (typeof step === 'number') {
    const list = isList(value) ? value : []
    if (step > list.length) return undefined
    const inner = withValueAt(list[step] ?? null, rest, to)
    return inner === undefined ? undefined : list.toSpliced(step, 1, inner)
  }
  const object = isObject(value) ? value : {}
  const inner = withValueAt(Object.hasOwn(object, step) ? (object[step] ?? null) : null, rest, to)
  return inner === undefined ? undefined : { ...object, [step]: inner }
}

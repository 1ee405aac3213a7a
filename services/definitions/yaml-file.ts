import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'

/** One thing that is wrong with a file; line and column count from 1. */
export interface FileFault {
  readonly line: number
  readonly column: number
  /** Where in the file, such as `queues.billing.slThresholdMs`; empty where the YAML itself is wrong. */
  readonly field: string
  readonly detail: string
  /** What would have been right. */
  readonly choices?: readonly string[]
}

export type YamlFile<T> =
  | { readonly kind: 'understood'; readonly value: T }
  | { readonly kind: 'refused'; readonly faults: readonly FileFault[] }

/** A fault by the place of its value. */
export interface ValueFault {
  readonly path: readonly PropertyKey[]
  /** The name is wrong, not what stands under it. */
  readonly isOfName: boolean
  readonly detail: string
  readonly choices?: readonly string[]
}

export interface FileForm<T> {
  readonly schema: z.ZodType<T>
  /** What the file is, for who sends something else. */
  readonly about: string
  /** What is wrong with values that are each of the right form, also where others are not. */
  faultsBetween(value: unknown): readonly ValueFault[]
}

/** Reads YAML: either what it says, or all that is wrong with it, in the order of the lines. */
export function readYamlFile<T>(text: string, form: FileForm<T>): YamlFile<T> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const inYaml = [...document.errors, ...document.warnings].map(({ pos, code, message }) => ({
    ...{ ...at(pos[0]), field: '' },
    detail: code === 'DUPLICATE_KEY' ? 'this name stands here a second time' : message,
  }))
  const value = document.errors.length > 0 ? null : plainValue(document)
  if (value === null && inYaml.length > 0) return refused(inYaml)
  if (!isMap(document.contents) || value === null) {
    return refused([...inYaml, { ...at(0), field: '', detail: form.about }])
  }
  const read = form.schema.safeParse(value)
  const faults = [
    ...(read.error?.issues.flatMap((issue) => faultsOf(form.schema, issue, value)) ?? []),
    ...form.faultsBetween(value),
  ]
  const placed = faults.map(({ path, isOfName, ...fault }) => ({
    ...at(offsetOf(document, path, isOfName)),
    ...{ field: path.join('.'), ...fault },
  }))
  if (read.success && placed.length + inYaml.length === 0) {
    return { kind: 'understood', value: read.data }
  }
  return refused([...inYaml, ...placed])
}

/** A fault as a person reads it. */
export function faultText({ line, column, field, detail, choices }: FileFault): string {
  const where = `line ${line}, column ${column}${field === '' ? '' : `, ${field}`}`
  return `${where}: ${detail}${choices === undefined ? '' : ` (${choices.join(', ')})`}`
}

function refused(faults: readonly FileFault[]): YamlFile<never> {
  const inOrder = faults.toSorted((a, b) => a.line - b.line || a.column - b.column)
  return { kind: 'refused', faults: inOrder }
}

/** Null where aliases would make more of the text than it is. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof ReferenceError) return null
    throw error
  }
}

function faultsOf(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  value: unknown,
): readonly ValueFault[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    const choices = namesAt(schema, path, value)
    const detail = 'there is no such setting'
    return issue.keys.map((key) => ({ path: [...path, key], isOfName: true, detail, choices }))
  }
  if (issue.code === 'invalid_key') {
    return [{ path, isOfName: true, detail: issue.issues[0]?.message ?? issue.message }]
  }
  if (issue.code === 'invalid_value') return [oneOf(path, issue.values.map(String))]
  // Of several forms the one that a value is of is told by one of its settings.
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)) {
    return [oneOf(path, issue.options.map(String))]
  }
  return [{ path, isOfName: false, detail: issue.message }]
}

function oneOf(path: readonly PropertyKey[], choices: readonly string[]): ValueFault {
  return { path, isOfName: false, detail: 'must be one of these', choices }
}

/** The settings that there are at a place. */
function namesAt(
  schema: z.ZodType,
  path: readonly PropertyKey[],
  value: unknown,
): readonly string[] {
  let inner = innerOf(schema, value)
  let told = value
  for (const name of path) {
    told = memberOf(told, name)
    if (inner instanceof z.ZodObject) inner = innerOf(inner.shape[String(name)], told)
    else if (inner instanceof z.ZodRecord) inner = innerOf(inner.valueType, told)
    else if (inner instanceof z.ZodArray) inner = innerOf(inner.element, told)
    else return []
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

/** Without defaults around it; of several forms the one that the value says it is of. */
function innerOf(schema: unknown, value: unknown): unknown {
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const name = schema.def.discriminator
    const option = schema.options.find(
      (each) =>
        each instanceof z.ZodObject &&
        each.shape[name] instanceof z.ZodLiteral &&
        each.shape[name].value === memberOf(value, name),
    )
    return option
  }
  const isWrapped =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  return isWrapped ? innerOf(schema.unwrap(), value) : schema
}

function memberOf(value: unknown, name: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

/** Where in the text a value or its name begins; of what is missing, the name that it is missing under. */
function offsetOf(document: Document, path: readonly PropertyKey[], isOfName: boolean): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => nameOf(key) === String(step))
      if (pair === undefined) return offset
      const keyAt = startOf(pair.key) ?? offset
      const isLast = depth === path.length - 1
      offset = isLast && !isOfName ? (startOf(pair.value) ?? keyAt) : keyAt
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    } else return offset
  }
  return offset
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key)
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined
  const range: unknown = node.range
  const start: unknown = Array.isArray(range) ? range[0] : undefined
  return typeof start === 'number' ? start : undefined
}

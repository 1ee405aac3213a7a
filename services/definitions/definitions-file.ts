import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { definitionsFileSchema, thresholdFaults } from '../../schemas/events/definitions.ts'
import { nearestZones } from '../time/zone-names.ts'
import { isZone } from '../time/zone.ts'

/** What a file of definitions says, with the defaults of what it leaves out. */
export type FileDefinitions = z.infer<typeof definitionsFileSchema>

/** One thing that is wrong with a file; line and column count from 1. */
export interface DefinitionsFault {
  readonly line: number
  readonly column: number
  /** Where in the definitions, such as `queues.billing.slThresholdMs`; empty where the YAML itself is wrong. */
  readonly field: string
  readonly detail: string
  /** What would have been right. */
  readonly choices?: readonly string[]
}

export type DefinitionsFile =
  | { readonly kind: 'understood'; readonly definitions: FileDefinitions }
  | { readonly kind: 'refused'; readonly faults: readonly DefinitionsFault[] }

/** Reads YAML: either the definitions, or all that is wrong with them, in the order of the lines. */
export function readDefinitionsFile(text: string): DefinitionsFile {
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
    const detail = 'a file of definitions is a mapping, such as "slThresholdMs: 20000"'
    return refused([...inYaml, { ...at(0), field: '', detail }])
  }
  const read = definitionsFileSchema.safeParse(value)
  const faults = [...(read.error?.issues.flatMap(faultsOf) ?? []), ...faultsBetween(value)]
  const placed = faults.map(({ path, isOfName, ...fault }) => ({
    ...at(offsetOf(document, path, isOfName)),
    ...{ field: path.join('.'), ...fault },
  }))
  if (read.success && placed.length + inYaml.length === 0) {
    return { kind: 'understood', definitions: read.data }
  }
  return refused([...inYaml, ...placed])
}

/** A fault as a person reads it. */
export function faultText({ line, column, field, detail, choices }: DefinitionsFault): string {
  const where = `line ${line}, column ${column}${field === '' ? '' : `, ${field}`}`
  return `${where}: ${detail}${choices === undefined ? '' : ` (${choices.join(', ')})`}`
}

function refused(faults: readonly DefinitionsFault[]): DefinitionsFile {
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

type Path = readonly PropertyKey[]

interface Fault {
  readonly path: Path
  /** The name is wrong, not what stands under it. */
  readonly isOfName: boolean
  readonly detail: string
  readonly choices?: readonly string[]
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    const choices = namesAt(path)
    const detail = 'there is no such setting'
    return issue.keys.map((key) => ({ path: [...path, key], isOfName: true, detail, choices }))
  }
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String)
    return [{ path, isOfName: false, detail: 'must be one of these', choices }]
  }
  return [{ path, isOfName: false, detail: issue.message }]
}

/** The settings that there are at a place. */
function namesAt(path: Path): readonly string[] {
  let schema: unknown = definitionsFileSchema
  for (const name of path) {
    const inner = unwrapped(schema)
    if (inner instanceof z.ZodObject) schema = inner.shape[String(name)]
    else if (inner instanceof z.ZodRecord) schema = inner.valueType
    else return []
  }
  const inner = unwrapped(schema)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

function unwrapped(schema: unknown): unknown {
  const isWrapped =
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional
  return isWrapped ? unwrapped(schema.unwrap()) : schema
}

/** What is wrong with values that are each of the right form, also where others are not. */
function faultsBetween(value: unknown): readonly Fault[] {
  const { sites, productiveActivities, intervalMinutes, ...thresholds } = loose.parse(value)
  const faults: Fault[] = thresholdFaults(thresholds).map(({ path, message }) => ({
    ...{ path, isOfName: false, detail: message },
  }))
  for (const [site, { zone, dayStartsAt }] of Object.entries(sites)) {
    if (zone !== undefined && !isZone(zone)) {
      const detail = 'is no IANA time zone; the nearest are these'
      const choices = nearestZones(zone)
      faults.push({ path: ['sites', site, 'zone'], isOfName: false, detail, choices })
    }
    const minutes = Date.parse(`1970-01-01T${dayStartsAt ?? '00:00'}Z`) / 60_000
    if (minutes % intervalMinutes > 0) {
      const detail = `a day must begin where an interval of ${intervalMinutes} minutes begins`
      faults.push({ path: ['sites', site, 'dayStartsAt'], isOfName: false, detail })
    }
  }
  for (const [index, name] of productiveActivities.entries()) {
    if (productiveActivities.indexOf(name) === index) continue
    const detail = 'this name stands here a second time'
    faults.push({ path: ['productiveActivities', index], isOfName: false, detail })
  }
  return faults
}

const wait = z.int().min(0).optional().catch(undefined)
const waits = { slThresholdMs: wait, shortAbandonMs: wait }
const ofChannels = z.record(z.string(), z.object(waits).catch({})).optional().catch(undefined)
const loose = z.object({
  ...waits,
  queues: z
    .record(z.string(), z.object({ ...waits, channels: ofChannels }).catch({}))
    .optional()
    .catch(undefined),
  sites: z
    .record(
      z.string(),
      z
        .object({
          zone: z.string().optional().catch(undefined),
          dayStartsAt: z.string().optional().catch(undefined),
        })
        .catch({}),
    )
    .catch({}),
  productiveActivities: z.array(z.unknown()).catch([]),
  intervalMinutes: z.literal([5, 15, 30]).catch(15),
})

/** Where in the text a value or its name begins; of what is missing, the name that it is missing under. */
function offsetOf(document: Document, path: Path, isOfName: boolean): number {
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

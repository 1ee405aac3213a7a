import { CloudEvent, ValidationError } from 'cloudevents'
import { z } from 'zod'
import {
  attributeName,
  customEventSchema,
  type CustomEvent,
} from '../../../schemas/inbound/custom-events.ts'

/** A fault of a call to the API: where, as a JSON pointer, and what. It never repeats what was sent. */
export interface Fault {
  readonly pointer: string
  readonly detail: string
}

export interface EnvelopeReading {
  /** Null where something is wrong with it. */
  readonly event: CustomEvent | null
  readonly faults: readonly Fault[]
}

/**
 * Reads what CloudEvents say of an event, and finds every fault of it. What we ask for is in the schema; whether the
 * attributes are those of a CloudEvent is for their own SDK to say.
 */
export function readEnvelope(value: unknown): EnvelopeReading {
  const parsed = customEventSchema.safeParse(value)
  const hasNames = !isObject(value) || Object.keys(value).every((name) => attributeName.test(name))
  if (parsed.success && hasNames && isSound(parsed.data)) {
    return { event: parsed.data, faults: [] }
  }
  const faults = parsed.success ? [] : [...faultsOf(parsed.error, '')]
  if (!hasNames) {
    // Which name it is, is not repeated: it is the sender's word.
    const detail = 'the name of an extension must have small letters and digits only'
    faults.push({ pointer: '', detail })
  }
  // The SDK stops at the first fault, and makes up an id and a time where there are none: so each attribute is shown to
  // it beside others that are sound.
  for (const [name, attribute] of Object.entries(isObject(value) ? attributesOf(value) : {})) {
    const pointer = `/${name}`
    if (attribute === undefined || faults.some((fault) => fault.pointer === pointer)) continue
    const detail = objectionTo({ ...soundAttributes, [name]: attribute })
    if (detail !== null) faults.push({ pointer, detail })
  }
  return { event: null, faults }
}

export function faultsOf(error: z.ZodError, place: string): readonly Fault[] {
  return error.issues.map((issue) => ({
    pointer: place + issue.path.map((step) => `/${escaped(String(step))}`).join(''),
    detail: issue.message,
  }))
}

/** As RFC 6901 writes a name in a pointer. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** It is shown no data and no extensions: it would copy them. */
function attributesOf(event: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { specversion, id, source, type, time } = event
  const [subject, datacontenttype, dataschema] = [
    event['subject'] ?? undefined,
    event['datacontenttype'] ?? undefined,
    event['dataschema'] ?? undefined,
  ]
  return { specversion, id, source, type, time, subject, datacontenttype, dataschema }
}

/**
 * Whether the SDK has nothing against an event of which our schema has judged id and time already. What is left is the
 * same in most events of a sender, so what the SDK has said of it is remembered.
 */
function isSound({ source, type, ...event }: CustomEvent): boolean {
  const { subject, datacontenttype, dataschema } = event
  const name = JSON.stringify([source, type, subject, datacontenttype, dataschema])
  if (sound.has(name)) return true
  if (objectionTo(attributesOf({ ...event, source, type })) !== null) return false
  if (sound.size >= soundMax) sound.clear()
  sound.add(name)
  return true
}

const sound = new Set<string>()
const soundMax = 1_000

/** What the SDK has against an event of these attributes. */
function objectionTo(attributes: Readonly<Record<string, unknown>>): string | null {
  try {
    new CloudEvent(attributes)
    return null
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error
    const objections = objectionsSchema.safeParse(error.errors)
    return objections.data?.[0]?.message ?? 'is not what CloudEvents ask for'
  }
}

const objectionsSchema = z.array(z.object({ message: z.string() }))

const soundAttributes = {
  specversion: '1.0',
  id: '1',
  source: '/',
  type: 'sound',
  time: '1970-01-01T00:00:00Z',
} as const

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { Instant } from '../../../schemas/events/instant.ts'
import { toInstant } from './event-time.ts'

/**
 * What TaskRouter says about an event, under the names of a callback (`TaskQueueSid`, all values strings) or of Event
 * Streams and REST (`task_queue_sid`, some values numbers). One dictionary in snake_case reads both.
 */
export type Parameters = Readonly<Record<string, unknown>>

/** An empty string says nothing: forms send one where JSON sends null or leaves the member out. */
export function textOf(parameters: Parameters, name: string): string | null {
  const value = valueOf(parameters, name)
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return null
}

/** A name of something. A ledger's ids are short; what is longer names nothing, and stays in the payload. */
export function idOf(parameters: Parameters, name: string): string | null {
  const text = textOf(parameters, name)
  return text !== null && text.length <= 256 ? text : null
}

export function integerOf(parameters: Parameters, name: string): number | null {
  const value = valueOf(parameters, name)
  const number = typeof value === 'string' && digits.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null
}

export function flagOf(parameters: Parameters, name: string): boolean | null {
  const value = valueOf(parameters, name)
  if (typeof value === 'boolean') return value
  return (
    flags.get(typeof value === 'string' || typeof value === 'number' ? lower(value) : '') ?? null
  )
}

export function timeOf(parameters: Parameters, name: string): Instant | null {
  return toInstant(valueOf(parameters, name))
}

/** JSON inside a string, kept as text whether it can be parsed or not. */
export function jsonTextOf(parameters: Parameters, name: string): string | null {
  const value = valueOf(parameters, name)
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return textOf(parameters, name)
}

function valueOf(parameters: Parameters, name: string): unknown {
  const value = parameters[name] ?? parameters[spelling(name)]
  // A form may name a parameter twice; the signature covers both, the first one counts.
  return Array.isArray(value) ? value[0] : value
}

const spellings = new Map<string, string>()

/** Looked up by the names in our own sources only, so it stays small whatever a sender invents. */
function spelling(name: string): string {
  const known = spellings.get(name)
  if (known !== undefined) return known
  const spelled = inPascalCase(name)
  spellings.set(name, spelled)
  return spelled
}

/** How callbacks spell what REST and Event Streams call `name`. */
export function inPascalCase(name: string): string {
  return name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const digits = /^-?\d{1,15}$/

const flags = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['false', false],
  ['0', false],
  ['no', false],
])

function lower(value: string | number): string {
  return String(value).toLowerCase()
}

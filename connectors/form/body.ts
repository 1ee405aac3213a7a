import { z } from 'zod'
import { filledBy, namesIn } from '../mapping/template.ts'

export type Body = z.core.util.JSONType

/** What stands in a message or around rows: with placeholders in its texts. */
export const bodySchema = z.json()

/**
 * The body with what its placeholders stand for. A text that is one placeholder and nothing else becomes the value itself,
 * be it a list, a number or nothing; in longer texts it is written out.
 */
export function filledBody(body: Body, valueOf: (name: string) => Body): Body {
  if (typeof body === 'string') {
    const [name] = namesIn(body)
    if (name !== undefined && body === `{${name}}`) return valueOf(name)
    return filledBy(body, (each) => plainText(valueOf(each)))
  }
  if (Array.isArray(body)) return body.map((each) => filledBody(each, valueOf))
  if (body === null || typeof body !== 'object') return body
  return Object.fromEntries(
    Object.entries(body).map(([name, each]) => [name, filledBody(each, valueOf)]),
  )
}

/** All names in braces, with the place of the text that they stand in. */
export function namesInBody(
  body: unknown,
  path: readonly PropertyKey[] = [],
): readonly { readonly name: string; readonly path: readonly PropertyKey[] }[] {
  if (typeof body === 'string') return namesIn(body).map((name) => ({ name, path }))
  if (Array.isArray(body)) {
    return body.flatMap((each, index) => namesInBody(each, [...path, index]))
  }
  if (body === null || typeof body !== 'object') return []
  return Object.entries(body).flatMap(([name, each]) => namesInBody(each, [...path, name]))
}

/** Fields of which some have dots in their names: `agent.id` is `id` in `agent`. */
export function nested(fields: readonly (readonly [name: string, value: Body])[]): Body {
  const own = new Map<string, Body>()
  const inner = new Map<string, (readonly [string, Body])[]>()
  for (const [name, value] of fields) {
    const dot = name.indexOf('.')
    if (dot === -1) {
      own.set(name, value)
      continue
    }
    const outer = name.slice(0, dot)
    const members = inner.get(outer) ?? []
    if (members.length === 0) own.set(outer, null)
    inner.set(outer, [...members, [name.slice(dot + 1), value]])
  }
  for (const [name, members] of inner) own.set(name, nested(members))
  return Object.fromEntries(own)
}

function plainText(value: Body): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}

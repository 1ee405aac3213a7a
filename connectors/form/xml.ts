import type { Body } from './body.ts'

const declaration = '<?xml version="1.0" encoding="utf-8"?>'

/** Whether a text may be the name of an element; without colons but for one that ends a prefix. */
export function isXmlName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_.-]*(:[\p{L}_][\p{L}\p{N}_.-]*)?$/u.test(name)
}

/**
 * A body as a document: names are elements in the order in which they stand, those that begin with @ are attributes of
 * the element around, `#text` is its text, a list is as many elements of one name. Nothing is an empty element. A body
 * that has not exactly one element at its root, or a name that is none, is a broken invariant: forms are checked before.
 */
export function xmlText(body: Body, indent: number): string {
  const roots = membersOf(body)
  if (roots.length !== 1) throw new Error('a document of XML has one root')
  return [
    declaration,
    ...roots.flatMap(([name, value]) => element(name, value, 0, indent)),
    '',
  ].join('\n')
}

function element(name: string, value: Body, depth: number, indent: number): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => element(name, each, depth, indent))
  if (!isXmlName(name)) throw new Error(`${name} is no name of an element`)
  const members = membersOf(value)
  const attributes = members.filter(([each]) => each.startsWith('@'))
  const elements = members.filter(([each]) => !each.startsWith('@') && each !== '#text')
  const open = `<${name}${attributes.map(([each, text]) => ` ${each.slice(1)}="${escaped(text)}"`).join('')}>`
  const margin = ' '.repeat(depth * indent)
  if (elements.length === 0) {
    const text = members.find(([each]) => each === '#text')?.[1] ?? null
    const own = value !== null && typeof value === 'object' ? text : value
    return [`${margin}${open}${escaped(own)}</${name}>`]
  }
  return [
    `${margin}${open}`,
    ...elements.flatMap(([each, inner]) => element(each, inner, depth + 1, indent)),
    `${margin}</${name}>`,
  ]
}

function membersOf(value: Body): readonly (readonly [string, Body])[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
  return Object.entries(value)
}

function escaped(value: Body): string {
  const text =
    value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

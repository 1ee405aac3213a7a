import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { dashboardFiles, generatedFiles, type PanelFile } from '../support/dashboard-json.ts'
import { root } from '../support/source-files.ts'

const schemaFile = z.looseObject({
  $schema: z.string(),
  definitions: z.record(z.string(), z.unknown()),
})
const ajv = new Ajv({ strict: false, allErrors: true, formats: { 'date-time': true } })

/** A published schema, read as what one of its definitions says. */
function validator(name: string, of: string) {
  return ajv.compile({
    ...read(name),
    $ref: `#/definitions/${of}`,
    $id: `${name}#${of}`,
  })
}

/**
 * What may be anything in Grafana's own source (the options of a matcher, the query of a variable) is an object to the schema
 * made of it, though the SDK itself writes texts and numbers there (overrideByName). So here it may be anything again.
 */
const anything = z.strictObject({
  type: z.literal('object'),
  additionalProperties: z.strictObject({}),
  description: z.string().optional(),
})

function read(name: string) {
  return schemaFile.parse(
    JSON.parse(
      readFileSync(join(root, `test/fixtures/grafana/${name}.jsonschema.json`), 'utf8'),
      (_, value: unknown) => (anything.safeParse(value).success ? true : value),
    ),
  )
}

const files = dashboardFiles()
const panels = files.flatMap((file) =>
  file.panels.map((panel) => [`${file.title} › ${panel.title}`, panel] as const),
)
const kinds = [...new Set(panels.map(([, { type }]) => type))].filter((kind) =>
  existsSync(join(root, `test/fixtures/grafana/${kindName(kind)}.jsonschema.json`)),
)

test.each(generatedFiles())('$name is a dashboard by the published schema', ({ json }) => {
  const isDashboard = dashboard()
  isDashboard(json)
  expect(isDashboard.errors).toBeNull()
})

const made = new Map<string, ReturnType<typeof validator>>()
function dashboard() {
  return once('dashboard', 'Dashboard')
}
function once(name: string, of: string) {
  const key = `${name} ${of}`
  const validate = made.get(key) ?? validator(name, of)
  made.set(key, validate)
  return validate
}

test.each(kinds)('options and fields of every %s are by the published schema', (kind) => {
  const name = kindName(kind)
  const withFields = 'FieldConfig' in read(name).definitions
  for (const [title, panel] of panels.filter(([, { type }]) => type === kind)) {
    const isOptions = once(name, 'Options')
    isOptions(panel.options ?? {})
    expect(isOptions.errors, title).toBeNull()
    if (!withFields) continue
    const isFields = once(name, 'FieldConfig')
    isFields(customOf(panel))
    expect(isFields.errors, title).toBeNull()
  }
})

test('every kind of panel is known, but for two that have no options of their own to check', () => {
  const known = new Set([...kinds, 'row', 'alertlist'])
  expect(panels.filter(([, { type }]) => !known.has(type)).map(([title]) => title)).toEqual([])
})

test('the schemas turn down what is none', () => {
  const [first] = generatedFiles()
  const json = z.looseObject({}).parse(first?.json)
  expect(dashboard()(json)).toBe(true)
  for (const broken of [
    { ...json, panels: [{ type: 7 }] },
    { ...json, made_up: true },
    { ...json, schemaVersion: 'new' },
  ]) {
    expect(dashboard()(broken)).toBe(false)
  }
  expect(once('stat', 'Options')({ graphMode: 'fireworks' })).toBe(false)
})

function customOf(panel: PanelFile): unknown {
  return panel.fieldConfig?.defaults['custom'] ?? {}
}

function kindName(kind: string): string {
  return kind.replaceAll('-', '')
}

import { z } from 'zod'
import { isOfContacts } from '../../connectors/mapping/conditions.ts'
import { isKnownName, namesIn, placeholders } from '../../connectors/mapping/template.ts'
import {
  mappingFileSchema,
  mappingRuleSchema,
  type MappingFile,
  type MappingRule,
} from '../../schemas/events/mapping.ts'
import { readYamlFile, type ValueFault, type YamlFile } from './yaml-file.ts'

/** Reads YAML: either the mapping rules of a target, or all that is wrong with them, in the order of the lines. */
export function readMappingFile(text: string): YamlFile<MappingFile> {
  return readYamlFile(text, {
    schema: mappingFileSchema,
    about: 'a file of mapping rules is a mapping that has "target:" in it',
    faultsBetween,
  })
}

type Path = ValueFault['path']

/** What is wrong with rules that are each of the right form, also where others are not. */
function faultsBetween(value: unknown): readonly ValueFault[] {
  const { rules, sites, teams, people, fallback, gone, combinedCode } = loose.parse(value)
  const layers = Object.entries({ sites, teams, people }).flatMap(([layer, byName]) =>
    Object.entries(byName).map(([name, own]) => ({ path: [layer, name], own })),
  )
  return [
    ...templateFaults(['fallback'], fallback),
    ...templateFaults(['gone'], gone),
    ...nameFaults(['combinedCode'], combinedCode, (name) => codes.includes(name), codes),
    ...[{ path: ['rules'], own: rules }, ...layers].flatMap(({ path, own }) =>
      ruleFaults(path, own),
    ),
  ]
}

function ruleFaults(path: Path, told: readonly unknown[]): readonly ValueFault[] {
  const faults: ValueFault[] = []
  let catchAll: number | null = null
  for (const [index, one] of told.entries()) {
    const read = mappingRuleSchema.safeParse(one)
    if (!read.success) continue
    const rule = read.data
    const own = [...path, index]
    faults.push(...templateFaults([...own, 'give'], rule.give), ...timeFaults(own, rule))
    if (catchAll !== null && !isOfContacts(rule)) {
      const detail = `never fits: ${[...path, catchAll].join('.')} gives whatever the activity`
      faults.push({ path: own, isOfName: false, detail })
    }
    if (isCatchAll(rule)) catchAll ??= index
  }
  return faults
}

/** Nothing has a condition, so every moment in which the activity speaks fits it. */
function isCatchAll({ when, from, until }: MappingRule): boolean {
  return Object.keys(when).length === 0 && from === undefined && until === undefined
}

function timeFaults(path: Path, { from, until }: MappingRule): readonly ValueFault[] {
  if (from === undefined || until === undefined || Date.parse(from) < Date.parse(until)) return []
  return [{ path: [...path, 'until'], isOfName: false, detail: 'must be later than from' }]
}

function templateFaults(
  path: Path,
  given: Readonly<Record<string, unknown>>,
): readonly ValueFault[] {
  return (['code', 'reason', 'text'] as const).flatMap((field) =>
    nameFaults([...path, field], given[field], isKnownName, [...placeholders, 'attributes.…']),
  )
}

/** Names in braces that stand for nothing. */
function nameFaults(
  path: Path,
  text: unknown,
  isKnown: (name: string) => boolean,
  choices: readonly string[],
): readonly ValueFault[] {
  if (typeof text !== 'string') return []
  return namesIn(text)
    .filter((name) => !isKnown(name))
    .map((name) => ({ path, isOfName: false, detail: `{${name}} stands for nothing`, choices }))
}

const codes: readonly string[] = ['activityCode', 'contactCode']

const list = z.array(z.unknown()).catch([])
const byName = z.record(z.string(), list).catch({})
const fields = z.record(z.string(), z.unknown()).catch({})
const loose = z.object({
  ...{ rules: list, sites: byName, teams: byName, people: byName, fallback: fields, gone: fields },
  combinedCode: z.string().catch(''),
})

import { namesInBody, type Body } from '../../connectors/form/body.ts'
import { stateFormSchema, type StateForm } from '../../connectors/form/state-form.ts'
import {
  batchPlaceholders,
  isStatePlaceholder,
  statePlaceholders,
} from '../../connectors/form/state-placeholders.ts'
import { isXmlName } from '../../connectors/form/xml.ts'
import type { ValueFault } from './yaml-file.ts'

type Path = ValueFault['path']

/** What is wrong with the bodies of messages about states. */
export function stateFormFaults(path: Path, told: unknown): readonly ValueFault[] {
  const read = stateFormSchema.safeParse(told)
  if (!read.success) return []
  const form = read.data
  const { snapshot } = form
  const bodies = [
    ...[{ at: ['body'], body: form.body, isOfState: form.statesMax === 1 }],
    ...[{ at: ['each'], body: form.each, isOfState: true }],
    ...[{ at: ['leave'], body: form.leave, isOfState: true }],
    ...[{ at: ['snapshot', 'body'], body: snapshot?.body, isOfState: form.statesMax === 1 }],
    ...[{ at: ['snapshot', 'each'], body: snapshot?.each, isOfState: true }],
    ...[{ at: ['snapshot', 'close'], body: snapshot?.close, isOfState: false }],
  ]
  return [
    ...bodies.flatMap(({ at, body, isOfState }) =>
      namesInBody(body, [...path, ...at]).flatMap(({ name, path: own }): readonly ValueFault[] => {
        const isList = at.at(-1) === 'body' && ['states', 'state', 'count'].includes(name)
        if (isList || isStatePlaceholder(name, isOfState)) return []
        const choices = [
          ...(at.at(-1) === 'body' ? ['states', 'count'] : []),
          ...(isOfState ? [...statePlaceholders, 'since:iso'] : []),
          ...[...batchPlaceholders, 'batch:iso', 'setting.…'],
        ]
        return [{ path: own, isOfName: false, detail: `{${name}} stands for nothing`, choices }]
      }),
    ),
    ...singleFaults(path, form),
    ...(form.kind === 'xml'
      ? bodies
          .filter(({ at, body }) => at.at(-1) !== 'each' && body !== undefined)
          .flatMap(({ at, body }) => xmlFaults([...path, ...at], body ?? null, []))
      : []),
  ]
}

/** A body that names one state must not be given several. */
function singleFaults(path: Path, { body, statesMax }: StateForm): readonly ValueFault[] {
  const isSingle = namesInBody(body).some(({ name }) => name === 'state')
  if (!isSingle || statesMax === 1) return []
  const detail = 'has {state} in it, so statesMax must be 1'
  return [{ path: [...path, 'body'], isOfName: false, detail }]
}

/** What keeps a body from being a document of XML, with the names that its rows will have. */
export function xmlFaults(path: Path, body: Body, names: readonly string[]): readonly ValueFault[] {
  const isRooted =
    body !== null &&
    typeof body === 'object' &&
    !Array.isArray(body) &&
    Object.keys(body).length === 1 &&
    Object.values(body).every(
      (root) => !Array.isArray(root) && root !== '{rows}' && root !== '{states}',
    )
  return [
    ...(isRooted
      ? []
      : [{ path, isOfName: false, detail: 'must have exactly one element at its root' }]),
    ...[
      ...elementNames(body),
      ...names.flatMap((name) => name.split('.')).map((name) => ({ name, path: [] })),
    ]
      .filter(({ name }) => !isXmlName(name.replace(/^@/, '')) && name !== '#text')
      .map(({ name, path: own }) => ({
        ...{ path: [...path, ...own], isOfName: own.length > 0 },
        detail: `${name} is no name of an element`,
      })),
  ]
}

function elementNames(body: Body, path: Path = []): readonly { name: string; path: Path }[] {
  if (body === null || typeof body !== 'object') return []
  if (Array.isArray(body))
    return body.flatMap((each, index) => elementNames(each, [...path, index]))
  return Object.entries(body).flatMap(([name, each]) => [
    { name, path: [...path, name] },
    ...elementNames(each, [...path, name]),
  ])
}

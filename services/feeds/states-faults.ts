import { z } from 'zod'
import { connectors } from '../../connectors/all.ts'
import type { StateForm } from '../../connectors/form/state-form.ts'
import { settingsOf } from '../../connectors/form/state-messages.ts'
import type { ValueFault } from '../definitions/yaml-file.ts'

/** What a file of targets says of a connector. */
export interface ConnectorAsked {
  readonly connector: string
  readonly form: string
  readonly options: Readonly<Record<string, unknown>>
}

/** The form that a connector has for states, or all that is wrong with what is asked of it. */
export function connectorForm({
  connector,
  form,
  options,
}: ConnectorAsked): { readonly form: StateForm } | { readonly faults: readonly ValueFault[] } {
  const known = connectors.find(({ name }) => name === connector)
  if (known === undefined) {
    const choices = connectors.map(({ name }) => name)
    const detail = 'there is no such connector'
    return { faults: [{ path: ['connector'], isOfName: false, detail, choices }] }
  }
  const told = known.options.safeParse(options)
  if (!told.success) {
    return {
      faults: told.error.issues.map((issue) => ({
        path: ['options', ...issue.path],
        isOfName: issue.code === 'unrecognized_keys',
        detail: issue.message,
      })),
    }
  }
  const { states } = known.forms(options)
  const found = states[form]
  if (found !== undefined) return { form: found }
  const choices = Object.keys(states)
  const detail =
    choices.length === 0
      ? `${known.title} is told nothing of states`
      : `${known.title} has no such form`
  return { faults: [{ path: ['form'], isOfName: false, detail, choices }] }
}

/** Which setting is the key that is put into the body when a message leaves; null: none. */
export function keySettingOf(
  {
    kind,
    auth,
  }: { readonly kind?: unknown; readonly auth?: { readonly kind?: unknown } | undefined },
  { keySetting }: { readonly keySetting: string },
): string | null {
  return kind === 'http' && auth?.kind === 'body' ? keySetting : null
}

/** What a form wants to know and is not told. */
export function unsetSettings(
  form: StateForm,
  settings: Readonly<Record<string, string>>,
  keySetting: string | null,
): readonly string[] {
  return settingsOf(form).filter((name) => name !== keySetting && (settings[name] ?? '') === '')
}

/**
 * What is wrong with how the targets of a file are to be told of states, as far as the file itself says: connectors, their
 * options and forms, and what these want to know. Also where other values are not of the right form.
 */
export function statesFaults(value: unknown): readonly ValueFault[] {
  const { targets } = loose.parse(value)
  return Object.entries(targets).flatMap(([name, target]) => {
    const { states } = target
    if (states?.connector === undefined || states.form === undefined) return []
    const found = connectorForm({ ...states, connector: states.connector, form: states.form })
    const faults = 'faults' in found ? found.faults : settingsFaults(found.form, target, states)
    return faults.map((fault) => ({ ...fault, path: ['targets', name, 'states', ...fault.path] }))
  })
}

function settingsFaults(form: StateForm, target: LooseTarget, states: LooseStates) {
  const unset = unsetSettings(form, states.settings, keySettingOf(target, states))
  return unset.map((name): ValueFault => {
    const detail = `the form needs ${name}`
    return {
      path: Object.keys(states.settings).length > 0 ? ['settings'] : ['form'],
      isOfName: false,
      detail,
    }
  })
}

const text = z.string().optional().catch(undefined)
const looseStates = z.object({
  ...{ connector: text, form: text, keySetting: z.string().catch('').default('authenticationKey') },
  options: z.record(z.string(), z.unknown()).catch({}).default({}),
  settings: z.record(z.string(), z.string().catch('')).catch({}).default({}),
})
const looseTarget = z.object({
  kind: text,
  auth: z.object({ kind: text }).optional().catch(undefined),
  states: looseStates.optional().catch(undefined),
})
const loose = z.object({
  targets: z.record(z.string(), looseTarget.catch({ kind: '' })).catch({}),
})
type LooseTarget = z.infer<typeof looseTarget>
type LooseStates = z.infer<typeof looseStates>

import { readFileSync } from 'node:fs'
import type { StateForm } from '../../connectors/form/state-form.ts'
import { createIdentities, type Identities } from '../../connectors/identities.ts'
import { readIdentitiesFile } from '../definitions/identities-file.ts'
import { readTargetFile } from '../definitions/target-file.ts'
import { faultText, type ValueFault, type YamlFile } from '../definitions/yaml-file.ts'
import type { StatesOfTarget, Target } from '../delivery/targets/target.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { connectorForm, keySettingOf, unsetSettings } from './states-faults.ts'

/** How one target of delivery is told of agents. */
export interface FeedPlan {
  readonly target: string
  readonly mapping: string
  /** Whose words it is in; null: a form of the customer's own. */
  readonly connector: string | null
  readonly form: StateForm
  readonly settings: Readonly<Record<string, string>>
  /** Which of them is the key that is put into the body when it leaves; null: none. */
  readonly keySetting: string | null
  readonly identities: Identities
  readonly windowMs: number
  readonly holdBackMs: number
  readonly snapshotMs: number
}

/** The plan of a target with `states`. Throws CONFIG_INVALID with all that is wrong. */
export function feedPlanOf(target: string, of: Target, states: StatesOfTarget): FeedPlan {
  const read = readFeedPlan(target, of, states)
  if ('value' in read) return read.value
  const message = `LEDGERLINE_TARGETS: states of target ${target}: ${read.faults.join('; ')}`
  throw new LedgerlineError('CONFIG_INVALID', message, { retryable: false })
}

export type Read<T> = { readonly value: T } | { readonly faults: readonly string[] }

/** The same: either the plan or all that is wrong, in the files that it names too. */
export function readFeedPlan(target: string, of: Target, states: StatesOfTarget): Read<FeedPlan> {
  const faults: string[] = []
  const form = taken(formOf(states), faults)
  const keySetting = keySettingOf(of, states)
  if (form !== null) {
    const unset = unsetSettings(form, states.settings, keySetting)
    if (unset.length > 0) faults.push(`the form needs ${unset.join(', ')} in settings`)
  }
  const identities = taken(identitiesOf(target, states.identities), faults)
  if (form === null || identities === null || faults.length > 0) return { faults }
  const { mapping, connector = null, settings } = states
  return {
    value: {
      ...{ target, mapping, connector, form, settings, keySetting, identities },
      windowMs: states.windowSeconds * 1000,
      holdBackMs: states.holdBackSeconds * 1000,
      snapshotMs: states.snapshotMinutes * 60_000,
    },
  }
}

function taken<T>(read: Read<T>, faults: string[]): T | null {
  if ('value' in read) return read.value
  faults.push(...read.faults)
  return null
}

/** A connector's, or what a file of the customer's own says. */
function formOf(states: StatesOfTarget): Read<StateForm> {
  const { connector, mapping, form: path } = states
  if (connector !== undefined) {
    const found = connectorForm({ ...states, connector })
    return 'form' in found ? { value: found.form } : { faults: found.faults.map(describe) }
  }
  const own = readFileAt(path, readTargetFile)
  if ('faults' in own) return own
  const { target, states: form } = own.value
  if (form === undefined) return { faults: [`${path}: it says nothing of states`] }
  if (target === mapping) return { value: form }
  return { faults: [`${path}: it is of ${target}, and the mapping of ${mapping}`] }
}

function describe({ path, detail, choices }: ValueFault): string {
  const more = choices === undefined ? '' : ` (${choices.join(', ')})`
  return `${path.join('.')}: ${detail}${more}`
}

/** Without a file agents are known by their sids. */
function identitiesOf(target: string, path: string | undefined): Read<Identities> {
  const names = { agent: () => null, queue: () => null }
  if (path === undefined) {
    return { value: createIdentities({ target, agents: [], queues: [] }, names, needsNothing) }
  }
  const file = readFileAt(path, readIdentitiesFile)
  if ('faults' in file) return file
  return { value: createIdentities(file.value, names, { numbers: false, logons: true }) }
}

const needsNothing = { numbers: false, logons: false }

function readFileAt<T>(path: string, read: (text: string) => YamlFile<T>): Read<T> {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return { faults: [`${path} cannot be read`] }
  }
  const file = read(text)
  if (file.kind === 'understood') return { value: file.value }
  return { faults: file.faults.map((fault) => `${path}: ${faultText(fault)}`) }
}

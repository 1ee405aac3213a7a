import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { connectors } from '../../connectors/all.ts'
import { settingsOf } from '../../connectors/form/state-messages.ts'
import type { StateForm } from '../../connectors/form/state-form.ts'
import { createIdentities, type Identities } from '../../connectors/identities.ts'
import { readIdentitiesFile } from '../definitions/identities-file.ts'
import { faultText } from '../definitions/yaml-file.ts'
import type { StatesOfTarget, Target } from '../delivery/targets/target.ts'
import { LedgerlineError } from '../runtime/errors.ts'

/** How one target of delivery is told of agents. */
export interface FeedPlan {
  readonly target: string
  readonly mapping: string
  readonly form: StateForm
  readonly settings: Readonly<Record<string, string>>
  /** Which of them is the key that is put into the body when it leaves; null: none. */
  readonly keySetting: string | null
  readonly identities: Identities
  readonly windowMs: number
  readonly holdBackMs: number
  readonly snapshotMs: number
}

/** The plan of a target with `states`. Throws CONFIG_INVALID with what is wrong. */
export function feedPlanOf(target: string, of: Target, states: StatesOfTarget): FeedPlan {
  const form = formOf(target, states)
  const hasKey = of.kind === 'http' && of.auth?.kind === 'body'
  const keySetting = hasKey ? states.keySetting : null
  const unset = settingsOf(form).filter(
    (name) => name !== keySetting && (states.settings[name] ?? '') === '',
  )
  if (unset.length > 0) throw wrong(target, `the form needs ${unset.join(', ')} in settings`)
  return {
    ...{ target, mapping: states.mapping, form, settings: states.settings, keySetting },
    identities: identitiesOf(target, states.identities),
    windowMs: states.windowSeconds * 1000,
    holdBackMs: states.holdBackSeconds * 1000,
    snapshotMs: states.snapshotMinutes * 60_000,
  }
}

function formOf(target: string, { connector, form, options }: StatesOfTarget): StateForm {
  const known = connectors.find(({ name }) => name === connector)
  if (known === undefined) {
    const names = connectors.map(({ name }) => name).join(', ')
    throw wrong(target, `there is no connector ${connector}; there are ${names}`)
  }
  const read = z.object({}).loose().safeParse(options)
  const told = known.options.safeParse(read.data)
  if (!told.success) throw wrong(target, `options: ${z.prettifyError(told.error)}`)
  const { states } = known.forms(options)
  const found = states[form]
  if (found !== undefined) return found
  const names = Object.keys(states).join(', ')
  throw wrong(target, `${connector} has no form ${form} for states; it has ${names || 'none'}`)
}

/** Without a file agents are known by their sids. */
function identitiesOf(target: string, path: string | undefined): Identities {
  const names = { agent: () => null, queue: () => null }
  if (path === undefined) {
    return createIdentities({ target, agents: [], queues: [] }, names, needsNothing)
  }
  const file = readIdentitiesFile(textOf(target, path))
  if (file.kind !== 'understood') {
    throw wrong(target, `${path}: ${file.faults.map(faultText).join('; ')}`)
  }
  return createIdentities(file.value, names, { numbers: false, logons: true })
}

const needsNothing = { numbers: false, logons: false }

function textOf(target: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw wrong(target, `${path} cannot be read`)
  }
}

function wrong(target: string, detail: string): LedgerlineError {
  const message = `LEDGERLINE_TARGETS: states of target ${target}: ${detail}`
  return new LedgerlineError('CONFIG_INVALID', message, { retryable: false })
}

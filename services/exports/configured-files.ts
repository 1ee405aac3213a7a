import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { connectors } from '../../connectors/all.ts'
import type { LateData } from '../../connectors/connector.ts'
import type { IntervalForm } from '../../connectors/form/interval-form.ts'
import type { IdentityTable } from '../../schemas/events/identities.ts'
import { readIdentitiesFile } from '../definitions/identities-file.ts'
import { readTargetFile } from '../definitions/target-file.ts'
import { faultText, type YamlFile } from '../definitions/yaml-file.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { dayMs } from '../time/interval.ts'
import {
  hasNamesApart,
  needsOf,
  policyOf,
  stretchMinutesOf,
  type ExportFile,
} from './export-file.ts'
import { readExportsFile, type ExportSettings } from './settings/exports-file.ts'

/** The kinds of targets by their names; null: nothing is delivered in this process. */
export type TargetKinds = ReadonlyMap<string, string> | null

/** All that a file of exports names, read. Throws CONFIG_INVALID with every fault of the first file that has any. */
export async function readExportFiles(
  path: string,
  targets: TargetKinds,
): Promise<readonly ExportFile[]> {
  const { exports } = await understood(path, readExportsFile)
  const all: ExportFile[] = []
  for (const [target, settings] of Object.entries(exports)) {
    all.push(...(await filesOf(target, settings, path, targets)))
  }
  return all
}

async function filesOf(
  target: string,
  settings: ExportSettings,
  path: string,
  targets: TargetKinds,
): Promise<readonly ExportFile[]> {
  const beside = (name: string) => resolve(dirname(path), name)
  const product = await productOf(target, settings, beside)
  const identities =
    settings.identities === undefined
      ? null
      : await understood(beside(settings.identities), readIdentitiesFile)
  if (identities !== null) mustBeOf(target, identities, beside(settings.identities ?? ''))
  return Object.entries(settings.files).map(([name, own]) => {
    const form = product.forms[name]
    if (form === undefined) {
      const choices = Object.keys(product.forms).join(', ')
      throw wrong(`${path}: exports.${target}.files.${name}: there are ${choices}`)
    }
    const deliver = own.deliver ?? settings.deliver
    const kind = deliver === undefined ? undefined : targets?.get(deliver)
    if (deliver !== undefined && kind === undefined) {
      const place = own.deliver === undefined ? '' : `files.${name}.`
      throw wrong(
        `${path}: exports.${target}.${place}deliver: LEDGERLINE_TARGETS has no target ${deliver}`,
      )
    }
    const takesFiles = kind === 'directory' || kind === 'sftp'
    const policy = policyOf(product, own)
    const stretchMinutes = own.stretchMinutes ?? stretchMinutesOf(form)
    const isDelivered = deliver !== undefined
    const fault = stretchFault(form, stretchMinutes, { lateData: policy.lateData, isDelivered })
    if (fault !== null) throw wrong(`${path}: exports.${target}.files.${name}: ${fault}`)
    return {
      ...{ target, name, title: product.title, connector: product.connector },
      ...{ form, policy, stretchMinutes, identities },
      lookBackMs: own.lookBackDays * dayMs,
      since: own.since === undefined ? null : Date.parse(own.since),
      deliverTo: deliver ?? null,
      hasManifest: (settings.manifest ?? (takesFiles ? 'beside' : 'none')) === 'beside',
      needs: needsOf(form, settings.agentsWithoutLogon === 'by-sid'),
    }
  })
}

/** Why files of such stretches would not do; null: they do. */
function stretchFault(
  form: IntervalForm,
  stretchMinutes: number,
  { lateData, isDelivered }: { readonly lateData: LateData; readonly isDelivered: boolean },
): string | null {
  if (stretchMinutes < form.intervalMinutes || stretchMinutes % form.intervalMinutes !== 0) {
    return `stretchMinutes must be whole intervals of ${form.intervalMinutes} minutes`
  }
  // What is only looked at takes no other file's place, and comes by itself.
  if (!isDelivered) return null
  if (!hasNamesApart(form, stretchMinutes)) {
    return `files of ${stretchMinutes} minutes would have one name, and take each other's place: ${form.file}`
  }
  const isOverlapping = lateData === 'overlapping' && stretchMinutes === 1440
  return isOverlapping ? 'files of a day do not overlap: make stretchMinutes less' : null
}

interface Product {
  readonly title: string
  readonly connector: string | null
  readonly forms: Readonly<Record<string, IntervalForm | undefined>>
  readonly lateData: LateData
  readonly closeDelayMinutes: number
}

async function productOf(
  target: string,
  { connector, form, options }: ExportSettings,
  beside: (name: string) => string,
): Promise<Product> {
  const vendor = connectors.find(({ name }) => name === connector)
  if (vendor !== undefined) {
    const { name, title, lateData, closeDelayMinutes } = vendor
    return {
      title,
      connector: name,
      lateData,
      closeDelayMinutes,
      forms: vendor.forms(options).files,
    }
  }
  const path = beside(form ?? '')
  const own = await understood(path, readTargetFile)
  mustBeOf(target, own, path)
  return { title: target, connector: null, ...ofOwn, forms: own.files }
}

/** A target of which nothing is known but its form: what a file says anew takes the place of what it said. */
const ofOwn = { lateData: 'replace', closeDelayMinutes: 10 } as const

function mustBeOf(target: string, told: Pick<IdentityTable, 'target'>, path: string): void {
  if (told.target !== target) throw wrong(`${path}: it is of ${told.target}, not of ${target}`)
}

async function understood<T>(path: string, read: (text: string) => YamlFile<T>): Promise<T> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw wrong(`${path} cannot be read: ${code}`)
  })
  const file = read(text)
  if (file.kind === 'understood') return file.value
  throw wrong(`${path}: ${file.faults.map(faultText).join('; ')}`)
}

function wrong(message: string): LedgerlineError {
  return new LedgerlineError('CONFIG_INVALID', `LEDGERLINE_EXPORTS: ${message}`, {
    retryable: false,
  })
}

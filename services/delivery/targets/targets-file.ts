import { resolve } from 'node:path'
import { z } from 'zod'
import { readYamlFile, type ValueFault, type YamlFile } from '../../definitions/yaml-file.ts'
import { targetsSchema, type Targets } from './target.ts'

/** What is wrong with what else a file says, for who knows more of it; the value may be of any form. */
export type MoreFaults = (value: unknown) => readonly ValueFault[]

/** Reads YAML: either the targets, or all that is wrong with them, in the order of the lines. */
export function readTargets(text: string, moreFaults: MoreFaults = () => []): YamlFile<Targets> {
  return readYamlFile(text, {
    schema: targetsSchema,
    about: 'a file of targets is a mapping that has "targets:" in it',
    faultsBetween: (value) => [...faultsBetween(value), ...moreFaults(value)],
  })
}

/** The same with the paths of the files that are read for states: they are found from where the file of targets lies. */
export function withPathsFrom({ targets }: Targets, folder: string): Targets {
  const found = (path: string) => resolve(folder, path)
  return {
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, target]) => {
        if (target.states === undefined) return [name, target]
        const { connector, form, identities } = target.states
        const states = {
          ...target.states,
          ...(connector === undefined ? { form: found(form) } : {}),
          ...(identities === undefined ? {} : { identities: found(identities) }),
        }
        return [name, { ...target, states }]
      }),
    ),
  }
}

type Path = ValueFault['path']

/** What is wrong with values that are each of the right form, also where others are not. */
function faultsBetween(value: unknown): readonly ValueFault[] {
  const { targets } = loose.parse(value)
  return Object.entries(targets).flatMap(([name, target]) => {
    const path = ['targets', name]
    return [
      ...wayFaults(path, target),
      ...headerFaults(path, target.headers, target.auth),
      ...secretFaults(path, target.auth),
      ...retryFaults(path, target.retry),
    ]
  })
}

/** Secrets, and what agents do, do not cross a network in the clear unless somebody says so. */
function wayFaults(path: Path, target: Loose): readonly ValueFault[] {
  const { kind, url, host, brokers, tls, insecure } = target
  const detail = 'is not encrypted: say "insecure: true" if that is meant'
  if (kind === 'http' && url !== undefined && URL.canParse(url)) {
    const { protocol, hostname, username, password, hash } = new URL(url)
    const at = { path: [...path, 'url'], isOfName: false }
    const faults: ValueFault[] = []
    if (protocol === 'http:' && !insecure && !isHere(hostname)) faults.push({ ...at, detail })
    if (username !== '' || password !== '') {
      faults.push({ ...at, detail: 'must have no user or password in it: give them as auth' })
    }
    if (hash !== '') faults.push({ ...at, detail: 'must have no # in it' })
    return faults
  }
  const hosts =
    kind === 'tcp'
      ? [host ?? '']
      : kind === 'kafka'
        ? (brokers ?? []).map((broker) => broker.replace(/:\d+$/, ''))
        : []
  const isClear = tls === false && !insecure && !hosts.every(isHere)
  return isClear ? [{ path: [...path, 'tls'], isOfName: false, detail }] : []
}

function isHere(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/.test(host)
}

const own = new Set(['content-type', 'content-length', 'host', 'idempotency-key', 'connection'])

function headerFaults(path: Path, headers: object, auth: LooseAuth): readonly ValueFault[] {
  const detail = 'is set by the hub'
  const isOwn = (name: string) => own.has(name.toLowerCase())
  const faults: ValueFault[] = Object.keys(headers)
    .filter(isOwn)
    .map((name) => ({ path: [...path, 'headers', name], isOfName: true, detail }))
  const { name } = auth
  if (typeof name === 'string' && isOwn(name)) {
    faults.push({ path: [...path, 'auth', 'name'], isOfName: false, detail })
  }
  return faults
}

function secretFaults(path: Path, auth: LooseAuth): readonly ValueFault[] {
  return secretNames.flatMap((field) => {
    const place = placeOf.safeParse(auth[field])
    if (!place.success) return []
    const at = { path: [...path, 'auth', field], isOfName: false }
    const { env, file } = place.data
    if ((env === undefined) === (file === undefined)) return [{ ...at, detail: 'give env or file' }]
    // Else the hub would take it for a setting of its own that it does not know.
    return env?.startsWith('LEDGERLINE_') === true
      ? [{ ...at, detail: 'the name of a variable of yours must not begin with LEDGERLINE_' }]
      : []
  })
}

function retryFaults(path: Path, { firstSeconds, maxSeconds }: Loose['retry']) {
  if (firstSeconds <= maxSeconds) return []
  const detail = 'must not be less than firstSeconds'
  return [{ path: [...path, 'retry', 'maxSeconds'], isOfName: false, detail }]
}

const secretNames = ['token', 'password', 'value', 'key', 'privateKey', 'passphrase'] as const
const placeOf = z.object({
  env: z.string().optional().catch(undefined),
  file: z.string().optional().catch(undefined),
})

const text = z.string().optional().catch(undefined)
const looseAuth = z.record(z.string(), z.unknown()).catch({})
type LooseAuth = z.infer<typeof looseAuth>
const looseRetry = z.object({
  firstSeconds: z.number().catch(1).default(1),
  maxSeconds: z.number().catch(60).default(60),
})
const looseTarget = z.object({
  ...{ kind: text, url: text, host: text },
  brokers: z.array(z.string()).optional().catch(undefined),
  tls: z.boolean().optional().catch(undefined),
  insecure: z.boolean().catch(false).default(false),
  headers: z.record(z.string(), z.unknown()).catch({}).default({}),
  auth: looseAuth.default({}),
  retry: looseRetry.catch({ firstSeconds: 1, maxSeconds: 60 }).default({
    ...{ firstSeconds: 1, maxSeconds: 60 },
  }),
})
type Loose = z.infer<typeof looseTarget>
const noTarget: Loose = looseTarget.parse({})
const loose = z.object({ targets: z.record(z.string(), looseTarget.catch(noTarget)).catch({}) })

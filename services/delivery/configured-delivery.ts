import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { faultText } from '../definitions/yaml-file.ts'
import type { Config } from '../runtime/config.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Composer } from './compose.ts'
import { startDispatch, type Dispatch, type DispatchOptions } from './dispatch.ts'
import { openOutbox } from './outbox/outbox.ts'
import type { TargetPolicy } from './target-run.ts'
import { addressOf, bodyKeyOf, createCarrier } from './targets/carriers.ts'
import type { Target, Targets } from './targets/target.ts'
import { readTargets, withPathsFrom, type MoreFaults } from './targets/targets-file.ts'

export interface DeliverySurroundings extends Omit<
  DispatchOptions,
  'targets' | 'outbox' | 'composers'
> {
  /** Where secrets are that the file of targets names. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** What is wrong with how targets are to be told of states. */
  readonly statesFaults?: MoreFaults
  /** How the targets of the file are told of states. */
  readonly composersOf?: (targets: Targets['targets']) => ReadonlyMap<string, Composer>
}

/** Null: no targets are set. Throws CONFIG_INVALID with every fault of the file, and LOG_UNAVAILABLE when another process delivers. */
export async function openConfiguredDelivery(
  config: Config,
  surroundings: DeliverySurroundings,
): Promise<Dispatch | null> {
  const { LEDGERLINE_TARGETS: path, LEDGERLINE_DATA_DIR: data } = config
  if (path === undefined) return null
  const { env, composersOf, statesFaults, ...rest } = surroundings
  const { targets } = await readFileOf(path, statesFaults)
  const named = Object.entries(targets).map(([name, target]) => ({
    ...{ name, kind: target.kind, address: addressOf(target), policy: policyOf(target) },
    ...secretsOf(name, () => ({
      carrier: createCarrier(target, env, rest.logger),
      bodyKey: bodyKeyOf(target, env),
    })),
  }))
  return startDispatch({
    ...{ ...rest, targets: named },
    ...(composersOf === undefined ? {} : { composers: composersOf(targets) }),
    outbox: openOutbox({ folder: join(data, 'delivery') }),
  })
}

async function readFileOf(path: string, moreFaults?: MoreFaults): Promise<Targets> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw wrong(`LEDGERLINE_TARGETS: ${path} cannot be read: ${code}`)
  })
  const file = readTargets(text, moreFaults)
  if (file.kind === 'understood') return withPathsFrom(file.value, dirname(path))
  throw wrong(`LEDGERLINE_TARGETS: ${path}: ${file.faults.map(faultText).join('; ')}`)
}

function secretsOf<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof LedgerlineError)) throw error
    throw wrong(`LEDGERLINE_TARGETS: target ${name}: ${error.message}`)
  }
}

export function policyOf(target: Target): TargetPolicy {
  return {
    timeoutMs: target.timeoutSeconds * 1000,
    requestsPerSecond: target.requestsPerSecond ?? null,
    concurrency: target.concurrency,
    firstDelayMs: target.retry.firstSeconds * 1000,
    delayMaxMs: target.retry.maxSeconds * 1000,
    failuresMax: target.failuresToOpen,
    giveUpAfterMs: target.giveUpAfterHours * 3_600_000,
  }
}

function wrong(message: string): LedgerlineError {
  return new LedgerlineError('CONFIG_INVALID', message, { retryable: false })
}

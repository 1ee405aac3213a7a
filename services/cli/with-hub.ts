import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import { openHub, type Hub } from '../main.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Config } from '../runtime/config.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import { createLogger } from '../runtime/logger.ts'
import { CommandFailure } from './failure.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'
import { createProgressLine, type ProgressLine } from './progress-line.ts'
import type { Terminal } from './terminal.ts'

/**
 * Works with the hub that runs; when none does, with one that is opened for this, and closed afterwards. Log and engine
 * belong to one process, so no command opens them beside a running hub.
 */
export async function withHub<T>(
  config: Config,
  terminal: Terminal,
  work: (hub: OperationsClient) => Promise<T>,
): Promise<T> {
  const url = hubUrl(config)
  if (await hubAnswers(url)) return work(clientOf(url, config, terminal))
  terminal.err(`no hub runs at ${url}; opening one for this\n`)
  return withOwnHub(config, terminal, (hub) => work(clientOf(hub.url, config, terminal)))
}

/** With a hub that is opened for this, whose tables hold all that the ledger does, and closed afterwards. */
export async function withOwnHub<T>(
  config: Config,
  terminal: Terminal,
  work: (hub: Hub) => Promise<T>,
): Promise<T> {
  const hub = await openForThis(config)
  try {
    await Promise.race([untilInStep(clientOf(hub.url, config, terminal), terminal), hub.done])
    return await work(hub)
  } finally {
    await hub.close()
  }
}

export function clientOf(url: string, config: Config, { stopping }: Terminal): OperationsClient {
  return createOperationsClient({ url, token: config.LEDGERLINE_API_TOKENS[0], signal: stopping })
}

/** On ports of its own, which nobody else needs to know. */
async function openForThis(config: Config) {
  const own: Config = {
    ...config,
    LEDGERLINE_HOST: '127.0.0.1',
    LEDGERLINE_PORT: 0,
    LEDGERLINE_ENGINE_HOST: '127.0.0.1',
    LEDGERLINE_ENGINE_PORT: 0,
  }
  try {
    return await openHub(own, { roles: ['projections'], logger: createLogger('warn') })
  } catch (error) {
    const isLocked =
      error instanceof LedgerlineError && error.code === 'LOG_UNAVAILABLE' && !error.retryable
    if (!isLocked || config.KAFKA_BROKERS.length > 0) throw error
    throw new CommandFailure(
      `${error.message}: if a hub has ${config.LEDGERLINE_DATA_DIR} open at another address, set LEDGERLINE_PORT to its port`,
    )
  }
}

const pollMs = 200

/** Until the tables hold all that the ledger had when the hub was opened. */
export async function untilInStep(client: OperationsClient, terminal: Terminal): Promise<void> {
  const line = createProgressLine(terminal)
  try {
    while (!(await isInStep(client, line))) {
      await systemClock.sleep(pollMs, terminal.stopping)
      terminal.stopping.throwIfAborted()
    }
  } finally {
    line.end()
  }
}

async function isInStep(client: OperationsClient, line: ProgressLine): Promise<boolean> {
  const { holdsAll, shards } = await client.progress()
  const lag = shards.reduce((sum, { lagRecords }) => sum + (lagRecords ?? 0), 0)
  line.show(
    holdsAll
      ? `catching up with the ledger: ${lag} records to go`
      : 'waiting for the shards of the ledger',
  )
  return holdsAll && lag === 0
}

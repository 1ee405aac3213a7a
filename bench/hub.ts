import { join } from 'node:path'
import { z } from 'zod'
import { createOperationsClient } from '../client/operations.ts'
import type { Role } from '../services/main.ts'
import type { PeakMemory } from './memory.ts'
import { startProcess } from './own-process.ts'

export interface BenchHub {
  readonly url: string
  readonly warehouseUrl: string
  /** Resolves when every shard has folded all that the ledger holds and its rows are in the tables. */
  caughtUp(): Promise<void>
  /** Ends it; what it held at most is known then. */
  end(): Promise<PeakMemory>
  /** Makes sure that it is gone, whatever has happened. */
  close(): Promise<void>
}

export interface BenchHubOptions {
  readonly folder: string
  readonly roles: readonly Role[]
  readonly startAt: number
  /** Beside those that each has. */
  readonly settings?: Readonly<Record<string, string>>
}

/** As the Docker image starts it. */
const nodeOptions = ['--max-semi-space-size=64']

export const authToken = 'a-token-of-the-bench'
/** Signatures are over this address, so requests can be signed before the hub has a port. */
export const publicUrl = 'https://hub.example.com'

const opened = z.object({ url: z.string(), warehouseUrl: z.string() })
const ended = z.object({ hub: z.number().nullable(), engine: z.number().nullable() })

/** Starts a hub with the embedded log and engine on any free ports. */
export async function startHub({
  folder,
  roles,
  startAt,
  ...own
}: BenchHubOptions): Promise<BenchHub> {
  const settings = {
    LEDGERLINE_DATA_DIR: logHome(folder),
    LEDGERLINE_PORT: '0',
    LEDGERLINE_ENGINE_PORT: '0',
    LEDGERLINE_PUBLIC_URL: publicUrl,
    TWILIO_AUTH_TOKENS: authToken,
    ...own.settings,
  }
  const child = startProcess('hub-process.ts', { settings, roles, startAt }, nodeOptions)
  const { url, warehouseUrl } = await child.hear(opened)
  const client = createOperationsClient({ url })

  async function caughtUp(): Promise<void> {
    for (;;) {
      const { shards } = await client.progress()
      if (shards.length > 0 && shards.every(({ lagRecords }) => lagRecords === 0)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function end(): Promise<PeakMemory> {
    child.say('end')
    const peak = await child.hear(ended)
    await child.close()
    return peak
  }

  return { url, warehouseUrl, caughtUp, end, close: () => child.close() }
}

/** Where the hub keeps its log, for those who look into it afterwards. */
export function logFolder(folder: string): string {
  return join(logHome(folder), 'log')
}

function logHome(folder: string): string {
  return join(folder, 'hub')
}

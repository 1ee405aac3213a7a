import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import type { EventLog } from '../../services/log/log.ts'

/** Where a log is, in a form that another process can be told. */
export const logAddressSchema = z.object({ kind: z.literal('embedded'), folder: z.string() })
export type LogAddress = z.infer<typeof logAddressSchema>

/** One log that can be opened again and again. */
export interface LogPlace {
  readonly address: LogAddress
  open(): Promise<EventLog>
  remove(): Promise<void>
}

export async function createEmbeddedPlace(): Promise<LogPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-log-'))
  const address = { kind: 'embedded', folder } as const
  return {
    address,
    open: () => openLog(address),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

export function openLog(address: LogAddress): Promise<EventLog> {
  return openEmbeddedLog({ folder: address.folder })
}

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import { openKafkaLog } from '../../services/log/kafka.ts'
import type { EventLog } from '../../services/log/log.ts'
import { createLogger } from '../../services/runtime/logger.ts'

/** Where a log is, in a form that another process can be told. */
export const logAddressSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('embedded'), folder: z.string() }),
  z.object({ kind: z.literal('kafka'), brokers: z.array(z.string()), topicPrefix: z.string() }),
])
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

/** Topics of its own on brokers that others use too. */
export function createKafkaPlace(brokers: readonly string[]): Promise<LogPlace> {
  const address: LogAddress = {
    kind: 'kafka',
    brokers: [...brokers],
    topicPrefix: `test-${randomUUID()}.`,
  }
  return Promise.resolve({
    address,
    open: () => openLog(address),
    // The broker goes with the test run, and its topics with it.
    remove: () => Promise.resolve(),
  })
}

export function openLog(address: LogAddress): Promise<EventLog> {
  switch (address.kind) {
    case 'embedded':
      return openEmbeddedLog({ folder: address.folder })
    case 'kafka':
      return openKafkaLog({
        brokers: address.brokers,
        clientId: 'ledgerline-test',
        topicPrefix: address.topicPrefix,
        partitions: 4,
        sessionTimeoutMs: 3_000,
        heartbeatMs: 200,
        logger: createLogger(process.env.LOG_LEVEL ?? 'silent'),
      })
  }
}

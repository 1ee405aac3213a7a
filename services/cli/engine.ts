import { join } from 'node:path'
import type { Config } from '../runtime/config.ts'
import { createLogger } from '../runtime/logger.ts'
import { secretIn } from '../runtime/secret-file.ts'
import { openEmbeddedWarehouse, writerName } from '../warehouse/embedded.ts'
import { checkPortFree } from './ports.ts'
import { untilStopped, type Terminal } from './terminal.ts'

/**
 * The embedded engine without a hub: for several processes of one machine that share it as they would share a ClickHouse
 * server. It is watched and started again when it dies.
 */
export async function runEngineAlone(config: Config, terminal: Terminal): Promise<void> {
  const { LEDGERLINE_ENGINE_HOST: host, LEDGERLINE_ENGINE_PORT: port } = config
  await checkPortFree(host, port, 'LEDGERLINE_ENGINE_PORT')
  const secretFile = join(config.LEDGERLINE_DATA_DIR, 'engine-secret')
  const engine = await openEmbeddedWarehouse({
    folder: join(config.LEDGERLINE_DATA_DIR, 'engine'),
    database: config.CLICKHOUSE_DATABASE,
    secret: await secretIn(secretFile),
    readerPassword: config.LEDGERLINE_ENGINE_READER_PASSWORD,
    logger: createLogger(config.LEDGERLINE_LOG_LEVEL),
    ...{ host, port },
  })
  terminal.out(`the ClickHouse engine runs at ${engine.url}; the hub's processes find it with`)
  terminal.out(
    `CLICKHOUSE_URL=${engine.url} CLICKHOUSE_USER=${writerName} CLICKHOUSE_PASSWORD_FILE=${secretFile} CLICKHOUSE_READER_USER=default`,
  )
  await untilStopped(terminal)
  await engine.close()
}

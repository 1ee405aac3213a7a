import { join } from 'node:path'
import { openServerWarehouse } from '../../services/warehouse/server.ts'
import type { Warehouse } from '../../services/warehouse/warehouse.ts'
import type { Closing } from '../../services/runtime/closing.ts'
import { freePort, startHubProcess, type HubProcess } from './hub-process.ts'
import { startKafka } from './kafka-broker.ts'
import { tempFolder } from './temp-folder.ts'

/** Where processes of one hub meet: a broker, and an engine in a process of its own. */
export interface KafkaPlace {
  readonly folder: string
  readonly brokers: readonly string[]
  readonly warehouse: Warehouse
  /** Of every process that works there. */
  readonly settings: Readonly<Record<string, string>>
  /** Starts one with these roles, and with a data folder of this name. */
  start(
    roles: readonly string[],
    dataFolder: string,
    more?: Readonly<Record<string, string>>,
  ): Promise<HubProcess>
}

export async function openKafkaPlace(opened: Closing): Promise<KafkaPlace> {
  const kafka = await startKafka({ brokers: 1 })
  opened.add(() => kafka.close())
  const folder = await tempFolder()
  opened.add(() => folder.remove())
  const enginePort = String(await freePort())
  const engine = await startHubProcess(['engine'], {
    LEDGERLINE_DATA_DIR: folder.path,
    LEDGERLINE_ENGINE_PORT: enginePort,
  })
  opened.add(() => engine.stop())
  const { brokers } = kafka
  const url = `http://127.0.0.1:${enginePort}`
  const warehouse = openServerWarehouse({ url, database: 'ledgerline' })
  opened.add(() => warehouse.close())
  const settings = {
    KAFKA_BROKERS: brokers.join(),
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: 'ledgerline',
    CLICKHOUSE_PASSWORD_FILE: join(folder.path, 'engine-secret'),
  }
  return {
    ...{ folder: folder.path, brokers, warehouse, settings },
    async start(roles, dataFolder, more = {}) {
      const data = { LEDGERLINE_DATA_DIR: join(folder.path, dataFolder) }
      const hub = await startHubProcess(roles, { ...settings, ...data, ...more })
      opened.add(() => hub.stop())
      return hub
    },
  }
}

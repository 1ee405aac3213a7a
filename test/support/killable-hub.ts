import { createClosing, type Closing } from '../../services/runtime/closing.ts'
import { freePort, startHubProcess, type HubProcess } from './hub-process.ts'
import { startKafka, type KafkaCluster } from './kafka-broker.ts'
import { itsChild, itself, type KillRunOptions, type Victim } from './kill-run.ts'
import { leaderOf } from './partition-leader.ts'
import { tempFolder } from './temp-folder.ts'

/** A hub in processes of its own, all of which may be killed. */
export type KillableHub = Omit<KillRunOptions, 'kills' | 'seed'>

const authToken = 'a-token-of-this-test'

/** All in one process, beside its engine. */
export function withEmbeddedHub(work: (hub: KillableHub) => Promise<void>): Promise<void> {
  return closingAfter(async (opened) => {
    const folder = await folderIn(opened)
    const enginePort = String(await freePort())
    const hub = await startIn(opened, [], {
      LEDGERLINE_DATA_DIR: folder,
      LEDGERLINE_ENGINE_PORT: enginePort,
      TWILIO_AUTH_TOKENS: authToken,
    })
    await work({
      ...{ authToken, ingest: hub, projections: hub, processes: [hub] },
      victims: [itself(hub), itsChild(hub)],
      warehouseUrl: `http://127.0.0.1:${enginePort}`,
    })
  })
}

/** Each role in a process of its own, with the engine in another, on brokers. */
export function withKafkaHub(
  brokers: 1 | 3,
  work: (hub: KillableHub, kafka: KafkaCluster) => Promise<void>,
): Promise<void> {
  return closingAfter(async (opened) => {
    const kafka = await startKafka({ brokers })
    opened.add(() => kafka.close())
    const folder = await folderIn(opened)
    const enginePort = String(await freePort())
    const warehouseUrl = `http://127.0.0.1:${enginePort}`
    const data = { LEDGERLINE_DATA_DIR: folder }
    const engine = await startIn(opened, ['engine'], {
      ...data,
      LEDGERLINE_ENGINE_PORT: enginePort,
    })
    const shared = {
      ...data,
      KAFKA_BROKERS: kafka.brokers.join(),
      LEDGERLINE_PARTITIONS: '3',
      CLICKHOUSE_URL: warehouseUrl,
      CLICKHOUSE_USER: 'ledgerline',
      CLICKHOUSE_PASSWORD_FILE: `${folder}/engine-secret`,
    }
    const projections = await startIn(opened, ['projections'], shared)
    const ingest = await startIn(opened, ['ingest'], { ...shared, TWILIO_AUTH_TOKENS: authToken })
    const api = await startIn(opened, ['api'], shared)
    const processes = [engine, projections, ingest, api]
    const victims = [itsChild(engine), ...processes.map(itself)]
    await work({ authToken, ingest, projections, processes, victims, warehouseUrl }, kafka)
  })
}

/** Whichever broker leads a partition when its hour has come; one partition after the other. */
export function leadersOf(kafka: KafkaCluster): Victim {
  let kills = 0
  let killed: number | undefined
  return {
    async kill() {
      const partition = kills++ % 3
      killed = await leaderOf(kafka.brokers, 'ledgerline.tasks', partition)
      await kafka.kill(killed)
      return `broker ${killed}, which led partition ${partition}`
    },
    async restart() {
      if (killed !== undefined) await kafka.start(killed)
    },
  }
}

async function closingAfter(work: (opened: Closing) => Promise<void>): Promise<void> {
  const opened = createClosing()
  try {
    await work(opened)
  } finally {
    await opened.close()
  }
}

async function folderIn(opened: Closing): Promise<string> {
  const folder = await tempFolder()
  opened.add(() => folder.remove())
  return folder.path
}

async function startIn(
  opened: Closing,
  roles: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<HubProcess> {
  const hub = await startHubProcess(roles, settings)
  opened.add(() => hub.stop())
  return hub
}

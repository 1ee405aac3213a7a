import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Kafka, logLevel } from 'kafkajs'
import { fetchKafka } from './kafka-artifacts.ts'

export interface KafkaCluster {
  /** host:port of each. */
  readonly brokers: readonly string[]
  /** SIGKILL: the broker with this index is gone from one moment to the next. */
  kill(index: number): Promise<void>
  /** SIGSTOP: it keeps its connections and does nothing. */
  stop(index: number): void
  /** SIGCONT */
  cont(index: number): void
  /** Starts a broker again that was killed, with what it had on its disk. */
  start(index: number): Promise<void>
  close(): Promise<void>
}

export interface KafkaClusterOptions {
  readonly brokers: 1 | 3
  /** Of the first broker; any free one unless given. */
  readonly port?: number
}

/** Real Apache Kafka in KRaft mode, each broker a Java process with a small heap, its data in a temporary folder. */
export async function startKafka(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const classPath = await fetchKafka()
  const folder = await mkdtemp(join(tmpdir(), 'ledgerline-kafka-'))
  const ports = await freePorts(options.brokers * 2)
  const nodes = Array.from({ length: options.brokers }, (_, index) => ({
    id: index + 1,
    port: index === 0 ? (options.port ?? ports[0]) : ports[index],
    controllerPort: ports[options.brokers + index],
    folder: join(folder, `broker-${index + 1}`),
    config: join(folder, `broker-${index + 1}.properties`),
  }))
  const voters = nodes.map((node) => `${node.id}@127.0.0.1:${node.controllerPort}`).join(',')
  const brokers = nodes.map((node) => `127.0.0.1:${node.port}`)
  const processes = new Map<number, ChildProcess>()
  process.on('exit', killAll)
  for (const signal of deadlySignals) process.on(signal, onSignal)

  function killAll(): void {
    for (const child of processes.values()) child.kill('SIGKILL')
  }

  /** A process that dies of a signal says no goodbye, and its brokers would go on for ever. */
  function onSignal(signal: NodeJS.Signals): void {
    killAll()
    const isOnlyListener = process.listenerCount(signal) === 1
    process.off(signal, onSignal)
    if (isOnlyListener) process.kill(process.pid, signal)
  }

  function child(index: number): ChildProcess {
    const found = processes.get(index)
    if (found === undefined) throw new Error(`broker ${index} is not running`)
    return found
  }

  async function launch(index: number): Promise<void> {
    const output = await open(join(folder, `broker-${index + 1}.log`), 'a')
    processes.set(
      index,
      spawn('java', [...javaOptions, '-cp', classPath, 'kafka.Kafka', nodes[index]?.config ?? ''], {
        stdio: ['ignore', output.fd, output.fd],
        env: { ...process.env, LOG_DIR: folder },
      }),
    )
    await output.close()
  }

  async function kill(index: number): Promise<void> {
    const dying = child(index)
    const exited = once(dying, 'exit')
    dying.kill('SIGKILL')
    if (dying.exitCode === null && dying.signalCode === null) await exited
    processes.delete(index)
  }

  async function close(): Promise<void> {
    await Promise.all([...processes.keys()].map(kill))
    process.off('exit', killAll)
    for (const signal of deadlySignals) process.off(signal, onSignal)
    await rm(folder, { recursive: true, force: true })
  }

  async function format(): Promise<void> {
    const clusterId = randomBytes(16).toString('base64url')
    await Promise.all(
      nodes.map(async (node) => {
        await writeFile(node.config, properties(node, voters, options.brokers))
        await promisify(execFile)('java', [
          ...[...javaOptions, '-cp', classPath, 'kafka.tools.StorageTool'],
          // As one word: an id may begin with a dash.
          ...['format', `--cluster-id=${clusterId}`, '-c', node.config],
        ])
      }),
    )
  }

  try {
    await format()
    await Promise.all(nodes.map((_, index) => launch(index)))
    await ready(brokers, options.brokers)
  } catch (error) {
    await close()
    throw error
  }

  return {
    brokers,
    kill,
    stop: (index) => child(index).kill('SIGSTOP'),
    cont: (index) => child(index).kill('SIGCONT'),
    start: async (index) => {
      await launch(index)
      // Asked of itself: the others go on counting it for a while after it was killed.
      await ready(brokers.slice(index, index + 1), options.brokers)
    },
    close,
  }
}

const deadlySignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const javaOptions = ['-Xms128m', '-Xmx256m', '-XX:+UseSerialGC']

interface Node {
  readonly id: number
  readonly port: number | undefined
  readonly controllerPort: number | undefined
  readonly folder: string
}

/** Small and quick: it notices a dead broker in seconds, and lets a group form at once. */
function properties(node: Node, voters: string, brokers: number): string {
  const replicas = Math.min(3, brokers)
  return Object.entries({
    'node.id': node.id,
    'process.roles': 'broker,controller',
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    'controller.quorum.voters': voters,
    'log.dirs': node.folder,
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 3,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1_000,
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'controller.quorum.election.timeout.ms': 500,
    'controller.quorum.fetch.timeout.ms': 1_000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024,
    'log.index.size.max.bytes': 1024 * 1024,
    'remote.log.storage.system.enable': false,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

async function ready(brokers: readonly string[], count: number): Promise<void> {
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId: 'ledgerline-test-support',
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  })
  const deadline = Date.now() + 60_000
  for (;;) {
    const admin = kafka.admin()
    try {
      await admin.connect()
      const cluster = await admin.describeCluster()
      const found = cluster.brokers.length
      if (found === count) return
      if (Date.now() > deadline) throw new Error(`${found} of ${count} brokers are there`)
    } catch (error) {
      if (Date.now() > deadline) throw error
    } finally {
      await admin.disconnect()
    }
    await sleep(200)
  }
}

/** All are held at the same time, so that no port is given twice. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  return Promise.all(
    servers.map(async (server) => {
      const address = server.address()
      server.close()
      await once(server, 'close')
      if (typeof address !== 'object' || address === null) throw new Error('no port')
      return address.port
    }),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const cluster = await startKafka({ brokers: 1, port: Number(process.env.KAFKA_PORT ?? 9092) })
  process.stdout.write(`KAFKA_BROKERS=${cluster.brokers.join(',')}\n`)
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  await cluster.close()
}

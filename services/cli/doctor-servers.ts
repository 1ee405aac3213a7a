import { connect } from 'node:net'
import type { Config } from '../runtime/config.ts'
import type { Finding } from './finding.ts'

/** Whether Kafka and ClickHouse can be reached from here, where they are servers of their own. */
export async function checkServers(config: Config): Promise<readonly Finding[]> {
  const { KAFKA_BROKERS: brokers, CLICKHOUSE_URL: warehouse } = config
  return [
    ...(await Promise.all(brokers.map(checkBroker))),
    ...(warehouse === undefined ? [] : [await checkWarehouse(warehouse)]),
  ]
}

const patienceMs = 5_000

async function checkBroker(broker: string): Promise<Finding> {
  const colon = broker.lastIndexOf(':')
  const reason = await whyNotConnected(broker.slice(0, colon), Number(broker.slice(colon + 1)))
  if (reason === null) return { sort: 'ok', what: 'log', detail: `${broker} takes connections` }
  const detail = `${broker} cannot be reached (${reason}): see KAFKA_BROKERS, and whether it runs`
  return { sort: 'FAULT', what: 'log', detail }
}

function whyNotConnected(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (reason: string | null) => {
      socket.destroy()
      resolve(reason)
    }
    socket.setTimeout(patienceMs, () => end('no answer'))
    socket.once('connect', () => end(null))
    socket.once('error', ({ message }) => end(message || 'refused'))
  })
}

async function checkWarehouse(url: string): Promise<Finding> {
  const reason = await fetch(new URL('/ping', url), { signal: AbortSignal.timeout(patienceMs) })
    .then(({ ok, status }) => (ok ? null : `status ${status}`))
    .catch(() => 'no answer')
  if (reason === null) return { sort: 'ok', what: 'warehouse', detail: `${url} answers` }
  const detail = `${url} cannot be used (${reason}): see CLICKHOUSE_URL, and whether it runs`
  return { sort: 'FAULT', what: 'warehouse', detail }
}

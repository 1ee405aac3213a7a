import kafkajs, { type Cluster } from 'kafkajs'
import { LedgerlineError } from '../../runtime/errors.ts'

// The error classes are not among the names that Node finds in this CommonJS package, hence the default import.

/** What a failure of the client means to those who use the log: it is the world's fault and may pass. */
export function toLogError(what: string, cause: unknown): LedgerlineError {
  if (cause instanceof LedgerlineError) return cause
  return new LedgerlineError('LOG_UNAVAILABLE', what, { retryable: true, cause })
}

/** The broker's own name for a failure, such as MESSAGE_TOO_LARGE, also where kafkajs has wrapped it. */
export function protocolErrorOf(error: unknown): string | undefined {
  if (error instanceof kafkajs.KafkaJSProtocolError) return error.type
  return error instanceof Error ? protocolErrorOf(error.cause) : undefined
}

/** Forgets what has turned out to be wrong about the cluster, so that the next attempt finds who leads what now. */
export async function relearn(cluster: Cluster, error: unknown): Promise<void> {
  const closed = closedConnectionOf(error)
  if (closed) cluster.removeBroker(closed)
  if (!cluster.isConnected()) await cluster.connect()
  await cluster.refreshMetadata()
}

/** Kafkajs does not export the class of this error. */
function closedConnectionOf(error: unknown): { host: string; port: number } | undefined {
  if (!(error instanceof Error) || error.name !== 'KafkaJSConnectionClosedError') return undefined
  if (!('host' in error) || !('port' in error)) return undefined
  const { host, port } = error
  return typeof host === 'string' && typeof port === 'number' ? { host, port } : undefined
}

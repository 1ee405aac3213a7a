import type { Config } from '../runtime/config.ts'
import { LedgerlineError } from '../runtime/errors.ts'

/** Where a hub with this configuration is found from this machine. */
export function hubUrl({ LEDGERLINE_HOST: host, LEDGERLINE_PORT: port }: Config): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const patienceMs = 15_000

/** False when nothing listens there; an error when something does that is no hub, or does not answer. */
export async function hubAnswers(url: string): Promise<boolean> {
  let status: number
  try {
    const response = await fetch(new URL('/healthz', url), {
      signal: AbortSignal.timeout(patienceMs),
    })
    await response.body?.cancel()
    status = response.status
  } catch (cause) {
    if (isRefused(cause)) return false
    throw unreachable(`${url} does not answer`, cause)
  }
  if (status === 200) return true
  throw unreachable(`${url}/healthz answers ${status}: is that a hub?`)
}

function unreachable(message: string, cause?: unknown): LedgerlineError {
  return new LedgerlineError('HUB_UNREACHABLE', message, { retryable: true, cause })
}

function isRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && error.code === 'ECONNREFUSED') return true
  // Both addresses of a name may have refused.
  if (error instanceof AggregateError) return error.errors.every(isRefused)
  return isRefused(error.cause)
}

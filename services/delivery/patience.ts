/** Work that is broken off when time is up, or when everything is to stop. By hand: `AbortSignal.any` would keep something of each attempt. */
export async function withPatience<T>(
  timeoutMs: number,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const patience = new AbortController()
  const timeout = new DOMException('time is up', 'TimeoutError')
  const timer = setTimeout(() => patience.abort(timeout), timeoutMs)
  const stop = () => patience.abort()
  stopping.addEventListener('abort', stop)
  if (stopping.aborted) stop()
  try {
    return await work(patience.signal)
  } finally {
    clearTimeout(timer)
    stopping.removeEventListener('abort', stop)
  }
}

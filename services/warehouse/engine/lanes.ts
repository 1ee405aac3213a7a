import { exception } from './exception.ts'

/** Lets so many through at a time and keeps so many waiting; more are turned away, so that nobody waits for ever. */
export interface Lane {
  /** Runs `action` when there is room. An abort while it waits takes it out of the queue. */
  pass<T>(action: () => Promise<T>, signal: AbortSignal): Promise<T>
}

export function createLane(atOnceMax: number, waitingMax: number): Lane {
  let running = 0
  const waiting: (() => void)[] = []

  function enter(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(cancelled())
    if (running < atOnceMax) {
      running++
      return Promise.resolve()
    }
    if (waiting.length >= waitingMax) {
      const what = `Too many simultaneous queries. Running: ${running}, waiting: ${waiting.length}.`
      return Promise.reject(exception('TOO_MANY_SIMULTANEOUS_QUERIES', what))
    }
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = () => {
        waiting.splice(waiting.indexOf(begin), 1)
        reject(cancelled())
      }
      waiting.push(begin)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  return {
    async pass(action, signal) {
      await enter(signal)
      try {
        return await action()
      } finally {
        const next = waiting.shift()
        if (next === undefined) running--
        else next()
      }
    },
  }
}

function cancelled(): Error {
  return exception('QUERY_WAS_CANCELLED', 'Query was cancelled.')
}

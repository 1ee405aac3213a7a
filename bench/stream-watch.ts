import { followState } from '../client/state-stream.js'

/** One reader of the hub's stream, who tells when he sees something. */
export interface StreamWatch {
  /** Resolves to the moment, by `performance.now()`, at which an agent's activity is shown as having begun at `since`. */
  seen(agent: string, since: number): Promise<number>
  close(): void
}

const patienceMs = 30_000

export function watchStream(url: string): StreamWatch {
  const waiting = new Map<string, (at: number) => void>()
  let hasEnded = false
  const following = followState({
    url,
    onChange({ connection, agents }) {
      const at = performance.now()
      // What comes after a break comes late for a reason that is none of the hub's everyday.
      if (connection !== 'live') hasEnded = true
      for (const [key, tell] of waiting) {
        const [agent = ''] = key.split('/')
        const since = agents.get(agent)?.activitySince
        if (since !== undefined && key === keyOf(agent, since)) tell(at)
      }
    },
  })

  function seen(agent: string, since: number): Promise<number> {
    const key = keyOf(agent, since)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(key)
        reject(new Error('a change was never seen on the stream'))
      }, patienceMs)
      waiting.set(key, (at) => {
        clearTimeout(timer)
        waiting.delete(key)
        if (hasEnded) reject(new Error('the stream broke off'))
        else resolve(at)
      })
    })
  }

  return { seen, close: () => following.close() }
}

function keyOf(agent: string, since: number | null): string {
  return `${agent}/${since ?? ''}`
}

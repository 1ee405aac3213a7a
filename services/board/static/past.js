// The state of another moment: asked for as the slider comes to rest, and shown in the place of the present.

import { headersFor } from './answer.js'

/** So long the slider must rest before the hub is asked. */
const restMs = 150

/**
 * `at` is the moment that is wanted, null for the present; `state` what is known of it, in the shape of a followed state, or
 * of the moment before it while the hub is asked; `failure` why there is none.
 */
export function createPast({ token, onChange }) {
  const past = { at: null, state: null, isAsking: false, failure: null }
  let asking = new AbortController()
  let timer

  function show(at) {
    stop()
    past.at = at
    past.isAsking = true
    past.failure = null
    timer = setTimeout(() => ask(at), past.state === null ? 0 : restMs)
    onChange()
  }

  function leave() {
    stop()
    Object.assign(past, { at: null, state: null, isAsking: false, failure: null })
    onChange()
  }

  function stop() {
    clearTimeout(timer)
    asking.abort()
    asking = new AbortController()
  }

  async function ask(at) {
    const { signal } = asking
    try {
      const response = await fetch(`/v1/state?at=${new Date(at).toISOString()}`, {
        signal,
        headers: headersFor(token),
      })
      const answer = await response.json()
      if (signal.aborted) return
      past.state = response.ok ? stateOf(answer, at) : null
      past.failure = response.ok
        ? null
        : (answer.errors?.[0]?.detail ?? answer.detail ?? answer.title)
    } catch {
      if (signal.aborted) return
      past.state = null
      past.failure = 'The hub does not answer.'
    }
    past.isAsking = false
    onChange()
  }

  return { past, show, leave, close: stop }
}

function stateOf({ queues, agents, tasks }, at) {
  const byId = (things) => new Map(things.map((thing) => [thing.id, thing]))
  return {
    ...{ connection: 'past', asOf: at, heardAt: 0, catchingUp: false, freshness: null },
    ...{ queues: byId(queues), agents: byId(agents), tasks: byId(tasks), problem: null },
  }
}

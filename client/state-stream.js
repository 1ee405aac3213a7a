/* global AbortController, clearTimeout, fetch, performance, setTimeout, TextDecoder, URLSearchParams */

// Follows the state of a hub, in a browser or in Node: one file, without a build step and without dependencies, so that
// the hub's own wallboard and everybody else read the stream in the same way. Other streams are followed by what is here too.

/** @import { Problem } from '../schemas/feeds/problem.ts' */
/** @import { AgentState, Freshness, QueueState, State, StateChanges, TaskState } from '../schemas/feeds/state.ts' */

/**
 * How it stands with the hub: `connecting` until the first word, `live` while it speaks, `lost` while it does not and is
 * asked again, `refused` when it wants a token or another one, or has no such filter; it is not asked again then.
 * @typedef {'connecting' | 'live' | 'lost' | 'refused'} Connection
 */

/**
 * The state as far as it is known. The maps are the same objects all the time, changed in place.
 * @typedef {object} FollowedState
 * @property {Connection} connection
 * @property {Map<string, QueueState>} queues
 * @property {Map<string, AgentState>} agents
 * @property {Map<string, TaskState>} tasks
 * @property {number | null} asOf When this was so by the hub's clock; null: nothing is known yet.
 * @property {number} heardAt When the hub spoke last, by `performance.now()`.
 * @property {boolean} catchingUp
 * @property {Freshness | null} freshness
 * @property {Problem | null} problem Why it is `refused`, where the hub says so.
 */

/**
 * What is wanted of the state; what is left out is not asked for, and all left out, everything is.
 * @typedef {object} StateFilter
 * @property {readonly string[]} [queues] By id or name: these queues, their tasks, and agents who may or do work for them.
 * @property {readonly string[]} [teams] By id or name: agents of these teams.
 * @property {readonly ('queues' | 'agents' | 'tasks')[]} [kinds] Only these of queues, agents and tasks.
 */

/**
 * @typedef {object} FollowOptions
 * @property {string} [url] Where the hub is; left out, where the page came from.
 * @property {string | null} [token] An API token, if the hub wants one.
 * @property {StateFilter} [filter] Left out, everything is followed.
 * @property {(state: FollowedState) => void} onChange Hears of everything that is new.
 */

/** The hub says something every two seconds. When it has not for so long, the connection is dead. */
const silenceMsMax = 10_000

const firstDelayMs = 500
const delayMsMax = 5_000

/**
 * Begins at once, and goes on until it is closed: when the hub goes away it is asked again until it is back, and tells
 * then what was missed.
 * @param {FollowOptions} options
 * @returns {{ readonly state: FollowedState, close(): void }}
 */
export function followState({ url = '', token = null, filter = {}, onChange }) {
  const state = emptyState()
  const { close } = followEvents({
    ...{ address: `${url}/v1/state/stream${queryOf(filter)}`, token },
    onEvent: ({ name, data }) => applyEvent(state, name, JSON.parse(data)),
    onConnection(connection, problem) {
      state.connection = connection
      state.problem = problem
      onChange(state)
    },
  })
  return { state, close }
}

/**
 * @typedef {object} FollowEventsOptions
 * @property {string} address With the query.
 * @property {string | null} token
 * @property {(event: ServerEvent) => void} onEvent
 * @property {(connection: Connection, problem: Problem | null) => void} onConnection After each event, and when the connection is otherwise.
 */

/**
 * Follows any stream of the hub: asks again when it breaks off, and goes on after the last event.
 * @param {FollowEventsOptions} options
 * @returns {{ close(): void }}
 */
export function followEvents({ address, token, onEvent, onConnection }) {
  const closing = new AbortController()
  let lastEventId = ''
  let delayMs = firstDelayMs
  /** @type {Problem | null} */
  let problem = null

  async function follow() {
    while (!closing.signal.aborted) {
      const ended = await readOnce()
      if (closing.signal.aborted) return
      onConnection(ended, problem)
      if (ended === 'refused') return
      await pause(delayMs * (0.5 + Math.random() / 2), closing.signal)
      delayMs = Math.min(delayMs * 2, delayMsMax)
    }
  }

  /** @returns {Promise<'lost' | 'refused'>} */
  async function readOnce() {
    const silence = new AbortController()
    const stop = () => silence.abort()
    closing.signal.addEventListener('abort', stop)
    let timer = setTimeout(stop, silenceMsMax)
    try {
      const response = await fetch(address, {
        signal: silence.signal,
        cache: 'no-store',
        headers: {
          accept: 'text/event-stream',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
        },
      })
      if (refusals.includes(response.status)) {
        problem = await problemOf(response)
        return 'refused'
      }
      if (!response.ok || response.body === null) return 'lost'
      const reader = response.body.getReader()
      const read = createEventReader(take)
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return 'lost'
        clearTimeout(timer)
        timer = setTimeout(stop, silenceMsMax)
        read(value)
      }
    } catch {
      // Whatever it was, the hub is not there; it is asked again.
      return 'lost'
    } finally {
      clearTimeout(timer)
      closing.signal.removeEventListener('abort', stop)
      silence.abort()
    }
  }

  /** @param {ServerEvent} event */
  function take(event) {
    if (!told.includes(event.name)) return
    if (event.id !== '') lastEventId = event.id
    onEvent(event)
    delayMs = firstDelayMs
    onConnection('live', problem)
  }

  void follow()
  return { close: () => closing.abort() }
}

/** What streams tell; other events are passed over. */
const told = ['snapshot', 'changes', 'freshness']

/** To ask the same again would be answered the same. */
const refusals = [400, 401, 403]

/**
 * @param {Response} response
 * @returns {Promise<Problem | null>}
 */
async function problemOf(response) {
  const type = response.headers.get('content-type') ?? ''
  return type.startsWith('application/problem+json') ? response.json() : null
}

/**
 * @param {StateFilter} filter
 * @returns {string}
 */
function queryOf({ queues, teams, kinds }) {
  const query = new URLSearchParams()
  if (queues !== undefined) query.set('queues', queues.join())
  if (teams !== undefined) query.set('teams', teams.join())
  if (kinds !== undefined) query.set('kinds', kinds.join())
  return query.toString() === '' ? '' : `?${query.toString()}`
}

/** @returns {FollowedState} */
function emptyState() {
  return {
    connection: 'connecting',
    queues: new Map(),
    agents: new Map(),
    tasks: new Map(),
    asOf: null,
    heardAt: 0,
    catchingUp: false,
    freshness: null,
    problem: null,
  }
}

/**
 * @param {FollowedState} state
 * @param {string} name `snapshot`, `changes` or `freshness`.
 * @param {State & StateChanges} data
 */
function applyEvent(state, name, data) {
  state.asOf = data.asOf
  state.heardAt = performance.now()
  state.catchingUp = data.catchingUp
  state.freshness = data.freshness
  if (name === 'freshness') return
  if (name === 'snapshot') for (const kind of kinds) state[kind].clear()
  for (const kind of kinds) {
    /** @type {Map<string, object>} */
    const known = state[kind]
    for (const one of data[kind]) known.set(one.id, one)
    if (name === 'changes') for (const id of data.removed[kind]) known.delete(id)
  }
}

/** @type {readonly ['queues', 'agents', 'tasks']} */
const kinds = ['queues', 'agents', 'tasks']

/** @typedef {{ name: string, id: string, data: string }} ServerEvent */

/**
 * Cuts bytes into server-sent events, wherever the network has cut them.
 * @param {(event: ServerEvent) => void} onEvent
 * @returns {(bytes: Uint8Array) => void}
 */
export function createEventReader(onEvent) {
  const decoder = new TextDecoder()
  /** @type {string[]} */
  let parts = []
  let wasLineEnd = false

  return (bytes) => {
    let text = decoder.decode(bytes, { stream: true })
    // An end that falls between two pieces is seen by its second half.
    if (wasLineEnd && text.startsWith('\n')) {
      tell(parts.join(''))
      parts = []
      text = text.slice(1)
    }
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end < 0) break
      tell(parts.join('') + text.slice(0, end))
      parts = []
      text = text.slice(end + 2)
    }
    if (text !== '') parts.push(text)
    wasLineEnd = parts.length > 0 && (parts.at(-1) ?? '').endsWith('\n')
  }

  /** @param {string} block */
  function tell(block) {
    const event = { name: 'message', id: '', data: '' }
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':')
      if (colon <= 0) continue
      const value = line.slice(colon + 1).replace(/^ /, '')
      const field = line.slice(0, colon)
      if (field === 'event') event.name = value
      if (field === 'id') event.id = value
      if (field === 'data') event.data += event.data === '' ? value : `\n${value}`
    }
    if (event.data !== '') onEvent(event)
  }
}

/**
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

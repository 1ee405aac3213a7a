/* global performance, URLSearchParams */

// Follows how agents keep to their plans, in a browser or in Node, without a build step and without dependencies.

import { followEvents } from './state-stream.js'

/** @import { AdherenceAnswer, AdherenceChanges, AdherenceFreshness, AdherenceToday, AgentNow } from '../schemas/feeds/adherence.ts' */
/** @import { Problem } from '../schemas/feeds/problem.ts' */
/** @import { Connection } from './state-stream.js' */

/**
 * An agent as he was told of, with the instant by the hub's clock at which his day was so: `countedOn` tells it of later.
 * @typedef {AgentNow & { readonly asOf: number }} FollowedAgent
 */

/**
 * Adherence as far as it is known. The map is the same object all the time, changed in place.
 * @typedef {object} FollowedAdherence
 * @property {Connection} connection
 * @property {Map<string, FollowedAgent>} agents
 * @property {number | null} asOf Up to when this holds by the hub's clock; null: nothing is known yet.
 * @property {number} heardAt When the hub spoke last, by `performance.now()`.
 * @property {number | null} from The beginning of the day; null: nothing is known yet.
 * @property {number | null} tablesAsOf Up to when the tables are complete; null: not known.
 * @property {boolean} reading False while the hub cannot read its tables: what is known may be old.
 * @property {Problem | null} problem Why it is `refused`, where the hub says so.
 */

/**
 * What is wanted; what is left out is not asked for.
 * @typedef {object} AdherenceFilter
 * @property {string} [team] By id or name: only agents of this team.
 * @property {boolean} [out] True: only who is out of adherence; false: only who is not.
 * @property {string} [zone] An IANA time zone, whose day today is; left out, UTC.
 */

/**
 * @typedef {object} FollowAdherenceOptions
 * @property {string} [url] Where the hub is; left out, where the page came from.
 * @property {string | null} [token] An API token, if the hub wants one.
 * @property {AdherenceFilter} [filter] Left out, everybody is followed.
 * @property {(adherence: FollowedAdherence) => void} onChange Hears of everything that is new.
 */

/**
 * Begins at once, and goes on until it is closed: when the hub goes away it is asked again until it is back, and tells
 * then what was missed.
 * @param {FollowAdherenceOptions} options
 * @returns {{ readonly adherence: FollowedAdherence, close(): void }}
 */
export function followAdherence({ url = '', token = null, filter = {}, onChange }) {
  /** @type {FollowedAdherence} */
  const adherence = {
    ...{ connection: 'connecting', agents: new Map(), asOf: null, heardAt: 0 },
    ...{ from: null, tablesAsOf: null, reading: true, problem: null },
  }
  const { close } = followEvents({
    ...{ address: `${url}/v1/adherence/stream${queryOf(filter)}`, token },
    onEvent: ({ name, data }) => applyEvent(adherence, name, JSON.parse(data)),
    onConnection(connection, problem) {
      adherence.connection = connection
      adherence.problem = problem
      onChange(adherence)
    },
  })
  return { adherence, close }
}

/**
 * An agent's day up to an instant by the hub's clock, if nothing has changed since he was told of: what the hub would
 * answer then.
 * @param {FollowedAgent} agent
 * @param {number} at
 * @returns {AdherenceToday}
 */
export function countedOn({ today, counting, asOf }, at) {
  const now = { ...today }
  for (const counter of counting) now[counter] += Math.max(0, at - asOf)
  now.adherence = shareOf(now.adherentMs, now.scheduledMs)
  now.conformance = shareOf(now.confActualMs, now.confScheduledMs)
  return now
}

/**
 * @param {number} part
 * @param {number} whole
 */
function shareOf(part, whole) {
  return whole === 0 ? null : part / whole
}

/**
 * @param {FollowedAdherence} adherence
 * @param {string} name `snapshot`, `changes` or `freshness`.
 * @param {AdherenceAnswer & AdherenceChanges & AdherenceFreshness} data
 */
function applyEvent(adherence, name, data) {
  const { asOf, from, tablesAsOf } = data
  const { agents } = adherence
  Object.assign(adherence, { asOf, from, tablesAsOf, heardAt: performance.now() })
  if (name === 'freshness') {
    adherence.reading = data.reading
    return
  }
  adherence.reading = true
  if (name === 'snapshot') agents.clear()
  for (const agent of data.agents) agents.set(agent.agent, { ...agent, asOf })
  if (name === 'changes') for (const agent of data.removed) agents.delete(agent)
}

/**
 * @param {AdherenceFilter} filter
 * @returns {string}
 */
function queryOf(filter) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) {
    if (value !== undefined) query.set(name, String(value))
  }
  return query.toString() === '' ? '' : `?${query.toString()}`
}

import type { Instant } from '../../../schemas/events/instant.ts'
import type { AlertSubject } from '../../../schemas/feeds/alerts.ts'
import type { AgentState, QueueState } from '../../../schemas/feeds/state.ts'
import type { AlertRule } from './alert-rule.ts'

/** All that rules look at, as it stands at one moment. */
export interface Observed {
  /** Null: the state is not that of this second, because the ledger cannot be read or has not been caught up with. */
  readonly state: ObservedState | null
  /** By number of intervals, then by queue; without an entry, or null: not known. */
  readonly serviceLevels: ReadonlyMap<number, readonly ServiceLevel[]> | null
  /** Since when who is out of adherence is so, by agent; null: not known. */
  readonly out: ReadonlyMap<string, Instant> | null
  /** By target of a mapping; null: nobody can say for sure what agents are. */
  readonly unmapped: readonly UnmappedAgents[] | null
  /** When each source that was heard was last heard. */
  readonly sources: readonly { readonly source: string; readonly receivedAt: Instant }[]
  /** Records of the ledger that are not in it yet; null: not known. */
  readonly lag: Readonly<Record<'state' | 'tables', number | null>>
}

export interface ObservedState {
  readonly queues: Iterable<QueueState>
  readonly agents: Iterable<AgentState>
  /** Whether somebody has told what time in an activity is. */
  readonly isClassTold: (activity: { readonly id: string; readonly name: string }) => boolean
}

/** Whom a target is told of by the fallback of its mapping. */
export interface UnmappedAgents {
  readonly target: string
  readonly agents: ReadonlySet<string>
}

export interface ServiceLevel {
  readonly queue: string
  readonly queueName: string
  readonly workspace: string
  /** How many left the queue, however. */
  readonly contacts: number
  readonly ratio: number
}

/** What a rule measures of one subject, in the unit of its threshold. */
export interface Reading {
  readonly subject: AlertSubject
  readonly value: number
}

/** Of each subject of which there is something to measure; null: it cannot be seen now, which is no reason to fire or clear. */
export function readingsOf(
  rule: AlertRule,
  observed: Observed,
  now: Instant,
): readonly Reading[] | null {
  const { state } = observed
  const secondsSince = (at: Instant) => Math.max(0, Math.floor((now - at) / 1000))
  switch (rule.kind) {
    case 'oldest_wait':
      return (
        state &&
        queueReadings(state, rule.queues, ({ oldestWaitingSince: since }) =>
          since === null ? 0 : secondsSince(since),
        )
      )
    case 'waiting':
      return state && queueReadings(state, rule.queues, ({ waiting }) => waiting)
    case 'service_level': {
      const isChosen = choice(rule.queues)
      const levels = observed.serviceLevels?.get(rule.intervals)
      if (levels === undefined) return null
      return levels.flatMap(({ queue: id, queueName: name, workspace, contacts, ratio }) =>
        contacts >= rule.contactsMin && isChosen(id, name)
          ? [{ subject: { kind: 'queue', id, name, workspace }, value: ratio * 100 }]
          : [],
      )
    }
    case 'agent_state': {
      const states = new Set<string | null>(rule.states)
      return (
        state &&
        agentReadings(state, rule.teams, ({ state: name, stateSince: since }) =>
          since === null || !states.has(name) ? null : secondsSince(since),
        )
      )
    }
    case 'agent_activity': {
      const isChosen = choice(rule.activities)
      return (
        state &&
        agentReadings(state, rule.teams, (agent) => {
          const { activity, activityName, activitySince: since } = agent
          if (activity === null || since === null) return null
          return isChosen(activity, activityName) ? secondsSince(since) : null
        })
      )
    }
    case 'out_of_adherence': {
      const { out } = observed
      return (
        state &&
        out &&
        agentReadings(state, rule.teams, ({ id }) => {
          const since = out.get(id)
          return since === undefined ? null : secondsSince(since)
        })
      )
    }
    case 'unclassed_activity':
      return state && unclassedReadings(state)
    case 'unmapped_activity': {
      const isChosen = choice(rule.targets)
      const mappings = observed.unmapped?.filter(({ target }) => isChosen(target, null))
      return state && mappings ? unmappedReadings(state, mappings) : null
    }
    case 'source_silent': {
      const { agentsSignedInMin: least } = rule
      if (least > 0 && state === null) return null
      if (state !== null && !hasSignedIn(state, least)) return []
      const isChosen = choice(rule.sources)
      return observed.sources.flatMap(({ source, receivedAt }) =>
        isChosen(source, null)
          ? [{ subject: plain('source', source), value: secondsSince(receivedAt) }]
          : [],
      )
    }
    case 'lag': {
      const known = rule.of.flatMap((part) => {
        const value = observed.lag[part]
        return value === null ? [] : [{ subject: plain('ledger', part), value }]
      })
      return known.length === 0 ? null : known
    }
  }
}

/** The names in a rule that nothing there is has. */
export function unmatchedNames(rule: AlertRule, observed: Observed): readonly string[] {
  const { state } = observed
  if (state === null) return []
  switch (rule.kind) {
    case 'oldest_wait':
    case 'waiting':
    case 'service_level':
      return missing(
        rule.queues,
        [...state.queues].flatMap(({ id, name }) => [id, name]),
      )
    case 'agent_state':
    case 'out_of_adherence':
      return missing(rule.teams, teamNames(state))
    case 'agent_activity': {
      const activities = [...state.agents].flatMap((agent) => [agent.activity, agent.activityName])
      return [...missing(rule.teams, teamNames(state)), ...missing(rule.activities, activities)]
    }
    case 'source_silent':
      return missing(
        rule.sources,
        observed.sources.map(({ source }) => source),
      )
    case 'unmapped_activity':
      return missing(
        rule.targets,
        (observed.unmapped ?? []).map(({ target }) => target),
      )
    case 'unclassed_activity':
    case 'lag':
      return []
  }
}

function queueReadings(
  { queues }: ObservedState,
  names: readonly string[],
  valueOf: (queue: QueueState) => number,
): readonly Reading[] {
  const isChosen = choice(names)
  const readings: Reading[] = []
  for (const queue of queues) {
    const { id, name, workspace } = queue
    if (!isChosen(id, name)) continue
    readings.push({ subject: { kind: 'queue', id, name, workspace }, value: valueOf(queue) })
  }
  return readings
}

/** `valueOf` is null of an agent of whom there is nothing to measure. */
function agentReadings(
  { agents }: ObservedState,
  teams: readonly string[],
  valueOf: (agent: AgentState) => number | null,
): readonly Reading[] {
  const isOfAnyTeam = teams.includes('*')
  const isChosen = choice(teams)
  const readings: Reading[] = []
  for (const agent of agents) {
    const { id, name, workspace, team } = agent
    const value = valueOf(agent)
    if (value === null) continue
    if (!isOfAnyTeam && (team === null || !isChosen(team.id, team.name))) continue
    readings.push({ subject: { kind: 'agent', id, name, workspace }, value })
  }
  return readings
}

/** By activity, the agents who are in it. */
function unclassedReadings({ agents, isClassTold }: ObservedState): readonly Reading[] {
  const byActivity = new Map<string, { subject: AlertSubject; value: number } | null>()
  for (const { activity: id, activityName, workspace } of agents) {
    if (id === null) continue
    const known = byActivity.get(id)
    if (known === undefined) {
      const name = activityName ?? id
      const subject: AlertSubject = { kind: 'activity', id, name, workspace }
      byActivity.set(id, isClassTold({ id, name }) ? null : { subject, value: 1 })
    } else if (known !== null) known.value++
  }
  return [...byActivity.values()].filter((reading) => reading !== null)
}

/** By activity, the agents in it whom no rule of one of these mappings maps. */
function unmappedReadings(
  { agents }: ObservedState,
  mappings: readonly UnmappedAgents[],
): readonly Reading[] {
  const byActivity = new Map<string, { readonly subject: AlertSubject; value: number }>()
  for (const { id: agent, activity: id, activityName, workspace } of agents) {
    if (id === null || !mappings.some(({ agents: unmapped }) => unmapped.has(agent))) continue
    const known = byActivity.get(id)
    if (known !== undefined) known.value++
    else {
      const subject: AlertSubject = { kind: 'activity', id, name: activityName ?? id, workspace }
      byActivity.set(id, { subject, value: 1 })
    }
  }
  return [...byActivity.values()]
}

function hasSignedIn({ agents }: ObservedState, least: number): boolean {
  let count = 0
  for (const { activityClass } of agents) {
    if (count >= least) return true
    if (activityClass !== null && activityClass !== 'offline') count++
  }
  return count >= least
}

function choice(names: readonly string[]): (id: string | null, name: string | null) => boolean {
  if (names.includes('*')) return () => true
  const wanted = new Set<string | null>(names)
  return (id, name) => (id !== null && wanted.has(id)) || (name !== null && wanted.has(name))
}

function missing(names: readonly string[], there: readonly (string | null)[]): readonly string[] {
  const known = new Set(there)
  return names.filter((name) => name !== '*' && !known.has(name))
}

function teamNames({ agents }: ObservedState): readonly (string | null)[] {
  return [...agents].flatMap(({ team }) => [team?.id ?? null, team?.name ?? null])
}

function plain(kind: 'source' | 'ledger', id: string): AlertSubject {
  return { kind, id, name: id, workspace: null }
}

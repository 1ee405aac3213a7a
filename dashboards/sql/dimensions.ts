import { agentTeams } from './filters.ts'
import { nameOr, names, type Named } from './names.ts'
import { teamOr } from './teams.ts'

/** By what rows of an interval table are told apart, beside time. */
export type By = 'queue' | 'agent' | 'channel' | 'activity' | 'team'

interface Dimension {
  readonly heading: string
  /** What people call one. */
  readonly sql: string
  readonly id: string
  /** What is grouped by: together with the id it gives `sql`. */
  readonly groups: string
  /** Where the name comes from, as `told`; null: it is its own. */
  readonly joined: string | null
}

export const dimensions: Readonly<Record<By, Dimension>> = {
  queue: ofNamed('Queue', 'queue', 'queue'),
  agent: ofNamed('Agent', 'agent', 'worker'),
  activity: ofNamed('Activity', 'activity', 'activity'),
  channel: {
    ...{ heading: 'Channel', sql: 'rows.channel', id: 'rows.channel', groups: 'rows.channel' },
    joined: null,
  },
  // Rows have an agent and no team: it is that which he is in now.
  team: {
    ...{ heading: 'Team', sql: teamOr('told'), id: 'told.team', groups: 'told.team' },
    joined: `LEFT JOIN (${agentTeams}) AS told ON told.entity = rows.agent`,
  },
}

function ofNamed(heading: string, key: string, kind: Named): Dimension {
  const id = `rows.${key}`
  return {
    ...{ heading, sql: nameOr(id, 'told'), id, groups: `${id}, told.name` },
    joined: `LEFT JOIN ${names(kind)} AS told ON told.id = ${id}`,
  }
}

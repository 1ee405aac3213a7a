import { agentTeams, chosen, type Choice } from './filters.ts'
import { names } from './names.ts'

// What is so at the end of the chosen time, which is now where it ends now: so a board that shows now can be wound back.
// The key of a fact says nothing of when it ended. So first the rows are found that ever looked like it, in whatever version; then
// of these alone the newest version counts. FINAL over the whole table takes many times as long, and over these alone up to twice
// as long as to look for the newest version by hand.

/** What to join: names of queues as `queues`, those of agents as `workers`, the agents' teams as `teams`. */
type Joined = 'queue' | 'worker' | 'team'

/** Visits that wait, as `waits`: all that follows SELECT. */
export function waiting(...joined: readonly Joined[]): string {
  return momentOf({
    ...{ table: 'queue_visits', rows: 'waits', key: ['workspace', 'task', 'visit'] },
    ...{ began: 'entered_at', ended: 'exited_at' },
    ...{ choices: ['workspace', 'queue', 'channel'], joined },
  })
}

/** What each agent does, as `states`; who has done one thing for a week is not there any more. */
export function doing(...joined: readonly Joined[]): string {
  return momentOf({
    ...{ table: 'agent_states', rows: 'states', key: ['workspace', 'agent', 'started_at'] },
    ...{ began: 'started_at', ended: 'ended_at', within: 'INTERVAL 7 DAY' },
    ...{ choices: ['workspace', 'team'], joined },
  })
}

/** What each agent does in the words of each WFM product, as `states`. */
export function doingForWfm(...joined: readonly Joined[]): string {
  return momentOf({
    ...{ table: 'agent_wfm_states', rows: 'states' },
    ...{ key: ['workspace', 'target', 'agent', 'started_at'] },
    ...{ began: 'started_at', ended: 'ended_at', within: 'INTERVAL 7 DAY' },
    ...{ choices: ['workspace', 'team'], joined },
  })
}

/** Contacts that an agent has accepted and not ended, as `legs`. */
export function inHand(...joined: readonly Joined[]): string {
  return momentOf({
    ...{ table: 'segments', rows: 'legs', key: ['workspace', 'reservation'] },
    ...{ began: 'accepted_at', ended: 'ended_at' },
    ...{ choices: ['workspace', 'queue', 'channel', 'team'], joined },
  })
}

/** How each agent keeps to his plan, as it was corrected in the end, as `spans`; of whom nothing is planned is not there. */
export function keeping(...joined: readonly Joined[]): string {
  return momentOf({
    ...{ table: 'adherence_spans', rows: 'spans', only: `basis = 'final'` },
    ...{ key: ['workspace', 'basis', 'agent', 'started_at'] },
    ...{ began: 'started_at', ended: 'ended_at', within: 'INTERVAL 1 DAY' },
    ...{ choices: ['workspace', 'team'], joined },
  })
}

/** How long something has lasted at that moment, in seconds. */
export function lasted(since: string): string {
  return `dateDiff('second', ${since}, $__toTime)`
}

interface Moment {
  readonly table: string
  readonly rows: string
  readonly key: readonly string[]
  readonly began: string
  readonly ended: string
  readonly choices: readonly Choice[]
  readonly joined: readonly Joined[]
  /** Of a table that tells of one thing in several ways: which of them is meant. */
  readonly only?: string
  /** How long it can have lasted: months before need not be read. */
  readonly within?: string
}

function momentOf({
  table,
  rows,
  key,
  began,
  ended,
  choices,
  joined,
  only,
  within,
}: Moment): string {
  const hasBegun = (of: string) => [
    ...(only === undefined ? [] : [`${of}${only}`]),
    `${of}${began} <= $__toTime`,
    ...(within === undefined ? [] : [`${of}${began} > $__toTime - ${within}`]),
  ]
  const isSo = (of: string) =>
    [...hasBegun(of), `(${of}${ended} IS NULL OR ${of}${ended} > $__toTime)`].join(' AND ')
  const whole = key.join(', ')
  const joins: Readonly<Record<Joined, string>> = {
    queue: `LEFT JOIN ${names('queue')} AS queues ON queues.id = ${rows}.queue`,
    worker: `LEFT JOIN ${names('worker')} AS workers ON workers.id = ${rows}.agent`,
    team: `LEFT JOIN (${agentTeams}) AS teams ON teams.entity = ${rows}.agent`,
  }
  return [
    'FROM (',
    `    SELECT * FROM ${table}`,
    `    WHERE ${[...(key.includes(began) ? hasBegun('') : []), `(${whole}) IN (`].join(' AND ')}`,
    `        SELECT ${whole} FROM ${table} WHERE ${isSo('')})`,
    `    ORDER BY version DESC LIMIT 1 BY ${whole}`,
    `) AS ${rows}`,
    ...joined.map((kind) => joins[kind]),
    `WHERE ${rows}.is_deleted = 0 AND ${isSo(`${rows}.`)}`,
    `    ${chosen(rows, choices)}`,
  ].join('\n')
}

import type { Instant } from '../schemas/events/instant.ts'
import type { AgentEntry, IdentityTable } from '../schemas/events/identities.ts'
import { grouped } from './identities.ts'

/** A fault by the list and place of the later entry. */
export interface IdentityFault {
  readonly path: readonly [list: 'agents' | 'queues', index: number]
  readonly detail: string
}

/** What would make two of one, or leave it open which of two holds. */
export function identityFaults({ agents, queues }: IdentityTable): readonly IdentityFault[] {
  return [
    ...agents.flatMap((entry, index) => spanFaults(entry, ['agents', index])),
    ...queues.flatMap((entry, index) => spanFaults(entry, ['queues', index])),
    ...clashes(
      'agents',
      agents,
      ({ logon }) => logon ?? null,
      (a, b) =>
        a.agent === b.agent
          ? `${a.agent} has the logon ${a.logon ?? ''} twice at one time`
          : `the logon ${a.logon ?? ''} is ${a.agent}'s at the same time`,
    ),
    ...clashes(
      'queues',
      queues,
      ({ queue, channel = '', direction = '' }) => JSON.stringify([queue, channel, direction]),
      ({ queue }) => `${queue} stands there twice at one time`,
    ),
  ]
}

function spanFaults(
  { from, until }: Pick<AgentEntry, 'from' | 'until'>,
  path: IdentityFault['path'],
): readonly IdentityFault[] {
  const isWrong = from !== undefined && until !== undefined && Date.parse(from) >= Date.parse(until)
  return isWrong ? [{ path, detail: 'until must be later than from' }] : []
}

function clashes<Entry extends Pick<AgentEntry, 'from' | 'until'>>(
  list: IdentityFault['path'][0],
  entries: readonly Entry[],
  keyOf: (entry: Entry) => string | null,
  tell: (before: Entry, entry: Entry) => string,
): readonly IdentityFault[] {
  const placed = entries.map((entry, index) => ({ entry, index }))
  const groups = grouped(
    placed.filter(({ entry }) => keyOf(entry) !== null),
    ({ entry }) => keyOf(entry) ?? '',
  )
  return [...groups.values()].flatMap((group) =>
    group.flatMap(({ entry, index }, at): readonly IdentityFault[] => {
      const before = group.slice(0, at).find((other) => isAtOneTime(other.entry, entry))
      return before === undefined
        ? []
        : [{ path: [list, index], detail: tell(before.entry, entry) }]
    }),
  )
}

function isAtOneTime(a: Pick<AgentEntry, 'from' | 'until'>, b: Pick<AgentEntry, 'from' | 'until'>) {
  return startOf(a) < endOf(b) && startOf(b) < endOf(a)
}

function startOf({ from }: Pick<AgentEntry, 'from'>): Instant {
  return from === undefined ? -Infinity : Date.parse(from)
}

function endOf({ until }: Pick<AgentEntry, 'until'>): Instant {
  return until === undefined ? Infinity : Date.parse(until)
}

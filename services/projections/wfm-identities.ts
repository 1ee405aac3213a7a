import { learnIdentities, nobodyKnown } from './known-identities.ts'
import type { OwnRow } from './projection.ts'
import type { Timeline } from './timeline.ts'

/** One row an entry of what a target knows queues and agents by: what the customer says, and the numbers that the hub has given. */
export function wfmIdentities(target: string, timeline: Timeline): readonly OwnRow[] {
  const { told, version, assigned } = timeline.reduce(learnIdentities, nobodyKnown)
  const row = (
    key: { kind: string; id: string; channel: string; direction: string; logon: string },
    since: string | undefined,
    values: OwnRow['values'],
  ): OwnRow => ({
    table: 'wfm_identities',
    key: { target, ...key, since: since === undefined ? 0 : Date.parse(since) },
    values,
  })
  const instantOf = (text: string | undefined) => (text === undefined ? null : Date.parse(text))
  const ofCustomer = { origin: 'customer', identities_version: version }
  return [
    ...(told?.queues ?? []).map(({ queue: id, channel = '', direction = '', ...entry }) =>
      row({ kind: 'queue', id, channel, direction, logon: '' }, entry.from, {
        ...{ until: instantOf(entry.until), number: entry.number ?? null, name: entry.name ?? '' },
        ...{ is_left_out: entry.leaveOut, ...ofCustomer },
      }),
    ),
    ...(told?.agents ?? []).map(({ agent: id, logon = '', ...entry }) =>
      row({ kind: 'agent', id, channel: '', direction: '', logon }, entry.from, {
        ...{ until: instantOf(entry.until), number: null, name: entry.name ?? '' },
        ...{ is_left_out: entry.leaveOut, ...ofCustomer },
      }),
    ),
    // Where the customer says a number for the same, his is in the table.
    ...assigned
      .filter(
        (one) =>
          told?.queues.some(
            (entry) =>
              entry.queue === one.queue &&
              entry.channel === one.channel &&
              entry.direction === one.direction &&
              entry.from === undefined,
          ) !== true,
      )
      .map(({ queue: id, channel, direction, number }) =>
        row({ kind: 'queue', id, channel, direction, logon: '' }, undefined, {
          ...{ until: null, number, name: '', is_left_out: false },
          ...{ origin: 'hub', identities_version: 0 },
        }),
      ),
  ]
}

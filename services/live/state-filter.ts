import { createHash } from 'node:crypto'
import { z } from 'zod'
import { stateKinds, type StateKind } from './state-kinds.ts'

/** What a reader wants of the state. */
export interface StateFilter {
  readonly kinds: ReadonlySet<StateKind>
  /** Queues and teams, by id or name, of which anything is wanted; null: whatever the queue and the team. */
  readonly places: StatePlaces | null
  /** The same for all who want the same; empty: everything. */
  readonly key: string
}

export interface StatePlaces {
  readonly queues: ReadonlySet<string>
  readonly teams: ReadonlySet<string>
}

function listOf<T extends z.ZodType<unknown, string>>(each: T) {
  return z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(each).min(1))
}

const placeSchema = z.string().min(1, 'an id or a name is missing between commas')

/** The parameters of a filter, each a list with commas. */
export const filterParameters = {
  queues: listOf(placeSchema)
    .optional()
    .describe(
      'Ids or names: only these queues, tasks that wait there or are handled for them, agents whom they may use or who work for them',
    ),
  teams: listOf(placeSchema)
    .optional()
    .describe('Ids or names: only agents of these teams, beside what `queues` asks for'),
  kinds: listOf(z.enum(stateKinds))
    .optional()
    .describe('Only these of queues, agents and tasks; the others are sent as empty lists'),
}

interface FilterParameters {
  readonly queues?: readonly string[] | undefined
  readonly teams?: readonly string[] | undefined
  readonly kinds?: readonly StateKind[] | undefined
}

export function toFilter({ queues, teams, kinds = stateKinds }: FilterParameters): StateFilter {
  const places =
    queues === undefined && teams === undefined
      ? null
      : { queues: new Set(queues), teams: new Set(teams) }
  const wanted = new Set(kinds)
  const isAll = places === null && stateKinds.every((kind) => wanted.has(kind))
  const lists = [wanted, ...(places === null ? [] : [places.queues, places.teams])]
  return { kinds: wanted, places, key: isAll ? '' : keyOf(lists.map((list) => [...list].sort())) }
}

/** The same for the same lists. Short, because it is a part of every event's id. */
export function keyOf(lists: readonly (readonly string[])[]): string {
  return createHash('sha256').update(JSON.stringify(lists)).digest('base64url').slice(0, 16)
}

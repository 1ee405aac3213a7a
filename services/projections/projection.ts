import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import type { TableName } from '../../schemas/tables/tables.ts'
import type { Window } from './agent-story.ts'
import type { Cell } from './cells.ts'
import type { Knowledge } from './definitions.ts'
import type { PresentStates } from './present-states.ts'
import type { Timeline } from './timeline.ts'

/** A row that one entity alone makes, whole. */
export interface OwnRow {
  readonly table: TableName
  readonly key: Readonly<Record<string, string | number>>
  readonly values: Readonly<Record<string, unknown>>
}

/** An entity's part in rows that several entities make together, to be added up by the shard that owns them. */
export interface SharedCell extends Cell {
  readonly table: IntervalTable
}

/** What one entity's timeline comes to: a pure function of timeline, window, knowledge and `asOf`. */
export interface Contribution {
  readonly workspace: string
  /** By a name that is unique among all rows of the shard. */
  readonly rows: ReadonlyMap<string, OwnRow>
  readonly cells: ReadonlyMap<string, SharedCell>
  /** Events that follow from these but concern another entity too; their ids are made from their causes. */
  readonly derived: readonly LedgerEvent[]
  /**
   * Time alone changes nothing of it while it has come no further than this: its own `asOf` at the least. `Infinity`: it
   * changes only when another event comes.
   */
  readonly steadyUntil: Instant
  /** What an agent is as of then in the words of targets; null: it is no agent, or no target has a mapping. */
  readonly present: PresentStates | null
}

/** Nothing of it depends on the time that passes any more. */
export function isSettled({ steadyUntil }: Contribution): boolean {
  return steadyUntil === Infinity
}

/** How the timelines of one topic are folded. A new projection is one more function that `contribution` calls. */
export interface Fold {
  readonly topic:
    | 'ledgerline.tasks'
    | 'ledgerline.workers'
    | 'ledgerline.conversations'
    | 'ledgerline.customers'
    | 'ledgerline.config'
  contribution(
    entity: string,
    timeline: Timeline,
    window: Window,
    knowledge: Knowledge,
    asOf: Instant,
  ): Contribution
  /** The same as `contribution` tells, of another instant and without the rest. */
  present?(
    entity: string,
    timeline: Timeline,
    window: Window,
    knowledge: Knowledge,
    asOf: Instant,
  ): PresentStates | null
  /** Where a window that is looked at as of then had best begin; null: the timeline is kept whole. */
  borderAt(asOf: Instant): Instant | null
  /** The window that begins at a border, and what of the timeline it needs. Rows of the time after the border stay the same. */
  cut(
    entity: string,
    timeline: Timeline,
    window: Window,
    knowledge: Knowledge,
    asOf: Instant,
    border: Instant,
  ): { readonly window: Window; readonly timeline: Timeline }
}

export const noContribution: Contribution = {
  workspace: '',
  rows: new Map(),
  cells: new Map(),
  derived: [],
  steadyUntil: Infinity,
  present: null,
}

/** A row's name among all rows of a shard. */
export function rowName(table: TableName, key: OwnRow['key']): string {
  return [table, ...Object.values(key)].join('\n')
}

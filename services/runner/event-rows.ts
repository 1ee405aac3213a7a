import { z } from 'zod'
import {
  ledgerEventFields,
  ledgerEventSchema,
  type LedgerEvent,
} from '../../schemas/events/ledger-event.ts'
import { toSnakeCase } from '../../schemas/tables/tables.ts'
import type { Shard } from '../log/log.ts'
import { digestOf } from '../projections/timeline.ts'
import type { Row } from '../warehouse/warehouse.ts'

/** Where in the ledger a copy of an event stands. */
export interface Place {
  readonly shard: Shard
  readonly position: number
  readonly entity: string
}

/** An event as a row of the table `events`. */
export function toEventRow(event: LedgerEvent, place: Place): Row {
  const row: Record<string, unknown> = {
    topic: place.shard.topic,
    partition: place.shard.partition,
    position: place.position,
    entity: place.entity,
    digest: digestOf(event),
  }
  for (const [field, column] of columns) row[column] = event[field]
  return row
}

const columns = ledgerEventFields.map((field) => [field, toSnakeCase(field)] as const)

const instants = new Set<string>(['at', 'receivedAt', 'requestedAt', 'gapFrom', 'gapTo'])

/** What no fold reads stays where it is: it is most of an event's bytes. */
const unread = new Map([
  [
    'attributes',
    `if(startsWith(e.type, 'worker.') OR startsWith(e.type, 'schedule.') OR e.type IN ('identities.set', 'identity.assigned', 'forecast.set'), e.attributes, NULL)`,
  ],
  ...['payload', 'sealed'].map((field) => [field, 'NULL'] as const),
])

/** What to select, of `events AS e`, for `fromEventRow` to take. */
export const eventSelection = selectionWithout(unread)

/** The same with what definitions are told in. */
export const definingSelection = selectionWithout(
  new Map([
    ['payload', 'NULL'],
    ['sealed', 'NULL'],
  ]),
)

/** All fields, with what stands for some of them. */
function selectionWithout(left: ReadonlyMap<string, string>): string {
  return [
    'e.entity AS entity_key',
    ...ledgerEventFields.map((field) => {
      const instead = left.get(field)
      if (instead !== undefined) return `${instead} AS ${field}`
      const column = `e.${toSnakeCase(field)}`
      return `${instants.has(field) ? `toUnixTimestamp64Milli(${column})` : column} AS ${field}`
    }),
  ].join(', ')
}

const selected = z.looseObject({ entity_key: z.string() })

/** The event of a selected row, and whose timeline it belongs to. */
export function fromEventRow(row: unknown): {
  readonly entity: string
  readonly event: LedgerEvent
} {
  const { entity_key: entity, ...fields } = selected.parse(row)
  return { entity, event: ledgerEventSchema.parse(fields) }
}

import type { MapperSince } from '../../connectors/mapping/mapped-spans.ts'
import { createMapper } from '../../connectors/mapping/mapper.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { mappingSchema, type Mapping } from '../../schemas/events/mapping.ts'

/** A mapping of a target, and the instant from which it holds. */
export interface KnownMapping {
  readonly from: Instant
  readonly id: string
  readonly of: Mapping
}

/** All that were ever set: by target, in the order in which they hold; of two for one instant the higher version is later. */
export type Mappings = readonly KnownMapping[]

/** What is known after a mapping was set; the same when that tells nothing new. */
export function learnMapping(mappings: Mappings, event: LedgerEvent): Mappings {
  if (mappings.some((known) => known.id === event.id)) return mappings
  const of = parseMapping(event.attributes)
  if (of === null) return mappings
  return [...mappings, { from: event.at, id: event.id, of }].sort(
    (a, b) =>
      compare(a.of.target, b.of.target) ||
      a.from - b.from ||
      a.of.version - b.of.version ||
      compare(a.id, b.id),
  )
}

/** The mappings of each target, ready to map. They are made once for as long as the same are known. */
export function mappersOf(mappings: Mappings): ReadonlyMap<string, readonly MapperSince[]> {
  const known = made.get(mappings)
  if (known !== undefined) return known
  const mappers = new Map<string, MapperSince[]>()
  for (const { from, of } of mappings) {
    const own = mappers.get(of.target) ?? []
    own.push({ from, mapper: createMapper(of) })
    mappers.set(of.target, own)
  }
  made.set(mappings, mappers)
  return mappers
}

const made = new WeakMap<Mappings, ReadonlyMap<string, readonly MapperSince[]>>()

/** A mapping is checked before it enters the ledger; should a wrong one be there all the same, the old one stays. */
function parseMapping(text: string | null): Mapping | null {
  try {
    return mappingSchema.safeParse(JSON.parse(text ?? '{}')).data ?? null
  } catch {
    return null
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

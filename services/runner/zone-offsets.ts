import type { Span } from '../../schemas/events/instant.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { zoneNames } from '../time/zone-names.ts'
import { offsetSpans } from '../time/zone.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

export interface ZoneOffsetsOptions {
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly logger: Logger
  /** The zones that the table is to hold. */
  readonly zones?: readonly string[]
}

/** The work that was begun: `done` when the table holds the offsets, or when it could not be filled, which is logged. */
export interface FillingZoneOffsets {
  readonly done: Promise<void>
  close(): Promise<void>
}

/**
 * Sees to it that `zone_offsets` tells local time as this process does: the tables' views know zones by it alone, so API
 * and SQL cannot differ. It works beside everything else, a zone at a time; a start that finds nothing new writes nothing.
 */
export function fillZoneOffsets(options: ZoneOffsetsOptions): FillingZoneOffsets {
  const stopping = new AbortController()
  const done = fill(options, stopping.signal).catch((error: unknown) => {
    options.logger.error({ err: error }, 'zone offsets not written; views of local time lack zones')
  })
  return {
    done,
    close: () => {
      stopping.abort()
      return done
    },
  }
}

async function fill(
  { warehouse, clock, zones = zoneNames() }: ZoneOffsetsOptions,
  signal: AbortSignal,
): Promise<void> {
  const span = spanAround(new Date(clock.now()).getUTCFullYear())
  const rules = rulesOf(span, zones.length)
  const held = await warehouse.query<{ zone: string; rules: string }>(
    'SELECT DISTINCT zone, rules FROM zone_offsets FINAL',
  )
  const known = new Set(held.filter((row) => row.rules === rules).map(({ zone }) => zone))
  const missing = zones.filter((zone) => !known.has(zone))
  let rows: Record<string, unknown>[] = []
  for (const [index, zone] of missing.entries()) {
    if (signal.aborted) return
    for (const { from, to, offsetMs } of offsetSpans(zone, span, 60_000)) {
      rows.push({ zone, from_utc: from, to_utc: to, offset_ms: offsetMs, rules })
    }
    if (rows.length >= insertRowsMin || index === missing.length - 1) {
      await warehouse.insert('zone_offsets', rows)
      rows = []
    }
    // A zone takes some milliseconds; whoever waits for this thread comes in between.
    await clock.sleep(0, signal)
  }
  // Only now, so that a reader finds each zone at any time.
  if (held.some((row) => row.rules !== rules)) {
    await warehouse.command('DELETE FROM zone_offsets WHERE rules != {rules:String}', { rules })
  }
}

const insertRowsMin = 5_000

const [yearsBack, yearsAhead] = [20, 10]

function spanAround(year: number): Span {
  return { from: Date.UTC(year - yearsBack, 0, 1), to: Date.UTC(year + yearsAhead + 1, 0, 1) }
}

/** Such as `2026a, 2006 to 2036, 438 zones`. */
function rulesOf({ from, to }: Span, zones: number): string {
  const [first, last] = [new Date(from).getUTCFullYear(), new Date(to - 1).getUTCFullYear()]
  return `${process.versions.tz ?? process.version}, ${first} to ${last}, ${zones} zones`
}

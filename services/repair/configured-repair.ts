import { join } from 'node:path'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Shard } from '../log/log.ts'
import type { Config } from '../runtime/config.ts'
import { openConfiguredRest } from './credentials.ts'
import { openRepair, type Repair, type RepairOptions } from './repair.ts'

export interface Surroundings extends Pick<
  RepairOptions,
  'appender' | 'warehouse' | 'clock' | 'logger' | 'lastTickAt'
> {
  /** The shards that this process holds. */
  readonly progress: () => readonly Shard[]
  /** The time that all rows are as of at the least, whoever writes them; null: it is not known. */
  readonly tablesAsOf: () => Promise<Instant | null>
}

/** The repair as the settings want it. */
export function openConfiguredRepair(config: Config, surroundings: Surroundings): Repair {
  const { progress, tablesAsOf, ...rest } = surroundings
  return openRepair({
    ...rest,
    folder: join(config.LEDGERLINE_DATA_DIR, 'repair'),
    rest: openConfiguredRest(config, rest.clock),
    workspace: config.TWILIO_WORKSPACE_SID ?? null,
    silenceMs: config.LEDGERLINE_SILENCE_MINUTES * 60_000,
    latenessMs: config.LEDGERLINE_LATENESS_MINUTES * 60_000,
    reconcileMs: config.LEDGERLINE_RECONCILE_MINUTES * 60_000,
    isLooking: () => holdsFirst(progress()),
    mayLook: () => isLookout({ progress, tablesAsOf, clock: rest.clock }),
  })
}

const inStepMs = 150_000

/** Of several processes the one with the first shard looks after the sources, once the tables, also of the others, tell of the present. */
export async function isLookout({
  progress,
  tablesAsOf,
  clock,
}: Pick<Surroundings, 'progress' | 'tablesAsOf' | 'clock'>): Promise<boolean> {
  if (!holdsFirst(progress())) return false
  const asOf = await tablesAsOf()
  return asOf !== null && asOf > clock.now() - inStepMs
}

function holdsFirst(shards: readonly Shard[]): boolean {
  return shards.some(({ topic, partition }) => topic === 'ledgerline.tasks' && partition === 0)
}

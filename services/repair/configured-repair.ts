import { join } from 'node:path'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Config } from '../runtime/config.ts'
import { openConfiguredRest } from './credentials.ts'
import { openRepair, type Repair, type RepairOptions } from './repair.ts'

export interface Surroundings extends Pick<
  RepairOptions,
  'appender' | 'warehouse' | 'clock' | 'logger' | 'lastTickAt'
> {
  /** How far the tables of this process are. */
  readonly progress: () => readonly ShardTick[]
}

interface ShardTick {
  readonly topic: string
  readonly partition: number
  /** The time that its rows are as of; 0 where no time has passed yet. */
  readonly tick: Instant
}

/** The repair as the settings want it. */
export function openConfiguredRepair(config: Config, surroundings: Surroundings): Repair {
  const { progress, ...rest } = surroundings
  return openRepair({
    ...rest,
    folder: join(config.LEDGERLINE_DATA_DIR, 'repair'),
    rest: openConfiguredRest(config, rest.clock),
    workspace: config.TWILIO_WORKSPACE_SID ?? null,
    silenceMs: config.LEDGERLINE_SILENCE_MINUTES * 60_000,
    latenessMs: config.LEDGERLINE_LATENESS_MINUTES * 60_000,
    reconcileMs: config.LEDGERLINE_RECONCILE_MINUTES * 60_000,
    isLooking: () => holdsFirst(progress()),
    mayLook: () => isLookout(progress(), rest.clock.now()),
  })
}

const inStepMs = 150_000

/** Of several processes the one with the first shard looks after the sources, once its tables tell of the present. */
export function isLookout(shards: readonly ShardTick[], now: Instant): boolean {
  const ticks = shards.flatMap(({ tick }) => (tick === 0 ? [] : [tick]))
  return holdsFirst(shards) && ticks.length > 0 && Math.min(...ticks) > now - inStepMs
}

function holdsFirst(shards: readonly ShardTick[]): boolean {
  return shards.some(({ topic, partition }) => topic === 'ledgerline.tasks' && partition === 0)
}

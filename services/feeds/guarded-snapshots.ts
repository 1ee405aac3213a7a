import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { AgentStateBoard, Readiness } from './agent-state-board.ts'
import { createGuardWriter, readGuardMemory, type GuardMemory } from './guard-memory.ts'
import {
  isBelieved,
  keptOf,
  look,
  nothingSeen,
  seenAgain,
  type GuardPolicy,
  type KeptSeen,
  type Seen,
} from './snapshot-guard.ts'

export interface GuardedSnapshotsOptions {
  readonly board: Pick<AgentStateBoard, 'isCaughtUp' | 'readiness' | 'targets' | 'newest'>
  readonly guard: GuardPolicy
  /** What was believed, for the next start. */
  readonly memoryFile: string
  readonly clock: Clock
  readonly logger: Logger
  /** Of the wall's time. */
  readonly lookEveryMs?: number
}

/** Who says whether a snapshot may be told, and looks again and again at how many are logged on. */
export interface GuardedSnapshots {
  /** Whether everybody's state may be told in the words of a mapping's target. */
  mayTell(mapping: string): Readiness
  close(): Promise<void>
}

export async function openGuardedSnapshots(
  options: GuardedSnapshotsOptions,
): Promise<GuardedSnapshots> {
  const { board, guard, memoryFile, clock, logger, lookEveryMs = 10_000 } = options
  // Also of mappings that nobody tells of now: they may come back.
  const before = await readMemory(options)
  const seen = new Map<string, Seen>()
  const write = createGuardWriter(memoryFile)
  let writing: Promise<void> = Promise.resolve()
  const looking = setInterval(() => {
    if (!board.isCaughtUp()) return
    for (const mapping of board.targets()) lookAt(mapping)
    void keep()
  }, lookEveryMs)

  function lookAt(mapping: string): Seen {
    const now = clock.now()
    let loggedOn = 0
    for (const { state } of board.newest(mapping).values()) if (state.loggedOn) loggedOn++
    const next = look(seen.get(mapping) ?? seenBefore(mapping), loggedOn, now, guard)
    seen.set(mapping, next)
    return next
  }

  function seenBefore(mapping: string): Seen {
    const kept = before.get(mapping)
    return kept === undefined ? nothingSeen : seenAgain(kept, clock.now())
  }

  function memory(): GuardMemory {
    const now = clock.now()
    const own = [...seen].map(([mapping, one]): [string, KeptSeen] => [mapping, keptOf(one, now)])
    return new Map([...before, ...own])
  }

  function keep(): Promise<void> {
    if (seen.size === 0) return writing
    writing = writing
      .then(() => write(memory()))
      .catch((error: unknown) => {
        const lost = 'how many are logged on not kept on the disk; a restart would believe any fall'
        logger.error({ err: error }, lost)
      })
    return writing
  }

  return {
    mayTell(mapping) {
      const readiness = board.readiness()
      return readiness.isReady ? isBelieved(lookAt(mapping), guard, clock.now()) : readiness
    },
    close() {
      clearInterval(looking)
      return keep()
    },
  }
}

/** Without it the first look is believed, whatever it shows, which is better than no feed. */
async function readMemory({ memoryFile, logger }: GuardedSnapshotsOptions): Promise<GuardMemory> {
  try {
    return await readGuardMemory(memoryFile)
  } catch (error) {
    const reason = error instanceof Error ? error.name : typeof error
    const lost = 'how many were logged on not readable; the first snapshot is believed'
    logger.warn({ reason }, lost)
    return new Map()
  }
}

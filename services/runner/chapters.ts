import type { Instant } from '../../schemas/events/instant.ts'
import type { Chapter } from './shard-store.ts'

/** The latest of an entity's chapters that begins at or before an instant; of two that begin together, the one put down last. */
export function latestAt(chapters: readonly Chapter[] | undefined, at: Instant): Chapter | null {
  let latest: Chapter | null = null
  for (const one of chapters ?? []) if (one.from <= at) latest = later(one, latest)
  return latest
}

/** That which begins later; where both begin together, the first, which is the newer one. */
export function later(newer: Chapter | null, older: Chapter | null): Chapter | null {
  if (newer === null || older === null) return newer ?? older
  return newer.from >= older.from ? newer : older
}

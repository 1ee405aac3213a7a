import type { Instant } from '../../../schemas/events/instant.ts'
import type { OwnedDatabase } from '../../log/disk/owned-database.ts'

/** Which documents that have left, or were refused, are to go again. */
export interface AgainQuery {
  readonly target: string
  readonly key?: string | undefined
  /** By when they were last answered. */
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
  /** Under new keys: for a target that would know the old ones, but has lost what was under them. */
  readonly isNew: boolean
}

export interface PutAgain {
  readonly put: number
  /** Of which nothing but the journal is left. */
  readonly gone: number
  readonly waiting: number
}

/** Puts documents into the queue again, behind what waits, in the order of before. */
export function createAgain(
  database: OwnedDatabase,
): (query: AgainQuery, now: Instant) => PutAgain {
  interface Found {
    readonly id: number
    readonly isKept: number
    readonly status: string
  }
  const find: {
    all(...values: readonly (string | number | null)[]): readonly Found[]
  } = database.prepare(
    `SELECT id, body IS NOT NULL AS isKept, status FROM documents
     WHERE target = ?1 AND (?2 IS NULL OR key = ?2)
       AND (?3 IS NULL OR coalesce(done_at, put_at) >= ?3) AND (?4 IS NULL OR coalesce(done_at, put_at) < ?4)
     ORDER BY place`,
  )
  const nextPlace = `(SELECT max(place) + 1 FROM documents)`
  const same = database.prepare(
    `UPDATE documents SET status = 'waiting', attempts = 0, put_at = ?, place = ${nextPlace} WHERE id = ?`,
  )
  const copy = database.prepare(
    `INSERT INTO documents (target, key, place, name, content_type, headers, subject, about_table,
       since, until, bytes, sha256, put_at, status, attempts, is_untold, body)
     SELECT target, substr(key, 1, 180) || '~' || ${nextPlace}, ${nextPlace}, name, content_type,
       headers, subject, about_table, since, until, bytes, sha256, ?, 'waiting', 0, 0, body
     FROM documents WHERE id = ?`,
  )
  return ({ target, key, from, to, isNew }, now) =>
    database.transaction(() => {
      const result = { put: 0, gone: 0, waiting: 0 }
      for (const { id, isKept, status } of find.all(
        target,
        key ?? null,
        from ?? null,
        to ?? null,
      )) {
        if (status === 'waiting') result.waiting++
        else if (isKept === 0) result.gone++
        else {
          result.put++
          if (isNew) copy.run(now, id)
          else same.run(now, id)
        }
      }
      return result
    })
}

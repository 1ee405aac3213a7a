import type { Instant } from '../../../schemas/events/instant.ts'
import type { OwnedDatabase } from '../../log/disk/owned-database.ts'

/** Bodies of documents that have left, so that they can be sent again. */
export const bodiesKeptMs = 30 * 86_400_000
/** Of these bodies together; the oldest go first. */
export const bodiesBytesMax = 4 * 1024 ** 3
/** Keys and journal of documents: longer than anybody asks for a file again. */
export const documentsKeptMs = 400 * 86_400_000
/** Messages of states in the journal: there are so many of them. */
export const stateLinesMax = 500_000

/** The file does not shrink; what is let go of is used again. */
export function createPruning(database: OwnedDatabase): (now: Instant) => void {
  const dropOld = database.prepare(
    `UPDATE documents SET body = NULL
     WHERE status <> 'waiting' AND body IS NOT NULL AND done_at < ?`,
  )
  const dropMuch = database.prepare(
    `UPDATE documents SET body = NULL WHERE id IN (
       SELECT id FROM (
         SELECT id, sum(bytes) OVER (ORDER BY done_at DESC, id DESC) AS newer FROM documents
         WHERE status <> 'waiting' AND body IS NOT NULL)
       WHERE newer > ?)`,
  )
  const forget = database.prepare(
    `DELETE FROM documents WHERE status <> 'waiting' AND is_untold = 0 AND done_at < ?`,
  )
  const forgetLines = database.prepare(`DELETE FROM journal WHERE kind = 'document' AND at < ?`)
  const forgetStates = database.prepare(
    `DELETE FROM journal WHERE kind = 'states' AND id <= (
       SELECT id FROM journal WHERE kind = 'states' ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  )
  return (now) =>
    database.transaction(() => {
      dropOld.run(now - bodiesKeptMs)
      dropMuch.run(bodiesBytesMax)
      forget.run(now - documentsKeptMs)
      forgetLines.run(now - documentsKeptMs)
      forgetStates.run(stateLinesMax)
    })
}

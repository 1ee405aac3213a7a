import type { NewRecord } from './log.ts'
import type { Topic } from './topics.ts'

/**
 * The half of a log that those need who only put something in. Every `EventLog` is one; the spool is one that takes
 * records before the log has them, and so cannot tell their offsets.
 */
export interface Appender {
  /** How many partitions a topic has, for those who append to all of them. */
  partitions(topic: Topic): number
  /**
   * As `EventLog.append`: when it resolves, the records are durable and will stand in the log in the order in which calls
   * and records were given. Rejects with `LOG_FULL`, `LOG_RECORD_TOO_LARGE` or `LOG_UNAVAILABLE`.
   */
  append(topic: Topic, records: readonly NewRecord[]): Promise<unknown>
}

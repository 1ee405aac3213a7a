import type { Consumer, Kafka, TopicPartitionOffset } from 'kafkajs'
import type { Clock } from '../../runtime/clock.ts'
import type { Logger } from '../../runtime/logger.ts'
import { byPartitionNumber } from './assigner.ts'

export interface Membership {
  /** Whether the group's coordinator still counts on us, as far as we can know at this moment. */
  held(): boolean
  /** Shows where a partition's reader is, some time soon. Nobody depends on it, so it never fails. */
  commit(topic: string, partition: number, nextOffset: number): void
  /** Leaves the group, so that others need not wait until we are missed. */
  close(): Promise<void>
}

export interface MembershipOptions {
  readonly group: string
  readonly topics: readonly string[]
  readonly sessionTimeoutMs: number
  readonly heartbeatMs: number
  readonly clock: Clock
  readonly logger: Logger
  /** Called with what we hold now. A new `memberId` says that in between others may have held it. */
  readonly onAssigned: (memberId: string, partitions: Readonly<Record<string, number[]>>) => void
  /** `held` may have changed. */
  readonly onChange: () => void
}

/** Longer than any turn of the event loop should be; who does not rejoin in this time is left behind. */
const rebalanceTimeoutMs = 15_000
/** How often kafkajs looks whether a heartbeat is due. */
const tickMs = 250
const commitMs = 1_000
const pauseMaxMs = 10_000

/**
 * A seat in a group, and nothing else: it keeps the seat with heartbeats and tells which partitions go with it. All of
 * them stay paused in kafkajs, which never fetches. Reading is ours (`fetcher.ts`), because kafkajs sends no heartbeat
 * while a batch is worked on or state is restored, and skips or repeats records when a rebalance comes between.
 */
export function joinGroup(kafka: Kafka, options: MembershipOptions): Membership {
  const { group, topics, sessionTimeoutMs, heartbeatMs, clock, logger } = options
  const closing = new AbortController()
  const isClosing = () => closing.signal.aborted
  const uncommitted = new Map<string, TopicPartitionOffset>()
  let joined = false
  // Monotonic, so that a process that was stopped for a while knows it when it goes on.
  let heardAt = -Infinity
  let requestMs = 0
  let giveUp: (why: unknown) => void = () => undefined
  const finished = keepSeat()

  async function keepSeat(): Promise<void> {
    for (let failures = 0; !isClosing(); failures++) {
      const began = performance.now()
      const error = await sitUntilCrash().catch((cause: unknown) => cause)
      suspend()
      if (isClosing()) return
      logger.warn({ group, err: error }, 'group membership ended, joining again')
      if (performance.now() - began > sessionTimeoutMs) failures = 0
      await clock.sleep(Math.min(pauseMaxMs, 200 * 2 ** failures), closing.signal)
    }
  }

  /** Resolves with why kafkajs has given up, or when we are closing. */
  async function sitUntilCrash(): Promise<unknown> {
    const seat = kafka.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: heartbeatMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      maxWaitTimeInMs: Math.min(tickMs, heartbeatMs),
      allowAutoTopicCreation: false,
      partitionAssigners: [byPartitionNumber(suspend)],
      // kafkajs would begin again by itself without telling whether it has: then nobody knows who holds what.
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    })
    const crashed = new Promise<unknown>((resolve) => {
      giveUp = resolve
      if (isClosing()) resolve(undefined)
    })
    seat.on(seat.events.CRASH, ({ payload }) => giveUp(payload.error))
    const committing = setInterval(() => void commitAll(seat), commitMs)
    const watching = watch(() => giveUp(new Error('the group was not heard of for too long')))
    seat.on(seat.events.REQUEST, ({ payload }) => {
      if (payload.apiName === 'Heartbeat' || payload.apiName === 'SyncGroup') {
        requestMs = payload.duration
      }
    })
    seat.on(seat.events.HEARTBEAT, () => heard())
    seat.on(seat.events.GROUP_JOIN, ({ payload }) => {
      const { memberId, memberAssignment } = payload
      seat.pause(
        Object.entries(memberAssignment).map(([topic, partitions]) => ({ topic, partitions })),
      )
      joined = true
      heard()
      options.onAssigned(memberId, memberAssignment)
    })
    try {
      await seat.connect()
      await seat.subscribe({ topics: [...topics] })
      // To join takes as long as the slowest of the others; who closes meanwhile does not wait for it.
      await Promise.race([seat.run({ autoCommit: false, eachBatch: ignored }), crashed])
      return await crashed
    } finally {
      clearInterval(watching)
      clearInterval(committing)
      await commitAll(seat)
      await seat.disconnect()
    }
  }

  /**
   * kafkajs tells by the time of day when a heartbeat is due, and sends none for as long as that has been put back. Only
   * moments in which this process runs count, so that one that was stopped may find its way back by itself.
   */
  function watch(onSilence: () => void): NodeJS.Timeout {
    let silent = 0
    return setInterval(() => {
      silent = joined && performance.now() - heardAt > sessionTimeoutMs ? silent + 1 : 0
      if (silent * heartbeatMs > sessionTimeoutMs) onSilence()
    }, heartbeatMs)
  }

  /** The coordinator began to count when it had the request, which is no earlier than when we sent it. */
  function heard(): void {
    heardAt = performance.now() - requestMs
    options.onChange()
  }

  function suspend(): void {
    joined = false
    options.onChange()
  }

  function commit(topic: string, partition: number, nextOffset: number): void {
    uncommitted.set(`${topic}/${partition}`, { topic, partition, offset: String(nextOffset) })
  }

  /** All that has come together goes in one request, and nobody waits for it. */
  async function commitAll(seat: Consumer): Promise<void> {
    const positions = [...uncommitted.values()]
    uncommitted.clear()
    if (positions.length === 0 || !joined) return
    try {
      await seat.commitOffsets(positions)
    } catch (error) {
      logger.debug({ group, err: error }, 'progress could not be shown to the group')
    }
  }

  async function close(): Promise<void> {
    closing.abort()
    giveUp(undefined)
    await finished
  }

  return { held: () => joined && performance.now() - heardAt < sessionTimeoutMs, commit, close }
}

/** Everything is paused as soon as it is assigned; if kafkajs was quicker once, its position means nothing to us. */
function ignored(): Promise<void> {
  return Promise.resolve()
}

import type { createOperationsClient } from '../../client/operations.ts'
import type { ScheduleBody } from '../../schemas/feeds/schedules.ts'
import type { ReadingRecord } from '../simulator/model/chronicle.ts'
import type { PlannerRecord } from '../simulator/model/planner.ts'

type Client = Pick<
  ReturnType<typeof createOperationsClient>,
  'importSchedules' | 'agreeOnException' | 'withdrawException'
>

/** Tells a hub what a simulated planner tells. */
export interface PlannerPosts {
  told(record: PlannerRecord): void
  /** Resolves when the hub has taken in all that was told so far. */
  settled(): Promise<void>
  stop(): void
}

export interface PlannerPostsOptions {
  readonly client: Client
  readonly signal?: AbortSignal
  readonly now: () => number
  /** How long to wait for more, and for a hub that does not take something yet. */
  readonly everyMs: number
}

/**
 * What is of a worker whom the hub does not know yet, or withdraws what it has not heard of, waits until it does; and all
 * that is told of an agent after it, as what a plan says again is no news only after what it said before.
 */
export function startPlannerPosts(options: PlannerPostsOptions): PlannerPosts {
  const { client, signal, now, everyMs } = options
  let waiting: PlannerRecord[] = []
  let isStopped = false
  let isSending = false
  const timer = setInterval(() => void send(), everyMs)
  const stop = () => {
    isStopped = true
    clearInterval(timer)
  }
  signal?.addEventListener('abort', stop)

  async function send(): Promise<void> {
    if (isSending || waiting.length === 0) return
    isSending = true
    const due = waiting
    waiting = []
    const left: PlannerRecord[] = []
    const behind = new Set<string>()
    for (const record of due) {
      if (!behind.has(record.agent) && (await isTaken(record))) continue
      left.push(record)
      behind.add(record.agent)
    }
    waiting = [...left, ...waiting]
    isSending = false
  }

  async function isTaken(record: PlannerRecord): Promise<boolean> {
    const { toldAt } = record
    // What the simulation tells ahead of the clock waits for it.
    if (toldAt > now()) return false
    try {
      if (record.kind === 'reading') {
        const { unknown } = await client.importSchedules(JSON.stringify(bodyOf(record)), {
          ...{ format: 'json', from: isoOf(record.from), to: isoOf(record.to), read_at: toldAt },
        })
        return unknown.length === 0
      }
      const { kind, agent, id, code, withdrawn, from, to } = record
      if (withdrawn) await client.withdrawException(id, { agent, at: toldAt })
      else {
        await client.agreeOnException({
          ...{ agent, kind, exception: id, from: isoOf(from), to: isoOf(to) },
          ...{ agreedAt: isoOf(toldAt), ...(code === null ? {} : { code }) },
        })
      }
      return true
    } catch {
      // The hub is closing or busy, or cannot know yet what this is about: it is told again.
      return false
    }
  }

  return {
    told(record) {
      waiting.push(record)
    },
    async settled() {
      while ((waiting.length > 0 || isSending) && !isStopped) {
        await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
    },
    stop,
  }
}

function bodyOf({ agent, segments }: ReadingRecord): ScheduleBody {
  return {
    agents: [
      {
        agent,
        segments: segments.map(({ isTracked: tracked, ...segment }) => ({ ...segment, tracked })),
      },
    ],
  }
}

function isoOf(at: number): string {
  return new Date(at).toISOString()
}

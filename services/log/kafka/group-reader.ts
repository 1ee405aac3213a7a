import type { Shard, ShardConsumer } from '../log.ts'
import { runShard, type Grant, type ShardRun, type ShardRunOptions } from '../shard-run.ts'
import { nameOf } from '../shards.ts'

export interface GroupReader {
  /** What this member holds from now on. A new `memberId` says that in between others may have held it. */
  assigned(memberId: string, shards: readonly Shard[]): void
  /** The membership may be held again, or not any more. */
  changed(): void
  /** Resolves when the batches under way are done and every shard is lost. */
  close(): Promise<void>
}

interface Holding {
  readonly run: ShardRun
  /** Turns false when the group has given the shard to another. */
  granted: boolean
}

/** Runs the shards that a group gives to this member, and stops those that it takes away. */
export function createGroupReader(
  consumer: ShardConsumer,
  isHeld: () => boolean,
  options: Omit<ShardRunOptions, 'grant' | 'after'>,
): GroupReader {
  const holdings = new Map<string, Holding>()
  const ending = new Map<string, Promise<void>>()
  const waiting = new Set<() => void>()
  let lastMemberId: string | undefined
  let closed = false

  function assigned(memberId: string, shards: readonly Shard[]): void {
    if (closed) return
    const names = new Set(shards.map(nameOf))
    for (const [name, holding] of holdings) {
      if (memberId !== lastMemberId || !names.has(name)) end(name, holding)
    }
    lastMemberId = memberId
    for (const shard of shards) if (!holdings.has(nameOf(shard))) begin(shard)
    changed()
  }

  function begin(shard: Shard): void {
    const name = nameOf(shard)
    const grant: Grant = { held: () => holding.granted && isHeld(), whenHeld }
    const after = ending.get(name) ?? Promise.resolve()
    const holding = { granted: true, run: runShard(shard, consumer, { ...options, grant, after }) }
    holdings.set(name, holding)
  }

  function end(name: string, holding: Holding): void {
    holding.granted = false
    holdings.delete(name)
    const ended = holding.run.stop()
    ending.set(name, ended)
    void ended.then(() => {
      if (ending.get(name) === ended) ending.delete(name)
    })
  }

  async function whenHeld(signal: AbortSignal): Promise<void> {
    while (!isHeld() && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake)
      })
    }
  }

  function changed(): void {
    for (const wake of waiting) wake()
  }

  async function close(): Promise<void> {
    closed = true
    // Until we have left the group the shards are ours, so what is under way may end in peace.
    await Promise.all([...holdings.values()].map(({ run }) => run.stop()))
    await Promise.all(ending.values())
    holdings.clear()
  }

  return { assigned, changed, close }
}

import type { Shard, ShardConsumer } from '../log.ts'
import type { Topic } from '../topics.ts'
import { runShard, type ShardRun, type ShardRunOptions } from '../shard-run.ts'
import { nameOf, shardsOf } from '../shards.ts'

export interface Member {
  /** Resolves when every shard of this member is lost, and the others are to gain them. */
  leave(): Promise<void>
}

export interface Groups {
  join(
    group: string,
    topics: readonly Topic[],
    consumer: ShardConsumer,
    onHopeless: (error: unknown) => void,
  ): Member
}

interface Seat {
  readonly topics: readonly Topic[]
  readonly consumer: ShardConsumer
  readonly runs: Map<string, ShardRun>
  readonly onHopeless: (error: unknown) => void
}

/** Divides shards among the members of each group, all of them in this process. */
export function createGroups(
  partitions: number,
  options: Pick<ShardRunOptions, 'source' | 'clock' | 'logger'>,
): Groups {
  const groups = new Map<string, Seat[]>()
  // One division at a time: the next sees the shards where the last has left them.
  let dividing: Promise<void> = Promise.resolve()

  function join(
    group: string,
    topics: readonly Topic[],
    consumer: ShardConsumer,
    onHopeless: (error: unknown) => void,
  ): Member {
    const seats = groups.get(group) ?? []
    groups.set(group, seats)
    const seat: Seat = { topics, consumer, runs: new Map(), onHopeless }
    seats.push(seat)
    divideLater(seats)
    return {
      leave: async () => {
        const index = seats.indexOf(seat)
        if (index >= 0) seats.splice(index, 1)
        await dividing
        await Promise.all([...seat.runs.values()].map((run) => run.stop()))
        seat.runs.clear()
        divideLater(seats)
      },
    }
  }

  function divideLater(seats: readonly Seat[]): void {
    dividing = dividing.then(() => divide(seats))
  }

  async function divide(seats: readonly Seat[]): Promise<void> {
    const wantedShards = shardsOf(
      seats.flatMap((seat) => seat.topics),
      () => partitions,
    )
    await Promise.all(
      wantedShards.map(async (shard) => {
        const owner = ownerOf(shard, seats)
        const name = nameOf(shard)
        // Lost is awaited before anyone gains, so that two members never hold one shard.
        for (const seat of seats) {
          if (seat === owner) continue
          await seat.runs.get(name)?.stop()
          seat.runs.delete(name)
        }
        if (owner === undefined || owner.runs.has(name)) return
        const { consumer, onHopeless } = owner
        owner.runs.set(name, runShard(shard, consumer, { ...options, grant, onHopeless }))
      }),
    )
  }

  return { join }
}

/** By the partition's number, so that the same number of all topics is in the same hands. */
function ownerOf(shard: Shard, seats: readonly Seat[]): Seat | undefined {
  const willing = seats.filter((seat) => seat.topics.includes(shard.topic))
  return willing[shard.partition % willing.length]
}

/** Nobody else can have the shard: the one division of it is made here, and waits for who had it before. */
const grant = { held: () => true, whenHeld: () => Promise.resolve() }

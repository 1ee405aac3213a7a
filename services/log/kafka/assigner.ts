import { AssignerProtocol, type PartitionAssigner } from 'kafkajs'

const name = 'ledgerline-by-number'
const version = 1

/**
 * Deals out partitions by their number, so that the same number of every topic is in the same hands; kafkajs' own way
 * deals them round, and a worker's shard of one topic would not be with his shard of another. `onJoining` is called
 * whenever this member is about to (re)join: from then on its shards may become another's.
 */
export function byPartitionNumber(onJoining: () => void): PartitionAssigner {
  return ({ cluster }) => ({
    name,
    version,
    protocol({ topics }) {
      onJoining()
      return {
        name,
        metadata: AssignerProtocol.MemberMetadata.encode({
          version,
          topics,
          userData: Buffer.alloc(0),
        }),
      }
    },
    assign({ members, topics }) {
      const ids = members.map(({ memberId }) => memberId).sort()
      const assignments = ids.map((memberId, seat) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({
          version,
          assignment: Object.fromEntries(
            topics.map((topic) => [topic, numbersOf(topic).filter((n) => n % ids.length === seat)]),
          ),
          userData: Buffer.alloc(0),
        }),
      }))
      return Promise.resolve(assignments)

      function numbersOf(topic: string): number[] {
        return cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId)
      }
    },
  })
}

import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { expect, test } from 'vitest'
import { murmur2, partitionOf } from '../../../services/log/partition.ts'

test.each([
  ['21', -973932308],
  ['foobar', -790332482],
  ['a-little-bit-long-string', -985981536],
  ['a-little-bit-longer-string', -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc', 479470107],
])("the hash of %s is the one in the Java client's own tests", (key, hash) => {
  expect(murmur2(Buffer.from(key))).toBe(hash)
})

test('a key is placed where kafkajs places it', () => {
  const place = Partitioners.DefaultPartitioner()
  const lookUp = (key: string, partitions: number) =>
    place({
      topic: 'any',
      partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
        partitionErrorCode: 0,
        partitionId,
        leader: 0,
        replicas: [],
        isr: [],
      })),
      message: { key, value: null },
    })
  const key = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 100 }), (text, partitions) => {
      expect(partitionOf(text, partitions)).toBe(lookUp(text, partitions))
    }),
    { numRuns: 2_000 },
  )
})

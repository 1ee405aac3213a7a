import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CodecError,
  decodeEvent,
  encodeEvent,
  recordBytesMax,
} from '../../../schemas/avro/codec.ts'
import { createCodec } from '../../../schemas/avro/framing.ts'
import { sampleLogEvents } from '../../support/sample-log-events.ts'

const [accepted, tick] = sampleLogEvents
if (accepted === undefined || tick === undefined) throw new Error('the samples are gone')

test('an event comes back as it was written', () => {
  for (const event of sampleLogEvents) {
    expect({ ...decodeEvent(encodeEvent(event)) }).toEqual(event)
  }
})

test('a record stands in Confluent framing: a zero byte and the id of its schema', () => {
  const bytes = encodeEvent(tick)
  expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 1, 0x86, 0xa4])
})

test('what was encoded first stays as it is when more is encoded', () => {
  const first = encodeEvent(accepted)
  const copy = Buffer.from(first)
  encodeEvent({ ...tick, payload: 'x'.repeat(1000) })
  expect(Buffer.compare(copy, first)).toBe(0)
})

test('bytes that are a view into others are read as the view', () => {
  const bytes = encodeEvent(accepted)
  const around = new Uint8Array(bytes.length + 20).fill(7)
  around.set(bytes, 11)
  expect({ ...decodeEvent(around.subarray(11, 11 + bytes.length)) }).toEqual(accepted)
})

test('a large event is written and read, and one beyond the limit is refused', () => {
  const large = { ...accepted, payload: 'é'.repeat(900_000) }
  expect({ ...decodeEvent(encodeEvent(large)) }).toEqual(large)
  const tooLarge = { ...accepted, payload: 'x'.repeat(recordBytesMax) }
  expect(codeOf(() => encodeEvent(tooLarge))).toBe('RECORD_TOO_LARGE')
  expect(codeOf(() => decodeEvent(new Uint8Array(recordBytesMax + 1)))).toBe('RECORD_TOO_LARGE')
})

test('an unknown schema is told from broken bytes', () => {
  const bytes = encodeEvent(accepted)
  const foreign = Uint8Array.from(bytes)
  foreign.set([0, 0, 0, 1], 1)
  expect(codeOf(() => decodeEvent(foreign))).toBe('SCHEMA_UNKNOWN')
  const magic = Uint8Array.from(bytes)
  magic[0] = 1
  expect(codeOf(() => decodeEvent(magic))).toBe('RECORD_BROKEN')
})

test('a record that lost or gained a byte anywhere is refused and never half read', () => {
  const bytes = encodeEvent(accepted)
  for (let length = 0; length < bytes.length; length++) {
    expect(codeOf(() => decodeEvent(bytes.subarray(0, length)))).toBe('RECORD_BROKEN')
  }
  expect(codeOf(() => decodeEvent(Buffer.concat([bytes, Buffer.of(0)])))).toBe('RECORD_BROKEN')
})

test('a record that claims more than it holds costs no more than an honest one', () => {
  const none = encodeEvent({ ...tick, subjects: [] })
  const one = encodeEvent({ ...tick, subjects: ['s'] })
  const at = none.findIndex((byte, index) => byte !== one[index])
  // 2^48 subjects, and 2^30 of them with the size of the block in bytes.
  const claims = [
    [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
    [0xff, 0xff, 0xff, 0xff, 0x07, 0x02],
  ]
  for (const claim of claims) {
    const hostile = Buffer.concat([none.subarray(0, at), Buffer.from(claim), none.subarray(at + 1)])
    const began = performance.now()
    expect(codeOf(() => decodeEvent(hostile))).toBe('RECORD_BROKEN')
    expect(performance.now() - began).toBeLessThan(1_000)
  }
})

test('whatever bytes come, they are an event or are refused', () => {
  const honest = encodeEvent(accepted)
  fc.assert(
    fc.property(fc.nat(honest.length - 6), fc.uint8Array({ maxLength: 12 }), (at, noise) => {
      const bytes = Uint8Array.from(honest)
      bytes.set(noise.subarray(0, bytes.length - 5 - at), 5 + at)
      const outcome = codeOf(() => decodeEvent(bytes))
      expect(['nothing thrown', 'RECORD_BROKEN']).toContain(outcome)
    }),
    { numRuns: 2_000 },
  )
})

test('names that a newer hub has given do not break an older one', () => {
  const codec = createCodec('ledgerline.LedgerEvent')
  const newer = {
    ...accepted,
    type: 'task.levitated',
    sourceType: null,
    road: 'pigeon',
    direction: 'sideways',
    entry: 'teleported',
  }
  expect({ ...decodeEvent(codec.encode(newer)) }).toEqual({
    ...accepted,
    type: 'unknown',
    sourceType: 'task.levitated',
    road: 'api',
    direction: 'unknown',
    entry: null,
  })
})

test('an event without the entity that its type is about is no event', () => {
  const codec = createCodec('ledgerline.LedgerEvent')
  expect(codeOf(() => decodeEvent(codec.encode({ ...accepted, task: null })))).toBe('RECORD_BROKEN')
})

test('a value that does not fit the schema is refused when it is written', () => {
  const codec = createCodec('ledgerline.LedgerEvent')
  expect(codeOf(() => codec.encode({ ...accepted, at: 'noon' }))).toBe('RECORD_BROKEN')
})

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof CodecError) return error.code
    throw error
  }
  return 'nothing thrown'
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { framed, framings, unframed } from '../../../services/delivery/frame.ts'

test.each(framings)('whatever goes in by %s comes out, however the bytes are cut', (framing) => {
  const body = fc
    .uint8Array({ maxLength: 300 })
    .map((bytes) => (framing === 'line' ? bytes.filter((byte) => byte !== 10) : bytes))
  fc.assert(
    fc.property(fc.array(body, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (all, step) => {
      const bytes = Buffer.concat(all.map((each) => framed(each, framing) ?? Buffer.alloc(0)))
      let unread = Buffer.alloc(0)
      const read: string[] = []
      for (let from = 0; from < bytes.length; from += step) {
        const cut = unframed(Buffer.concat([unread, bytes.subarray(from, from + step)]), framing)
        read.push(...cut.messages.map((message) => message.toString('hex')))
        unread = Buffer.from(cut.rest)
      }
      expect(read).toEqual(all.map((each) => Buffer.from(each).toString('hex')))
      expect(unread.length).toBe(0)
    }),
  )
})

test('a line feed cannot stand in a line', () => {
  expect(framed(Buffer.from('a\nb'), 'line')).toBeNull()
})

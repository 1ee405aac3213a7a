import fc from 'fast-check'
import { dirname, posix, resolve, win32 } from 'node:path'
import { expect, test } from 'vitest'
import { faultOfKey, faultOfName } from '../../../services/delivery/file-name.ts'

test.each(['queues_2026-03-10T08.00Z.csv', 'Köln 1.csv', 'a', 'x'.repeat(200)])(
  '%j is a name',
  (name) => expect(faultOfName(name)).toBeNull(),
)

test.each([
  ...['', '.', '..', '../x', 'a/b', 'a\\b', '/etc/passwd', 'C:x', '.hidden', 'a\u0000b', 'a\nb'],
  ...['a*', 'a?', 'x'.repeat(201), 'ö'.repeat(101), 'a.', 'a ', '\ud800'],
])('%j is none', (name) => expect(faultOfName(name)).not.toBeNull())

test('a name leads nowhere but into the folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      fc.pre(faultOfName(name) === null)
      expect(dirname(resolve('/folder', name))).toBe('/folder')
      expect(posix.basename(posix.join('folder', name))).toBe(name)
      expect(win32.basename(win32.join('folder', name))).toBe(name)
    }),
  )
})

test('a key can stand in a header', () => {
  expect(faultOfKey('calabrio:2026-03-10/queue#1')).toBeNull()
  for (const key of ['', 'a b', 'a\r\nx: y', 'ä', 'x'.repeat(201)]) {
    expect(faultOfKey(key)).not.toBeNull()
  }
})

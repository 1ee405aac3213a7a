import { expect, test } from 'vitest'
import { createClosing } from '../../../services/runtime/closing.ts'

test('what was opened last is closed first, and once', async () => {
  const closed: string[] = []
  const closing = createClosing()
  for (const name of ['log', 'engine', 'server']) {
    closing.add(() => Promise.resolve(closed.push(name)))
  }
  await Promise.all([closing.close(), closing.close()])
  await closing.closed
  expect(closed).toEqual(['server', 'engine', 'log'])
})

test('one that cannot be closed keeps no other open, and is told of', async () => {
  const closed: string[] = []
  const closing = createClosing()
  closing.add(() => Promise.resolve(closed.push('log')))
  closing.add(() => Promise.reject(new Error('stuck')))
  await expect(closing.close()).rejects.toThrow('stuck')
  await closing.closed
  expect(closed).toEqual(['log'])
})

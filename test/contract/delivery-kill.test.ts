import { expect, test } from 'vitest'
import { killedWhileSending } from '../support/delivery-sender.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { openHttpReceiver } from '../vendors/http-receiver.ts'

test('a process that is killed in the midst loses nothing, and sends nothing twice by key', async () => {
  const folder = await tempFolder()
  const receiver = await openHttpReceiver()
  try {
    const sending = { folder: folder.path, url: receiver.url, last: 60, agents: 15 }
    for (const mood of ['well', 'forgetting', 'slow'] as const) {
      receiver.become(mood)
      await killedWhileSending(sending, 12)
    }
    receiver.become('well')
    await killedWhileSending(sending, Infinity)

    const documents = receiver.taken.filter(({ key }) => key.startsWith('document-'))
    const keys = documents.map(({ key }) => key)
    const first = keys.filter((key, index) => keys.indexOf(key) === index)
    expect(first).toEqual(Array.from({ length: 60 }, (_, index) => `document-${index + 1}`))
    // What had arrived when nobody could note it any more came again at once, and the same.
    for (const [index, { key, body }] of documents.entries()) {
      expect(body.toString()).toBe(`rows of ${key.replace('document-', '')}\n`)
      expect(keys.indexOf(key)).toBeGreaterThanOrEqual(keys[index - 1] === key ? 0 : index)
    }
    const newest = new Map<string, number>()
    for (const { key, body } of receiver.taken) {
      if (!key.startsWith('states-')) continue
      for (const [, agent = '', sequence] of body
        .toString()
        .matchAll(/"agent":"([^"]+)","sequence":(\d+)/g)) {
        expect(Number(sequence)).toBeGreaterThanOrEqual(newest.get(agent) ?? 0)
        newest.set(agent, Number(sequence))
      }
    }
    expect([...newest.values()]).toEqual(Array.from({ length: 15 }, () => 60))
  } finally {
    await receiver.close()
    await folder.remove()
  }
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deadLetterId, toRecords } from '../../../services/ingest/dead-letter-records.ts'
import { listDeadLetters, readDeadLetter } from '../../../services/ingest/dead-letters.ts'
import { redrive } from '../../../services/ingest/redrive.ts'
import { authToken, openDoor, receivedAt, type Door } from './door.ts'
import { readFixture } from './fixtures.ts'

let door: Door
beforeEach(async () => void (door = await openDoor()))
afterEach(() => door.close())

const stream = readFixture('event-streams/taskrouter_single_object_not_array.json')

/** A letter that an older version of the hub did not understand. */
async function writeLetter(source: string, body: Uint8Array, reason = 'shape'): Promise<string> {
  const id = deadLetterId(source, body)
  const about = { detail: 'not understood then', contentType: null, path: null, headers: {} }
  const records = toRecords({ id, source, receivedAt, reason, body, ...about })
  await door.log.append('ledgerline.dead-letters', records)
  return id
}

describe('a redrive', () => {
  test('stores what is understood by now, under the ids that it always had', async () => {
    await writeLetter('twilio-event-streams', stream)
    const form = readFixture('taskrouter-callbacks/voice-life/01_task.created.form')
    await writeLetter('twilio-taskrouter', form)
    expect(await redrive(door.log, door.clock)).toMatchObject({ resolved: 2, open: 0, events: 2 })
    const events = await door.eventsIn('ledgerline.tasks')
    expect(events.map(({ id }) => id).sort()).toEqual([
      'EVfa4e0000000000000000000000000001',
      'EVfa4e0000000000000000000000000005',
    ])
    expect(events.map((event) => event.receivedAt)).toEqual([receivedAt, receivedAt])
  })

  test('settles a letter once, and a letter that comes again is open again', async () => {
    const id = await writeLetter('twilio-event-streams', stream)
    await redrive(door.log, door.clock)
    expect(await listDeadLetters(door.log)).toEqual([])
    expect(await redrive(door.log, door.clock)).toMatchObject({ resolved: 0, open: 0, events: 0 })
    const settled = await readDeadLetter(door.log, id)
    expect(Buffer.from(settled?.body ?? []).equals(stream)).toBe(true)
    await writeLetter('twilio-event-streams', stream)
    expect(await listDeadLetters(door.log)).toMatchObject([{ id, times: 2 }])
  })

  test('leaves open what is not understood in full, and keeps what is', async () => {
    const body = Buffer.from(`[${stream.toString()},{"type":broken}]`)
    await writeLetter('twilio-event-streams', body)
    await writeLetter('projection-of-somebody', Buffer.from([1, 2, 3]))
    expect(await redrive(door.log, door.clock)).toMatchObject({ resolved: 0, open: 2, events: 1 })
    expect(await listDeadLetters(door.log)).toHaveLength(2)
  })

  test('takes what was of the future once it is past', async () => {
    const later = new Date(receivedAt + 3_600_000).toISOString()
    const body = Buffer.from(stream.toString().replaceAll('2026-03-10T14:13:31.480Z', later))
    await door.postStream(body)
    expect(await listDeadLetters(door.log)).toMatchObject([{ reason: 'future' }])
    expect(await redrive(door.log, door.clock)).toMatchObject({ resolved: 0, open: 1 })
    const tomorrow = { ...door.clock, now: () => receivedAt + 86_400_000 }
    expect(await redrive(door.log, tomorrow)).toMatchObject({ resolved: 1, open: 0 })
  })

  test('never takes what one account signed about another', async () => {
    await writeLetter('twilio-event-streams', stream, 'account')
    expect(await redrive(door.log, door.clock)).toMatchObject({ resolved: 0, open: 1, events: 0 })
  })
})

test('letters are found by id, source and reason, the oldest first', async () => {
  const shape = await writeLetter('twilio-event-streams', Buffer.from('a'))
  const missing = await writeLetter('twilio-taskrouter', Buffer.from('b'), 'missing')
  const found = async (filter: object) =>
    (await listDeadLetters(door.log, filter)).map(({ id }) => id)
  expect(await found({ source: 'twilio-taskrouter' })).toEqual([missing])
  expect(await found({ reason: 'shape' })).toEqual([shape])
  expect(await found({ id: missing })).toEqual([missing])
  expect(await found({ id: 'other' })).toEqual([])
  expect(await found({ limit: 1 })).toHaveLength(1)
})

test('a letter in pieces whose writing was broken off is whole when it comes again', async () => {
  const body = Buffer.alloc(2_500_000, 'large ')
  const id = deadLetterId('twilio-event-streams', body)
  const about = { detail: '', contentType: null, path: null, headers: {}, reason: 'shape' }
  const records = toRecords({ id, source: 'twilio-event-streams', receivedAt, body, ...about })
  expect(records).toHaveLength(3)
  for (const pieces of [records.slice(0, 2), records, records]) {
    await door.log.append('ledgerline.dead-letters', pieces)
  }
  expect(await listDeadLetters(door.log)).toMatchObject([{ bodyBytes: body.length, times: 2 }])
  const whole = await readDeadLetter(door.log, id)
  expect(Buffer.from(whole?.body ?? []).equals(body)).toBe(true)
})

test('no header that could hold a secret is kept with a letter', async () => {
  await door.postForm('A=1')
  const [letter] = await listDeadLetters(door.log)
  const { headers } = (await readDeadLetter(door.log, letter?.id ?? '')) ?? { headers: {} }
  expect(Object.keys(headers)).toContain('content-type')
  expect(JSON.stringify(headers)).not.toContain('signature')
  expect(JSON.stringify(headers)).not.toContain(authToken)
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { deadLetterId, toRecords } from '../../../services/ingest/dead-letter-records.ts'
import { listDeadLetters, readDeadLetter } from '../../../services/ingest/dead-letters.ts'
import { redrive } from '../../../services/ingest/redrive.ts'
import { sources } from '../../../services/ingest/sources.ts'
import { topics } from '../../../services/log/topics.ts'
import { eventsIn, recorded, recordedBy, sourceNamed } from '../../support/source-fixtures.ts'
import { createSender, knowing, requestOf } from '../../support/source-sender.ts'
import { openDoor, receivedAt, type Door, type DoorOptions } from './door.ts'

const opened: Door[] = []
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close()
})

async function open(options?: DoorOptions): Promise<Door> {
  const door = await openDoor(options)
  opened.push(door)
  return door
}

const sender = createSender('the sender')

async function recordsIn(door: Door): Promise<number> {
  const ends = await Promise.all(topics.map((topic) => door.log.end(topic)))
  return ends.flat().reduce((sum, end) => sum + end, 0)
}

/** One that is stored, and not the handshake of a sink. */
const first = (name: string) => {
  const [sending] = recordedBy(sourceNamed(name)).filter(({ path }) => !path.includes('sink_test'))
  if (sending === undefined) throw new Error(`nothing was recorded of ${name}`)
  return sending
}

test('each source has a name and an address of its own', () => {
  expect(new Set(sources.map(({ name }) => name)).size).toBe(sources.length)
  expect(new Set(sources.map(({ path }) => path)).size).toBe(sources.length)
})

test('a page tells for each source what to switch on', () => {
  const folder = join(import.meta.dirname, '../../../docs/sources')
  const pages = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  for (const { path } of sources) {
    expect(pages.filter((page) => page.includes(`<hub>${path}`)).length, path).toBeGreaterThan(0)
  }
})

describe.each(sources)('$name', (source) => {
  test('is answered, without a body, once all that was recorded is durable', async () => {
    const door = await open({ config: knowing(sender) })
    for (const sending of recordedBy(source)) {
      const answer = await door.app.inject(requestOf(source, sending, sender))
      expect(answer.statusCode).toBe(source.answer.status)
      expect(answer.body).toBe('')
    }
    expect(await recordsIn(door)).toBeGreaterThan(0)
    expect(await listDeadLetters(door.log)).toEqual([])
    expect([...door.ingest.status().lastReceivedAt.keys()]).toEqual([source.name])
  })

  test('is turned away with another’s signature, with a changed body, and with none', async () => {
    const door = await open({ config: knowing(sender) })
    const sending = first(source.name)
    const signed = requestOf(source, sending, sender)
    const changed = Buffer.from(sending.body)
    changed.writeUInt8((changed[changed.length >> 1] ?? 0) ^ 1, changed.length >> 1)
    const attempts = [
      requestOf(source, sending, createSender('a stranger')),
      { ...signed, payload: changed },
      { ...signed, headers: { 'content-type': sending.contentType } },
    ]
    for (const request of attempts) {
      const answer = await door.app.inject(request)
      expect(answer.statusCode).toBe(403)
      expect(answer.body).toBe('')
    }
    expect(await recordsIn(door)).toBe(0)
    expect(await door.metrics.text()).toContain(
      `ledgerline_ingest_signature_failures_total{source="${source.name}"} 3`,
    )
  })

  test('is turned away by a hub that knows nobody', async () => {
    const door = await open({ config: { authTokens: [] } })
    const answer = await door.app.inject(requestOf(source, first(source.name), sender))
    expect(answer.statusCode).toBe(403)
    expect(await recordsIn(door)).toBe(0)
  })

  test('is taken again when it is sent again: the same events, told by their ids', async () => {
    const door = await open({ config: knowing(sender) })
    const request = requestOf(source, first(source.name), sender)
    await door.app.inject(request)
    const once = await recordsIn(door)
    expect((await door.app.inject(request)).statusCode).toBe(source.answer.status)
    expect(await recordsIn(door)).toBe(2 * once)
  })

  test('is read again where an older version did not understand it', async () => {
    const door = await open()
    const { body, contentType } = first(source.name)
    const expected = await eventsIn(source.name, { body, contentType }, receivedAt)
    const id = deadLetterId(source.name, body)
    const about = { detail: 'not understood then', path: source.path, headers: {} }
    const letter = { id, source: source.name, receivedAt, reason: 'shape', body, contentType }
    await door.log.append('ledgerline.dead-letters', toRecords({ ...letter, ...about }))
    expect(await redrive(door.log, door.clock)).toMatchObject({
      ...{ resolved: 1, open: 0, events: expected.length },
    })
    expect(await listDeadLetters(door.log)).toEqual([])
  })

  test('with a body beyond the limit is 413', async () => {
    const door = await open({ config: { ...knowing(sender), bodyBytesMax: 1000 } })
    const body = Buffer.alloc((source.bodyBytesMax ?? 1000) + 1, 'x')
    const { contentType } = first(source.name)
    const answer = await door.app.inject(requestOf(source, { body, contentType }, sender))
    expect(answer.statusCode).toBe(413)
    expect(answer.body).toBe('')
    expect(await door.metrics.text()).toContain(
      `ledgerline_ingest_rejections_total{source="${source.name}",status="413"} 1`,
    )
  })
})

test('a hub that waits for no mail reads no more of one than of anything else', async () => {
  const door = await open({ config: { bodyBytesMax: 1000 } })
  const source = sourceNamed('sendgrid-inbound')
  const sending = { body: Buffer.alloc(1001, 'x'), contentType: 'text/plain' }
  expect((await door.app.inject(requestOf(source, sending, sender))).statusCode).toBe(413)
})

test('a mail that is larger than a record of the ledger is kept with all of its bytes', async () => {
  const door = await open({ config: knowing(sender) })
  const source = sourceNamed('sendgrid-inbound')
  const { body: mail, contentType } = recorded('sendgrid-inbound/whole_mail.multipart')
  const body = Buffer.from(mail.toString().replace('Hello?', 'Hello? '.repeat(700_000)))
  const answer = await door.app.inject(requestOf(source, { body, contentType }, sender))
  expect(answer.statusCode).toBe(204)
  const [letter] = await listDeadLetters(door.log)
  expect(letter).toMatchObject({ reason: 'too-large', bodyBytes: body.length, contentType })
  const kept = await readDeadLetter(door.log, letter?.id ?? '')
  expect(Buffer.from(kept?.body ?? []).equals(body)).toBe(true)
})

test('a question of Conversations is answered with nothing, and nobody has written yet', async () => {
  const door = await open({ config: knowing(sender) })
  const source = sourceNamed('twilio-conversations')
  const question = recorded('conversations-webhooks/03_onMessageAdd_pre_event.form')
  const answer = await door.app.inject(requestOf(source, question, sender))
  expect([answer.statusCode, answer.body]).toEqual([200, ''])
  expect(answer.headers['content-type']).toMatch('text/plain')
  expect(await door.eventsIn('ledgerline.conversations')).toMatchObject([
    { type: 'unknown', sourceType: 'onMessageAdd' },
  ])
})

test('a text that comes in is answered with nothing that could be sent back', async () => {
  const door = await open({ config: knowing(sender) })
  const source = sourceNamed('twilio-messaging')
  const text = recorded('messaging-callbacks/inbound_sms.form')
  const answer = await door.app.inject(requestOf(source, text, sender))
  expect([answer.statusCode, answer.body]).toEqual([200, ''])
})

describe('a mail that is not signed', () => {
  const source = sourceNamed('sendgrid-inbound')
  const { body, contentType } = recorded('sendgrid-inbound/whole_mail.multipart')
  const credentials = ['parse:oldword', 'parse:secret']
  const post = async (door: Door, path: string, user: string) => {
    const authorization = `Basic ${Buffer.from(user).toString('base64')}`
    const headers = { authorization, 'content-type': contentType }
    return (await door.app.inject({ method: 'POST', url: path, headers, payload: body })).statusCode
  }

  test('is taken by the user and password in the address', async () => {
    const door = await open({ config: { sendGridInboundCredentials: credentials } })
    expect(await post(door, source.path, 'parse:secret')).toBe(204)
    expect(await post(door, source.path, 'parse:oldword')).toBe(204)
    expect(await post(door, source.path, 'parse:Secret')).toBe(403)
    expect(await post(door, source.path, 'parse:')).toBe(403)
    expect(await post(door, source.path, '')).toBe(403)
    const [mail] = await door.eventsIn('ledgerline.conversations')
    expect(mail).toMatchObject({ type: 'email.received', source: 'sendgrid' })
  })

  test('has no business with the events of SendGrid', async () => {
    const door = await open({ config: { sendGridInboundCredentials: credentials } })
    expect(await post(door, '/sendgrid/events', 'parse:secret')).toBe(403)
  })
})

test('a sub-account’s token signs for that account only, whatever the product', async () => {
  const authTokens = [{ token: sender.authToken, account: 'ACother' }]
  const door = await open({ config: { authTokens } })
  const source = sourceNamed('twilio-intelligence')
  const results = recorded('intelligence/v3_operator_results.json')
  expect((await door.app.inject(requestOf(source, results, sender))).statusCode).toBe(204)
  expect(await listDeadLetters(door.log)).toMatchObject([{ reason: 'account' }])
})

test('no line of the log holds what a customer wrote, or a secret', async () => {
  const door = await open({ config: { ...knowing(sender), bodyBytesMax: 100_000 } })
  for (const source of sources) {
    for (const { body, contentType } of recordedBy(source)) {
      for (const broken of [body, body.subarray(0, body.length >> 1)]) {
        const sending = { body: broken, contentType }
        await door.app.inject(requestOf(source, sending, sender))
        await door.app.inject(requestOf(source, sending, createSender('a stranger')))
      }
    }
  }
  const shown = door.lines.join('') + (await door.metrics.text())
  expect(shown).not.toBe('')
  for (const secret of [
    '+1555',
    'imani',
    'Imani',
    'order',
    sender.authToken,
    sender.segmentSecret,
  ]) {
    expect(shown).not.toContain(secret)
  }
})

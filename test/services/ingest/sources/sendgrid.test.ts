import { describe, expect, test } from 'vitest'
import { eventsIn, jsonSending, read, recorded } from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const moment = (time: string) => Date.parse(`2026-03-10T${time}Z`)

describe('the events of mails that were sent', () => {
  const source = 'sendgrid'
  const say = (event: object) => eventsIn(source, jsonSending([event]), receivedAt)

  test('are eight in the recorded batch', async () => {
    const events = await eventsIn(source, recorded('sendgrid/event_batch.json'), receivedAt)
    const shown = events.map(({ status, message, reason, at }) => [status, message, reason, at])
    expect(shown).toEqual([
      ['processed', 'fa4eMsgId001', null, moment('19:00:00')],
      ['delivered', 'fa4eMsgId001', null, moment('19:00:03')],
      ['open', 'fa4eMsgId001', null, moment('19:01:00')],
      ['click', 'fa4eMsgId001', null, moment('19:01:15')],
      ['bounce', 'fa4eMsgId002', '550 5.1.1 unknown recipient', moment('19:00:04')],
      ['dropped', 'fa4eMsgId003', 'Bounced Address', moment('19:00:05')],
      ['deferred', 'fa4eMsgId004', null, moment('19:00:06')],
      ['group_unsubscribe', 'fa4eMsgId005', null, moment('19:00:07')],
    ])
    for (const event of events) {
      expect(event).toMatchObject({ type: 'email.status', source, channel: 'email' })
    }
    expect(events[0]).toMatchObject({
      id: 'cHJvY2Vzc2VkLWZha2UtMDAx',
      subjects: ['email:imani@example.com'],
      task: 'WTfa4e0000000000000000000000000007',
    })
  })

  test('keep each element exactly as it was sent', async () => {
    const { body } = recorded('sendgrid/event_batch.json')
    const events = await eventsIn(source, recorded('sendgrid/event_batch.json'), receivedAt)
    for (const { payload } of events) expect(body.toString()).toContain(payload)
  })

  test('of a late bounce are joined by the header of the mail', async () => {
    const bounce = { event: 'bounce', timestamp: 1773169204, 'smtp-id': '<fa4e002@example.net>' }
    expect(await say(bounce)).toMatchObject([{ message: 'fa4e002@example.net' }])
  })

  test('without an id are the same each time', async () => {
    const event = { event: 'open', timestamp: 1773169204 }
    const [first] = await say(event)
    const [second] = await say(event)
    expect(first?.id).toMatch(/^sha256:/)
    expect(second?.id).toBe(first?.id)
  })

  test('of a kind that nobody reads are kept', async () => {
    expect(
      await say({ event: 'levitated', sg_event_id: 'x1', timestamp: 1773169204 }),
    ).toMatchObject([
      { type: 'unknown', sourceType: 'levitated', id: 'x1', at: moment('19:00:04') },
    ])
  })

  test('that are broken leave the others as they are', async () => {
    const good = JSON.stringify({ event: 'open', sg_event_id: '1', timestamp: 1773169204 })
    const future = JSON.stringify({ event: 'open', sg_event_id: '2', timestamp: 1773400000 })
    const body = Buffer.from(`[${good},{"event":7},{"event":"open"},${future},{"event":},${good}]`)
    const judged = await read(source, { body, contentType: 'application/json' }, receivedAt)
    const verdicts = judged.map(({ verdict }) =>
      verdict.kind === 'refused' ? verdict.reason.code : verdict.kind,
    )
    expect(verdicts).toEqual([
      ...['understood', 'shape', 'time', 'future', 'unreadable', 'understood'],
    ])
  })
})

describe('a mail that came in', () => {
  const source = 'sendgrid-inbound'
  const reply = recorded('sendgrid-inbound/reply_with_attachment.multipart')
  const { contentType } = reply

  test('belongs to the thread that it goes on with', async () => {
    expect(await eventsIn(source, reply, receivedAt)).toMatchObject([
      {
        ...{ type: 'email.received', source: 'sendgrid', road: 'callback', channel: 'email' },
        ...{ author: 'customer', direction: 'inbound' },
        id: 'third-fa4e@mail.example.com/received',
        message: 'third-fa4e@mail.example.com',
        conversation: 'first-fa4e@mail.example.com',
        address: 'Imani@example.com',
        proxyAddress: 'help@parse.example.com',
        subjects: ['email:imani@example.com'],
        // By the clock of SendGrid's server, whatever date the customer's computer wrote.
        at: moment('18:20:06'),
      },
    ])
  })

  test('begins a thread where it refers to nothing', async () => {
    const whole = recorded('sendgrid-inbound/whole_mail.multipart')
    expect(await eventsIn(source, whole, receivedAt)).toMatchObject([
      {
        ...{ message: 'first-fa4e@mail.example.com', conversation: 'first-fa4e@mail.example.com' },
        ...{ at: moment('18:00:00'), address: 'imani@example.com' },
      },
    ])
  })

  test('is kept in its own character sets, and its files as what tells them apart', async () => {
    const [event] = await eventsIn(source, reply, receivedAt)
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({
      text: 'Café naïve, as before',
      html: '<p>Café ▸ as before</p>',
      subject: 'Re: Where is my order?',
      attachmentFiles: [
        {
          ...{ field: 'attachment1', filename: 'bücher.png', contentType: 'image/png', bytes: 12 },
          sha256: '0f6c3a09018d44c79811cb205e1e03f0f214fdd8728f82e6e92aaaf95da5ee49',
        },
      ],
    })
  })

  const replaced = (from: string | RegExp, to: string) =>
    Buffer.from(reply.body.toString('latin1').replace(from, to), 'latin1')

  test('answers a mail where it names no thread', async () => {
    const body = replaced(/References:.*\n.*\n/, '')
    const [event] = await eventsIn(source, { body, contentType }, receivedAt)
    expect(event?.conversation).toBe('second-fa4e@parse.example.com')
  })

  test('without an id is the same each time, and dated by its arrival without a stamp', async () => {
    const body = replaced(/Message-ID:.*\n/, '')
      .toString('latin1')
      .replaceAll('Received:', 'X:')
    const sending = { body: Buffer.from(body, 'latin1'), contentType }
    const [first] = await eventsIn(source, sending, receivedAt)
    const [second] = await eventsIn(source, sending, receivedAt)
    expect(first).toMatchObject({ message: null, at: receivedAt })
    expect(first?.id).toMatch(/^sha256:/)
    expect(second?.id).toBe(first?.id)
  })

  test.each([
    ['unreadable', Buffer.from('{}'), 'application/json'],
    ['unreadable', reply.body.subarray(0, 200), contentType],
    ['unreadable', reply.body, 'multipart/form-data'],
    ['shape', Buffer.from('--xYzZYfa4e--\r\n'), contentType],
  ])('that is none is %s', async (code, body, type) => {
    const judged = await read(source, { body, contentType: type }, receivedAt)
    expect(judged).toMatchObject([{ verdict: { kind: 'refused', reason: { code } }, body }])
  })
})

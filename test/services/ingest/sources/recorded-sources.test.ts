import { describe, expect, test } from 'vitest'
import { ledgerEventSchema } from '../../../../schemas/events/ledger-event.ts'
import { sources } from '../../../../services/ingest/sources.ts'
import { eventsIn, read, recordedBy } from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const all = sources.flatMap((source) => recordedBy(source).map((body) => ({ source, ...body })))

describe('everything that was recorded', () => {
  test.each(all)('$path gives events that the ledger takes', async ({ source, ...sending }) => {
    for (const event of await eventsIn(source.name, sending, receivedAt)) {
      expect(ledgerEventSchema.parse(event)).toEqual(event)
      expect(event.receivedAt).toBe(receivedAt)
      expect(event.at).toBeLessThanOrEqual(receivedAt)
    }
  })

  test.each(all)('$path gives the same events each time', async ({ source, ...sending }) => {
    const once = await eventsIn(source.name, sending, receivedAt)
    expect(await eventsIn(source.name, sending, receivedAt)).toEqual(once)
    const ids = once.map(({ type, id }) => `${type} ${id}`)
    if (!sending.path.includes('duplicates')) expect(new Set(ids).size).toBe(ids.length)
  })

  test('keeps all of what was sent as JSON', async () => {
    for (const { source, ...sending } of all) {
      for (const { payload, cause } of await eventsIn(source.name, sending, receivedAt)) {
        if (cause === null || payload !== null)
          expect(JSON.parse(payload ?? '')).toBeTypeOf('object')
      }
    }
  })
})

test.each(sources.filter(({ name }) => name !== 'twilio-event-streams'))(
  'an empty body of $name is refused and kept',
  async ({ name, signedBy }) => {
    const contentType = signedBy === 'sendgrid-inbound' ? 'multipart/form-data' : 'text/plain'
    const judged = await read(name, { body: Buffer.alloc(0), contentType }, receivedAt)
    expect(judged.map(({ verdict }) => verdict.kind)).toEqual(['refused'])
  },
)

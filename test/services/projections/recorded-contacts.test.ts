import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { sources } from '../../../services/ingest/sources.ts'
import { customerId } from '../../../services/projections/customers.ts'
import { judgeTaskRouterItem } from '../../../services/repair/items/taskrouter-item.ts'
import { foldAll, type PlainRow } from '../../support/fold-all.ts'
import { nameRows } from '../../support/table-rows.ts'
import { read, recordedBy } from '../../support/source-fixtures.ts'
import { restFixture } from '../repair/rest-items.ts'

/** The evening of the day on which all that was recorded plays. */
const asOf = Date.parse('2026-03-10T23:00:00.000Z')
const at = (time: string) => Date.parse(`2026-03-10T${time}Z`)

const life = z
  .object({ scenarios: z.object({ 'voice-life': z.object({ expected: z.looseObject({}) }) }) })
  .parse(
    JSON.parse(
      readFileSync(join(import.meta.dirname, '../../fixtures/twilio/scenarios.json'), 'utf8'),
    ),
  ).scenarios['voice-life'].expected

let all: readonly LedgerEvent[]
let rows: ReadonlyMap<string, readonly PlainRow[]>

beforeAll(async () => {
  const judged = restFixture().map((item) => judgeTaskRouterItem(item, asOf))
  for (const source of sources) {
    // What was made up to try the parsers speaks of the same call with other times.
    for (const sending of recordedBy(source).filter(({ path }) => !path.includes('tolerance'))) {
      judged.push(...(await read(source.name, sending, asOf)))
    }
  }
  all = judged.flatMap(({ verdict }) => {
    if (verdict.kind === 'refused') return []
    return verdict.kind === 'understood' ? verdict.events : [verdict.event]
  })
  rows = foldAll(all, asOf)
})

function row(table: string, key: Readonly<Record<string, unknown>>): PlainRow {
  const found = (rows.get(table) ?? []).filter((each) =>
    Object.entries(key).every(([name, value]) => each[name] === value),
  )
  expect(found).toHaveLength(1)
  return found[0] ?? {}
}

const sid = (prefix: string, end: string) => prefix + `fa4e${end.padStart(28, '0')}`

describe('all that was recorded of one day, by every source and road at once', () => {
  test('the call of voice-life is one call, its hold to the millisecond', () => {
    expect(row('segments', { task: sid('WT', '1') })).toMatchObject({
      ring_ms: life['ring_ms'],
      hold_ms: life['hold_ms'],
      talk_ms: Number(life['talk_ms']) - Number(life['hold_ms']),
      acw_ms: life['wrap_ms'],
      hold_from: [at('14:15:10.000')],
      hold_to: [at('14:16:02.000')],
    })
    expect(row('contacts', { task: sid('WT', '1') })).toMatchObject({
      conversation: sid('CA', 'a'),
      hold_ms: life['hold_ms'],
    })
  })

  test('its leg is told by its callback, its summary and its flow', () => {
    expect(row('calls', { call: sid('CA', 'a') })).toMatchObject({
      ...{ task: sid('WT', '1'), status: 'completed', duration_ms: 318_000 },
      ...{ direction: 'inbound', disconnected_by: 'caller', is_open: false },
      ended_at: at('14:18:03.000'),
    })
    expect(row('flow_executions', { execution: sid('FN', '1') })).toMatchObject({
      ...{ call: sid('CA', 'a'), last_step: 'send_to_flex', path: ['main_menu'] },
      ...{ steps_count: 1, is_open: false },
    })
  })

  test('a call out is answered when it was, and has its recording; a busy one was never', () => {
    expect(row('calls', { call: sid('CA', 'c8') })).toMatchObject({
      ...{ direction: 'outbound', status: 'completed', recordings_count: 1, duration_ms: 53_000 },
      ...{ ringing_at: at('18:40:01.000'), answered_at: at('18:40:09.000') },
      ended_at: at('18:41:02.000'),
    })
    expect(row('calls', { call: sid('CA', 'c9') })).toMatchObject({
      ...{ status: 'busy', answered_at: null, is_open: false },
    })
  })

  test('a web chat has its first answer, and its end', () => {
    expect(row('conversations', { conversation: sid('CH', '7') })).toMatchObject({
      ...{ messages_customer_count: 1, messages_agent_count: 1, messages_bot_count: 0 },
      ...{ first_response_ms: 19_910, is_open: false, ended_unanswered: false },
      ...{ started_at: at('16:00:00.000'), ended_at: at('16:20:21.000') },
    })
  })

  test('a text conversation that rests is not over, and its question before the event counts once', () => {
    const key = { conversation: sid('CH', '46') }
    expect(row('conversations', key)).toMatchObject({
      ...{ channel: 'sms', messages_customer_count: 1, messages_agent_count: 1 },
      ...{ first_response_ms: 30_880, is_open: true, ended_at: null },
    })
    expect(row('messages', { ...key, message: sid('IM', '48') })).toMatchObject({
      ...{ author: 'agent', status: 'delivered', delivered_at: at('18:00:33.000') },
      answers_at: at('18:00:00.120'),
    })
  })

  test('a message that was delivered before it was sent is delivered', () => {
    expect(row('messages', { conversation: '', message: sid('SM', '1') })).toMatchObject({
      status: 'delivered',
      delivered_at: at('11:00:03.900'),
    })
  })

  test('the customer is one by number, by the id of his own systems and by e-mail', () => {
    const known = (rows.get('customers') ?? []).filter((each) => each['is_current'] === true)
    const of = (identity: string) =>
      known.find((each) => each['identity'] === identity)?.['customer']
    expect(of('phone:+15550101001')).toBe(customerId('user:CUST-00001'))
    expect(of('user:CUST-00001')).toBe(customerId('user:CUST-00001'))
  })

  test('neither order nor repetition changes a row of it', () => {
    const named = (tables: typeof rows) =>
      Object.fromEntries([...tables].map(([table, found]) => [table, nameRows(found)]))
    const expected = named(rows)
    fc.assert(
      fc.property(fc.shuffledSubarray([...all, ...all], { minLength: all.length }), (arrived) => {
        const missing = all.filter((event) => !arrived.includes(event))
        expect(named(foldAll([...arrived, ...missing], asOf))).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })
})

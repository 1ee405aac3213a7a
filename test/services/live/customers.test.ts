import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { intervalsSchema } from '../../../schemas/feeds/intervals.ts'
import { journeySchema } from '../../../schemas/feeds/customers.ts'
import { customerId } from '../../../services/projections/customers.ts'
import { anEvent } from '../../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../../support/hub-with-tables.ts'

const start = Date.parse('2026-03-10T14:00:00Z')
const hourMs = 3_600_000
let count = 0
const event = (at: number, type: string, fields: Record<string, unknown>) =>
  anEvent({ id: `E${++count}`, type, at: start + at, ...fields })

const visitor = 'anonymous:v1'
const phone = 'phone:+15550101001'
const user = 'user:42'

function contact(
  task: string,
  at: number,
  channel: string,
  subjects: readonly string[],
  more = {},
) {
  const own = { task, channel, direction: 'inbound', subjects, ...more }
  const leg = { ...own, reservation: `R${task}`, worker: 'ann', queue: 'q' }
  return [
    event(at, 'task.created', own),
    event(at + 1_000, 'task-queue.entered', { ...own, queue: 'q' }),
    event(at + 2_000, 'reservation.created', leg),
    event(at + 6_000, 'reservation.accepted', leg),
    event(at + 66_000, 'reservation.completed', leg),
    event(at + 66_000, 'task.completed', own),
  ]
}

/** A visitor looks at a page, calls, is known by his number, and writes the next day. */
const events = [
  event(0, 'profile.viewed', { subjects: [visitor], reason: 'Pricing' }),
  event(hourMs, 'profile.identified', { subjects: [visitor, user] }),
  event(2 * hourMs - 9_000, 'studio.execution.started', {
    ...{ execution: 'FN1', flow: 'FW1', call: 'CA1', subjects: [phone] },
  }),
  event(2 * hourMs - 5_000, 'studio.step.ended', {
    ...{ execution: 'FN1', step: 'menu', nextStep: 'send_to_flex' },
  }),
  event(2 * hourMs, 'studio.execution.ended', { execution: 'FN1', flow: 'FW1', call: 'CA1' }),
  ...contact('WT1', 2 * hourMs, 'voice', [user, phone], { conversation: 'CA1' }),
  ...contact('WT2', 26 * hourMs, 'chat', [visitor]),
  ...contact('WT3', 26 * hourMs, 'chat', ['phone:+15550109999']),
  event(3 * hourMs, 'studio.execution.started', { execution: 'FN2', flow: 'FW1', call: 'CA9' }),
  event(3 * hourMs + 5_000, 'studio.step.ended', {
    execution: 'FN2',
    step: 'menu',
    nextStep: 'balance',
  }),
  event(3 * hourMs + 9_000, 'studio.execution.ended', { execution: 'FN2', flow: 'FW1' }),
  event(6 * hourMs, 'source.gap', {
    ...{ source: 'twilio-taskrouter', reason: 'silence', status: 'open' },
    ...{ gapFrom: start + 5 * hourMs, gapTo: start + 6 * hourMs },
  }),
]

let hub: HubWithTables

beforeAll(async () => {
  hub = await openHubWithTables()
  await hub.tell(events)
}, 120_000)

afterAll(async () => {
  await hub.close()
})

async function ask(path: string) {
  const answer = await hub.app.inject({ url: path, headers: { host: 'localhost' } })
  return { status: answer.statusCode, body: () => answer.json<unknown>() }
}

describe('the journey of a customer', () => {
  test('is the same by any of his identities and by any id that he ever had', async () => {
    const names = [visitor, phone, user, customerId(user), customerId(visitor)]
    for (const name of names) {
      const answer = await ask(`/v1/customers/${encodeURIComponent(name)}/journey`)
      expect(answer.status, name).toBe(200)
      const journey = journeySchema.parse(answer.body())
      expect(journey.customer).toBe(customerId(user))
      expect(journey.steps).toHaveLength(5)
    }
  })

  test('tells his steps over all channels, with what became of each', async () => {
    const answer = await ask(`/v1/customers/${encodeURIComponent(phone)}/journey`)
    const { steps, ...journey } = journeySchema.parse(answer.body())
    expect(
      steps.map(({ kind, channel, outcome, contact }) => [kind, channel, outcome, contact]),
    ).toEqual([
      ['profile', 'web', 'Pricing', steps[0]?.id],
      ['profile', 'web', null, steps[1]?.id],
      ['self_service', 'self_service', 'send_to_flex', 'CA1'],
      ['task', 'voice', 'answered', 'CA1'],
      ['task', 'chat', 'answered', 'WT2'],
    ])
    expect(steps[4]).toMatchObject({
      isRepeat: true,
      isOtherChannel: true,
      waitMs: 5_000,
      handleMs: 60_000,
    })
    expect(journey).toMatchObject({ contactsCount: 2, repeatsCount: 1, channelChangesCount: 1 })
  })

  test('of somebody whom nobody knows is not there', async () => {
    expect((await ask('/v1/customers/phone%3A%2B19995550000/journey')).status).toBe(404)
  })
})

test('contacts of a customer stand in order in SQL, with who came back by which channel', async () => {
  const rows = await hub.warehouse.query(
    `SELECT task, contact_number, previous_task, since_previous_ms, is_other_channel FROM v_customer_contacts
     ORDER BY customer = {customer:String} DESC, contact_number`,
    { customer: customerId(user) },
  )
  const plain = {
    contact_number: 1,
    previous_task: '',
    since_previous_ms: 0,
    is_other_channel: false,
  }
  expect(rows).toEqual([
    { task: 'WT1', ...plain },
    {
      ...{ task: 'WT2', contact_number: 2, previous_task: 'WT1' },
      ...{ since_previous_ms: 24 * hourMs, is_other_channel: true },
    },
    { task: 'WT3', ...plain },
  ])
})

test('self-service tells how many needed no agent, and where they left', async () => {
  const rows = await hub.warehouse.query(
    `SELECT flow, sum(runs_count) AS runs, sum(contained_count) AS contained, sum(handed_over_count) AS handed,
       sumMap(last_steps) AS steps FROM v_self_service GROUP BY flow`,
  )
  expect(rows).toEqual([{ flow: 'FW1', runs: 2, contained: 1, handed: 1, steps: { balance: 1 } }])
})

describe('a gap of a source', () => {
  const query = {
    from: '2026-03-10T14:00:00Z',
    to: '2026-03-11T18:00:00Z',
    grain: 'day',
    zone: 'UTC',
  }
  const url = `/v1/intervals/queues?${new URLSearchParams(query).toString()}`

  test('makes the numbers of its time unknown until it is filled', async () => {
    const before = intervalsSchema.parse((await ask(url)).body())
    expect(before.gaps).toEqual([
      {
        ...{ source: 'twilio-taskrouter', reason: 'silence' },
        ...{ from: '2026-03-10T19:00:00.000Z', to: '2026-03-10T20:00:00.000Z' },
      },
    ])
    expect(before.rows.map(({ coverage }) => coverage)).toEqual(['unknown', 'complete'])
    const quarters = await hub.warehouse.query(
      `SELECT toString(interval_start) AS at, unknown_ms FROM v_interval_coverage WHERE status = 'open' ORDER BY at LIMIT 1`,
    )
    expect(quarters).toEqual([{ at: '2026-03-10 19:00:00.000', unknown_ms: 900_000 }])

    await hub.append([
      event(7 * hourMs, 'source.gap', {
        ...{ source: 'twilio-taskrouter', reason: 'backfill', status: 'filled' },
        ...{ gapFrom: start + 5 * hourMs, gapTo: start + 6 * hourMs },
      }),
    ])
    await hub.inStep()
    const after = intervalsSchema.parse((await ask(url)).body())
    expect(after.gaps).toEqual([])
    expect(after.rows.every(({ coverage }) => coverage === 'complete')).toBe(true)
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dimensionSchema } from '../../../schemas/feeds/dimensions.ts'
import { intervalsSchema } from '../../../schemas/feeds/intervals.ts'
import { problemSchema } from '../../../schemas/feeds/problem.ts'
import { rebuild } from '../../../services/runner/rebuild.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { answeredContact } from '../../support/answered-contact.ts'
import { anEvent } from '../../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../../support/hub-with-tables.ts'

const at = (time: string) => Date.parse(`2026-03-${time}Z`)

const config = (type: string, time: string, fields: Readonly<Record<string, unknown>>) =>
  anEvent({ id: `${type}-${time}`, type, at: at(time), ...fields })

/** On the 11th at seven past ten queue and worker are renamed; the last contact of before is heard of last. */
const events = [
  config('activity.created', '10T08:00:00', {
    ...{ activity: 'WA1', activityName: 'Email', activityAvailable: true },
  }),
  config('workflow.created', '10T08:00:00', { workflow: 'WW1', workflowName: 'Calls' }),
  ...answeredContact('WT1', at('10T14:01:00'), { queueName: 'Billing', workerName: 'ann' }),
  ...answeredContact('WT3', at('11T10:07:00'), { queueName: 'Invoices', workerName: 'anna' }),
  ...answeredContact('WT4', at('12T09:00:00'), { queueName: 'Invoices', workerName: 'anna' }),
  config('task-queue.deleted', '13T09:00:00', { queue: 'WQ1' }),
  ...answeredContact('WT2', at('11T09:31:00'), { queueName: 'Billing', workerName: 'ann' }),
]

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables()
  await hub.tell(events)
}, 120_000)
afterAll(async () => {
  await hub.close()
})

const ask = (url: string) => hub.app.inject({ url, headers: { host: 'localhost' } })

async function names(path: string, column: string, query: Readonly<Record<string, string>>) {
  const span = { from: '2026-03-10', to: '2026-03-14' }
  const asked = new URLSearchParams({ ...span, ...query }).toString()
  const { rows } = intervalsSchema.parse((await ask(`/v1/intervals/${path}?${asked}`)).json())
  return rows.map((row) => `${row.local_start.slice(8, 16)} ${String(row[column])}`)
}

const asWas = {
  quarters: ['10T14:00 Billing', '11T09:30 Billing', '11T10:00 Invoices', '12T09:00 Invoices'],
  days: ['10T00:00 ann', '11T00:00 anna', '12T00:00 anna'],
}

describe('names beside ids', () => {
  test('as was: those of the time, and where a period spans a rename, the one that it ended with', async () => {
    const query = { grain: '15', names: 'was' }
    expect(await names('queues', 'queue_name', query)).toEqual(asWas.quarters)
    const days = { grain: 'day', names: 'was' }
    expect(await names('agents', 'agent_name', days)).toEqual(asWas.days)
  })

  test('as is, which is what one gets unasked: the newest', async () => {
    const newest = ['10T00:00 Invoices', '11T00:00 Invoices', '12T00:00 Invoices']
    expect(await names('queues', 'queue_name', { grain: 'day', names: 'is' })).toEqual(newest)
    expect(await names('queues', 'queue_name', { grain: 'day' })).toEqual(newest)
  })

  test('in CSV too', async () => {
    const answer = await ask(
      '/v1/intervals/queues?from=2026-03-10&to=2026-03-14&grain=day&names=was&format=csv',
    )
    const [head = '', ...lines] = answer.body.trimEnd().split('\r\n')
    const place = head.split(',').indexOf('queue_name')
    expect(lines.map((line) => line.split(',')[place])).toEqual(['Billing', 'Invoices', 'Invoices'])
  })
})

test('the SQL that is documented tells the same', async () => {
  const text = readFileSync(join(import.meta.dirname, '../../../docs/names.md'), 'utf8')
  const examples = [...text.matchAll(/```sql\n([^`]+)```/g)].map(([, sql = '']) => sql)
  const found = await Promise.all(
    examples.map((sql) => hub.warehouse.query<{ queue_name: string }>(sql)),
  )
  expect(found.map((rows) => rows.map((row) => row.queue_name))).toEqual([
    ['Billing', 'Billing', 'Invoices', 'Invoices'],
    ['Invoices', 'Invoices', 'Invoices', 'Invoices'],
  ])
})

async function dimension(path: string) {
  return dimensionSchema.parse((await ask(`/v1/dimensions/${path}`)).json()).rows
}

describe('dimensions', () => {
  const deleted = { isDeleted: true, deletedAt: '2026-03-13T09:00:00.000Z' }

  test('have their history', async () => {
    const renamed = '2026-03-11T10:07:00.000Z'
    const own = { workspace: 'WS1', id: 'WQ1', expression: null, ...deleted }
    expect(await dimension('queues')).toEqual([
      {
        ...{ ...own, name: 'Billing', since: '2026-03-10T14:01:00.000Z', until: renamed },
        isCurrent: false,
      },
      { ...own, name: 'Invoices', since: renamed, until: null, isCurrent: true },
    ])
    expect(await dimension('workers?id=WK2')).toEqual([])
    expect(await dimension('activities')).toMatchObject([{ name: 'Email', isAvailable: true }])
    expect(await dimension('workflows?id=WW1')).toMatchObject([{ name: 'Calls' }])
  })

  test('are as they were at an instant', async () => {
    const nameAt = async (time: string) =>
      (await dimension(`queues?at=2026-03-${time}`)).map(({ name, isDeleted }) => [name, isDeleted])
    expect(await nameAt('10T14:00:59Z')).toEqual([])
    expect(await nameAt('11T10:06:59.999Z')).toEqual([['Billing', false]])
    expect(await nameAt('11T10:07:00Z')).toEqual([['Invoices', false]])
    expect(await nameAt('13T09:00:00Z')).toEqual([['Invoices', true]])
  })
})

test.each([
  ['/v1/dimensions/teams', ['dimension']],
  ['/v1/dimensions/queues?at=yesterday', ['at']],
  ['/v1/dimensions/queues?when=2026-03-10', ['when']],
  ['/v1/intervals/queues?from=2026-03-10&to=2026-03-11&names=then', ['names']],
])('%s is told what is wrong', async (url, fields) => {
  const answer = await ask(url)
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  const { errors = [] } = problemSchema.parse(answer.json())
  expect(errors.map(({ field }) => field)).toEqual(fields)
})

test('the choices are named', async () => {
  const { errors } = problemSchema.parse((await ask('/v1/dimensions/teams')).json())
  expect(errors?.[0]?.choices).toEqual(['workers', 'queues', 'activities', 'workflows'])
})

test('a rebuild tells the same names', async () => {
  const { isSame } = await rebuild({
    ...{ log: hub.log, warehouse: hub.warehouse, runner: hub.runner, clock: systemClock },
    ...{ stateFolder: hub.stateFolder, logger: silentLogger, onProgress: () => undefined },
  })
  expect(isSame).toBe(true)
  const query = { grain: '15', names: 'was' }
  expect(await names('queues', 'queue_name', query)).toEqual(asWas.quarters)
})

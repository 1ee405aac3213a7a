import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'node:querystring'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { explainedCellSchema, explainedEventSchema } from '../../schemas/feeds/explain.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { twilioCallbackSchema } from '../../schemas/inbound/twilio-callback.ts'
import { intervalMetrics, intervalTables } from '../../schemas/metrics/catalogue.ts'
import { normaliseTaskRouter } from '../../services/ingest/sources/twilio-taskrouter.ts'
import { explain, readKnowledge, storedValue } from '../../services/runner/explain.ts'
import { foldAll } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { runCli } from '../support/terminal.ts'

const folder = join(import.meta.dirname, '../fixtures/twilio')
const asOf = Date.parse('2026-03-10T20:00:00Z')

const { scenarios } = z
  .object({
    scenarios: z.record(
      z.string(),
      z.object({ files: z.array(z.object({ file: z.string(), timestamp_ms: z.number() })) }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(folder, 'scenarios.json'), 'utf8')))

/** The recorded callbacks of all scenarios, as the ledger has them. */
const events: readonly LedgerEvent[] = Object.values(scenarios)
  .flatMap(({ files }) => files)
  .filter(({ file }) => file.startsWith('taskrouter-callbacks/'))
  .flatMap(({ file, timestamp_ms: at }) => {
    const form = { ...parse(readFileSync(join(folder, file), 'utf8')) }
    const verdict = normaliseTaskRouter(twilioCallbackSchema.parse(form), at + 150)
    return verdict.kind === 'understood' ? verdict.events : []
  })

const answer = events.find(({ type }) => type === 'reservation.accepted')
const { queue, queueName, worker, workerName, channel } = answer ?? {}
const interval = new Date(Math.floor((answer?.at ?? 0) / 900_000) * 900_000).toISOString()

let hub: HubWithTables
beforeAll(async () => {
  hub = await openHubWithTables()
  await hub.tell([...events, hubEvent({ type: 'clock.ticked', id: 'tick', at: asOf })])
}, 180_000)
afterAll(async () => {
  await hub.close()
})

const ask = (url: string) => hub.app.inject({ url, headers: { host: 'localhost' } })
const question = (parts: Readonly<Record<string, string | null | undefined>>) => {
  const given = Object.entries(parts).map(([name, value]): [string, string] => [name, value ?? ''])
  return `/v1/explain?${new URLSearchParams(given).toString()}`
}

/** What the queue answered in the interval, in a ledger without some of the events. */
function answeredWithout(id: string): number {
  const rows = foldAll(
    events.filter((event) => event.id !== id),
    asOf,
  ).get('queue_intervals')
  return (rows ?? [])
    .filter((row) => row['queue'] === queue && row['interval_start'] === Date.parse(interval))
    .reduce((sum, row) => sum + Number(row['answered_count'] ?? 0), 0)
}

test('the events behind a number are those that change it when they are taken out of a copy', async () => {
  const response = await ask(question({ kind: 'queue', queue, interval, metric: 'answered' }))
  const cell = explainedCellSchema.parse(response.json())
  expect(cell).toMatchObject({ table: 'queue_intervals', metric: 'answered_count', isWhole: true })
  expect(cell.stored).toBe(cell.recomputed)
  expect(cell.stored).toBe(answeredWithout(''))
  const behind = new Set(cell.events.map(({ id }) => id))
  expect(behind).toContain(answer?.id)
  const tasks = new Set(cell.shares.map(({ entity }) => entity))
  for (const { id } of events.filter(({ task }) => task !== null && tasks.has(task))) {
    expect(answeredWithout(id) !== cell.stored, id).toBe(behind.has(id))
  }
})

test('every number of every interval table is what the ledger folds to by way of its candidates', async () => {
  const knowledge = await readKnowledge(hub.warehouse)
  let compared = 0
  for (const table of intervalTables) {
    const rows = await hub.warehouse.query(
      `SELECT *, toUnixTimestamp64Milli(interval_start) AS begins FROM v_${table} ORDER BY ALL LIMIT 40`,
      {},
    )
    for (const row of z.array(z.record(z.string(), z.unknown())).parse(rows)) {
      const names = ['agent', 'queue', 'channel', 'direction', 'activity']
      const key = Object.fromEntries(
        names.flatMap((name) => (name in row ? [[name, String(row[name])]] : [])),
      )
      for (const metric of intervalMetrics[table]) {
        if ([row[metric.name]].flat().every((value) => Number(value) === 0)) continue
        if (compared++ % 23 !== 0) continue
        const cell = { table, key, from: Number(row['begins']), metric }
        const { value } = await explain(hub.warehouse, cell, knowledge, asOf)
        const label = JSON.stringify({ ...cell, metric: metric.name })
        expect(value, label).toEqual(await storedValue(hub.warehouse, cell))
      }
    }
  }
  expect(compared).toBeGreaterThan(100)
})

describe('the way back', () => {
  test('an event lists the numbers that it is behind', async () => {
    const response = await ask(`/v1/explain/events/${answer?.id ?? ''}`)
    const { event, cells } = explainedEventSchema.parse(response.json())
    expect(event).toMatchObject({ id: answer?.id, type: 'reservation.accepted' })
    const own = cells.filter((cell) => cell.metric === 'answered_count')
    expect(own).toContainEqual(
      expect.objectContaining({ table: 'queue_intervals', interval, share: 1, without: 0 }),
    )
    expect(new Set(cells.map(({ table }) => table))).toContain('agent_queue_intervals')
  })

  test('an event that there is not is told', async () => {
    const response = await ask('/v1/explain/events/EV0')
    expect(response.statusCode).toBe(404)
  })
})

describe('the command', () => {
  const run = (...argv: readonly string[]) =>
    runCli(['explain', ...argv], { LEDGERLINE_PORT: new URL(hub.url).port })

  test('takes names, and shows the number with its events', async () => {
    const { out, err, exitCode } = await run('queue', queueName ?? '', interval, 'answered')
    expect({ err, exitCode }).toEqual({ err: '', exitCode: 0 })
    expect(out).toContain(`answered_count of ${queue ?? ''}`)
    expect(out).toContain(answer?.id)
  })

  test('knows agents, and narrows to a channel', async () => {
    const { out, exitCode } = await run(
      ...['agent', workerName ?? '', interval, 'offers_accepted'],
      ...['--channel', channel ?? '', '--json'],
    )
    expect(exitCode).toBe(0)
    const cell = explainedCellSchema.parse(JSON.parse(out))
    expect(cell).toMatchObject({ table: 'agent_queue_intervals', key: { agent: worker, channel } })
    expect(cell.events.map(({ id }) => id)).toContain(answer?.id)
  })

  test('shows the numbers behind which an event is', async () => {
    const { out, exitCode } = await run('event', answer?.id ?? '')
    expect(exitCode).toBe(0)
    expect(out).toMatch(/queue_intervals .* answered_count/)
  })

  test('says what is wrong, with the choices', async () => {
    const kind = await run('team', 'x')
    expect(kind.exitCode).toBe(2)
    expect(kind.err).toContain('there is no team to explain: queue, agent, conversation or event')
    const metric = await run('queue', queueName ?? '', interval, 'awnsered')
    expect(metric.exitCode).toBe(1)
    expect(metric.err).toContain('answered_count')
  })
})

test('everything that is wrong with a question is told at once, with what would be right', async () => {
  const response = await ask(
    question({ kind: 'queue', queue: 'billign', interval: '2026-03-10T09:07Z', metric: 'talk' }),
  )
  const { errors } = problemSchema.parse(response.json())
  expect(response.statusCode).toBe(400)
  expect(errors?.map(({ field }) => field)).toEqual(['interval', 'metric', 'queue'])
  expect(errors?.[0]?.choices).toEqual(['2026-03-10T09:00:00.000Z', '2026-03-10T09:15:00.000Z'])
  const misplaced = await ask(
    question({ kind: 'queue', queue, agent: worker, interval, metric: 'answered', zone: 'UTC' }),
  )
  expect(problemSchema.parse(misplaced.json()).errors?.[0]?.field).toBe('agent')
})

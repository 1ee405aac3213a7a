import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'node:querystring'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { twilioCallbackSchema } from '../../../schemas/inbound/twilio-callback.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { normaliseTaskRouter } from '../../../services/ingest/sources/twilio-taskrouter.ts'
import { readEventStreams } from '../../../services/ingest/sources/twilio-event-streams.ts'
import { foldAll, type PlainRow } from '../../support/fold-all.ts'
import { nameRows } from '../../support/table-rows.ts'

const folder = join(import.meta.dirname, '../../fixtures/twilio')
const asOf = Date.parse('2026-03-10T20:00:00.000Z')

const scenarios = z
  .object({
    scenarios: z.record(
      z.string(),
      z.object({
        files: z.array(z.object({ file: z.string(), timestamp_ms: z.number() })),
        expected: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(join(folder, 'scenarios.json'), 'utf8'))).scenarios

/** What the folds make of a scenario's callbacks, and what is expected of it. */
function played(name: string) {
  const scenario = scenarios[name]
  if (scenario === undefined) throw new Error(`no scenario ${name}`)
  const events = scenario.files.flatMap(({ file, timestamp_ms }) => callback(file, timestamp_ms))
  const rows = foldAll(events, asOf)
  const of = (table: string) => rows.get(table) ?? []
  return { events, expected: scenario.expected, of, one: (table: string) => of(table)[0] ?? {} }
}

function callback(file: string, at: number): readonly LedgerEvent[] {
  const form = twilioCallbackSchema.parse({
    ...parse(readFileSync(join(folder, file), 'utf8')),
  })
  const verdict = normaliseTaskRouter(form, at + 150)
  if (verdict.kind === 'refused') throw new Error(`${file} is refused`)
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

const sum = (rows: readonly PlainRow[], ...names: string[]) =>
  rows.reduce((total, row) => names.reduce((part, name) => part + Number(row[name] ?? 0), total), 0)

test('voice-life: one inbound call, answered, with wrap-up', () => {
  const { expected, of, one } = played('voice-life')
  expect(one('segments')).toMatchObject({
    ring_ms: expected['ring_ms'],
    talk_ms: expected['talk_ms'],
    acw_ms: expected['wrap_ms'],
  })
  expect(one('queue_visits')).toMatchObject({
    wait_ms: expected['wait_until_accepted_ms'],
    disposition: 'answered',
  })
  const contact = one('contacts')
  expect(Number(contact['first_answered_at']) - Number(contact['created_at'])).toBe(
    expected['task_created_until_accepted_ms'],
  )
  expect(sum(of('queue_intervals'), 'handle_wce_ms')).toBe(expected['handle_ms'])
  expect(sum(of('queue_intervals'), 'offered_count')).toBe(expected['offered'])
  expect(sum(of('queue_intervals'), 'handled_count')).toBe(expected['handled'])
})

test('voice-life by Event Streams, and by both roads in disorder, is the same call', () => {
  const { events, of } = played('voice-life')
  const read = (file: string) =>
    readEventStreams(readFileSync(join(folder, 'event-streams', file)), asOf).judged.flatMap(
      ({ verdict }) => (verdict.kind === 'understood' ? verdict.events : []),
    )
  const streamed = read('taskrouter_voice_life_batch.json')
  const disordered = read('taskrouter_out_of_order_with_duplicates.json')
  expect(nameRows(foldAll(streamed, asOf).get('segments') ?? [])).toEqual(nameRows(of('segments')))
  const both = [...disordered, ...streamed, ...events, ...disordered]
  expect(foldAll(both, asOf).get('queue_intervals')).toEqual(of('queue_intervals'))
})

test('voice-abandoned-in-queue: the caller hangs up while waiting', () => {
  const { expected, of, one } = played('voice-abandoned-in-queue')
  expect(one('queue_visits')).toMatchObject({
    wait_ms: expected['wait_until_abandon_ms'],
    disposition: 'abandoned',
  })
  expect(sum(of('queue_intervals'), 'abandoned_count')).toBe(expected['abandoned'])
  expect(sum(of('queue_intervals'), 'handled_count')).toBe(expected['handled'])
})

test('voice-abandoned-while-ringing: abandoned, and the offer canceled', () => {
  const { expected, of, one } = played('voice-abandoned-while-ringing')
  expect(one('queue_visits')).toMatchObject({ disposition: 'abandoned' })
  expect(sum(of('queue_intervals'), 'abandoned_count')).toBe(expected['abandoned'])
  expect(sum(of('queue_intervals'), 'offers_canceled_count')).toBe(1)
})

test('voice-rejected-timeout-reserved-again: two visits, three offers, one answer', () => {
  const { expected, of } = played('voice-rejected-timeout-reserved-again')
  const visits = of('queue_visits')
  expect(visits.map((visit) => visit['disposition'])).toEqual(['flowed_out_timeout', 'answered'])
  expect(visits[1]?.['wait_ms']).toBe(6_793)
  const reservations = z.record(z.string(), z.number()).parse(expected['reservations'])
  const found = of('queue_intervals')
  expect(sum(found, 'offers_created_count')).toBe(reservations['created'])
  expect(sum(found, 'offers_rejected_count')).toBe(reservations['rejected'])
  expect(sum(found, 'offers_timed_out_count')).toBe(reservations['timeout'])
  expect(sum(found, 'offers_accepted_count')).toBe(reservations['accepted'])
  const [contact = {}] = of('contacts')
  expect(Number(contact['first_answered_at']) - Number(contact['created_at'])).toBe(
    expected['wait_since_task_created_ms'],
  )
  expect(contact).toMatchObject({ talk_ms: expected['talk_ms'], acw_ms: expected['wrap_ms'] })
  expect(of('agent_states').filter((state) => state['is_open'] === true)).toMatchObject([
    { state: 'offline' },
  ])
})

test('voice-cold-transfer: one task, two legs, each with its own queue', () => {
  const { events, expected, of } = played('voice-cold-transfer')
  const legs = z.array(z.record(z.string(), z.unknown())).parse(expected['segments'])
  expect(of('segments').map((leg) => [leg['talk_ms'], leg['acw_ms']])).toEqual(
    legs.map((leg) => [leg['talk_ms'], leg['wrap_ms']]),
  )
  const [first, second] = of('segments')
  expect(first?.['queue']).not.toBe(second?.['queue'])
  const at = Date.parse('2026-03-10T15:04:35.000Z')
  const live = of('segments').filter(
    (leg) => Number(leg['accepted_at']) <= at && Number(leg['ended_at']) > at,
  )
  expect(live).toHaveLength(2)
  // The scenario counts the second wait from `task-queue.entered`. The visit begins 102 ms earlier, with the transfer that
  // sent the caller there: it is the caller's wait (ruling U22).
  const entered = events.findLast(({ type }) => type === 'task-queue.entered')?.at ?? 0
  expect(Number(second?.['accepted_at']) - entered).toBe(legs[1]?.['wait_ms'])
  expect(of('queue_visits')[1]).toMatchObject({ entry: 'transfer', wait_ms: 20_508 + 102 })
})

test('voice-warm-transfer-rejected: the transfer failed, and the task lives on', () => {
  const { of, events } = played('voice-warm-transfer-rejected')
  expect(events.at(-1)).toMatchObject({ type: 'task.transfer-failed', status: 'assigned' })
  expect(of('contacts')).toMatchObject([{ is_open: true }])
  expect(of('segments')).toMatchObject([{ offer_outcome: 'rejected' }])
  expect(sum(of('queue_intervals'), 'transfers_failed_count')).toBe(1)
})

test('chat-multitasking: concurrency and focus of three chats at once', () => {
  const { expected, of } = played('chat-multitasking')
  expect(of('queue_visits').map((visit) => visit['wait_ms'])).toContain(
    expected['third_chat_wait_ms'],
  )
  const agents = of('agent_queue_intervals')
  expect(sum(agents, 'handle_wce_ms')).toBe(expected['sum_of_task_handle_ms'])
  expect(agents.reduce((total, row) => total + Number(row['focus_tti_ms'] ?? 0), 0)).toBe(
    expected['worker_busy_wallclock_ms'],
  )
  expect(Math.max(...of('agent_intervals').map((row) => Number(row['concurrency_max'])))).toBe(
    expected['capacity'],
  )
})

test('worker-day: how long each activity lasted, from creation to deletion', () => {
  const { expected, of } = played('worker-day')
  const durations: Record<string, number> = {}
  for (const { activity_name, started_at, ended_at } of of('agent_states')) {
    const name = String(activity_name)
    durations[name] = (durations[name] ?? 0) + Number(ended_at) - Number(started_at)
  }
  const { 'Offline (before shift)': beforeShift, ...rest } = z
    .record(z.string(), z.number())
    .parse(expected['durations_ms'])
  expect(durations).toMatchObject(rest)
  const [first] = of('agent_states')
  expect(Number(first?.['ended_at']) - Number(first?.['started_at'])).toBe(beforeShift)
})

test.each(['edges', 'configuration'])('%s: every single event is taken in', (name) => {
  const { events } = played(name)
  expect(events.length).toBeGreaterThanOrEqual(scenarios[name]?.files.length ?? Infinity)
  expect(events.every(({ type }) => type !== 'unknown')).toBe(true)
})

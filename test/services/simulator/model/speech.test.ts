import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createCentre } from '../../../../services/simulator/model/create-centre.ts'
import { isOfTaskRouter, type SaidEvent } from '../../../../services/simulator/model/happening.ts'
import type { ConferenceProgress } from '../../../../services/simulator/model/said-in-calls.ts'
import { openSimulation } from '../../../../services/simulator/model/simulation.ts'
import { sourceNames } from '../../../../services/simulator/model/sources.ts'
import { toCallback, toFormBody } from '../../../../services/simulator/wire/callback.ts'
import { dayStartsAt, eventful, simulateDay } from '../../../support/simulated-day.ts'

const day = simulateDay({ seed: 'speech', agents: 40, behaviour: eventful, sources: sourceNames })
const { happenings, events, simulation } = day
const { chronicle } = simulation
const said = happenings.filter((one): one is SaidEvent => !isOfTaskRouter(one))

describe('determinism', () => {
  test('the same seed says the same, word for word', () => {
    const digest = (seed: string): string => {
      const own = simulateDay({ seed, hours: 13, sources: sourceNames })
      return createHash('sha256').update(JSON.stringify(own.happenings)).digest('hex')
    }
    expect(digest('a')).toBe(digest('a'))
    expect(digest('a')).not.toBe(digest('b'))
  })

  test('TaskRouter alone says what it has always said', () => {
    // Figures in the documents, and runs that are compared with earlier ones, are of these very bytes.
    const centre = createCentre({ seed: 'always', agents: 16 })
    const startAt = dayStartsAt + 9 * 3_600_000
    const options = { centre, seed: 'always', startAt, endAt: startAt + 3 * 3_600_000 }
    const hash = createHash('sha256')
    for (const event of openSimulation(options).events) {
      hash.update(toFormBody(toCallback(event, centre)))
    }
    expect(hash.digest('hex')).toBe(
      '3ba4cb3577678540239286ef29a70568ce023592e10ca221df01f3454e1ba932',
    )
  })

  test('who is not asked to speak says nothing', () => {
    const own = simulateDay({ seed: 'speech', hours: 13, sources: ['taskrouter', 'studio'] })
    const sources = own.happenings.map((one) => (isOfTaskRouter(one) ? 'taskrouter' : one.source))
    expect([...new Set(sources)].sort()).toEqual(['studio', 'taskrouter'])
    expect(own.simulation.chronicle.tasks.every((task) => task.customerHolds.length === 0)).toBe(
      true,
    )
  })
})

describe('a day of which all sources tell', () => {
  test('what is said comes in the order of time, inside the stretch, each with an id of its own', () => {
    const { startAt, endAt } = simulation.options
    const strays = happenings.filter(
      ({ at }, index) => at < (happenings[index - 1]?.at ?? startAt) || at >= endAt,
    )
    expect(strays).toEqual([])
    expect(new Set(happenings.map(({ sid }) => sid)).size).toBe(happenings.length)
  })

  test('everything that can be said is said', () => {
    const seen = new Set(said.map(({ source, type }) => `${source} ${type}`))
    expect(sayings.filter((one) => !seen.has(one))).toEqual([])
    expect([...seen].filter((one) => !sayings.includes(one))).toEqual([])
  })

  test('a call is told of from its first ring to its end, counted from 0', () => {
    const calls = grouped(
      said.flatMap((one) => (one.source === 'voice' && 'sequence' in one ? [one] : [])),
      (one) => ('call' in one ? one.call.sid : one.conference.sid),
    )
    expect(calls.size).toBeGreaterThan(500)
    for (const all of calls.values()) {
      const first = all[0]?.type === 'call.initiated' ? 0 : 1
      expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => first + index))
      expect(all.filter(({ type }) => type === 'call.completed').length).toBeLessThanOrEqual(1)
      const end = all.findIndex(
        ({ type }) => type === 'call.completed' || type === 'conference-end',
      )
      if (end >= 0) expect(end).toBe(all.length - 1)
    }
  })

  test('a customer is put on hold and taken back in turn, while he is in the conference', () => {
    const conferences = grouped(
      said.flatMap((one) => ('conference' in one && one.source === 'voice' ? [one] : [])),
      ({ conference }) => conference.sid,
    )
    let openHolds = 0
    for (const all of conferences.values()) {
      let state: 'away' | 'there' | 'held' = 'away'
      const customer = customerOf(all)
      for (const { type, participant, at } of all) {
        if (participant?.call !== customer || customer === undefined) continue
        if (type === 'participant-join') state = 'there'
        if (type === 'participant-hold') {
          expect(state).toBe('there')
          expect(at % 1000).toBe(0)
          state = 'held'
        }
        if (type === 'participant-unhold') {
          expect(state).toBe('held')
          state = 'there'
        }
        if (type === 'participant-leave') {
          if (state === 'held') openHolds++
          state = 'away'
        }
      }
    }
    expect(openHolds).toBeGreaterThan(5)
    const recorded = chronicle.tasks.flatMap(({ customerHolds }) => customerHolds)
    const told = said.filter(({ type }) => type === 'participant-hold')
    expect(recorded.length).toBe(told.length)
  })

  test('what Voice Insights tells of holds is what the callbacks have told', () => {
    const holds = (sid: string, type: string): number[] =>
      said.flatMap((one) =>
        one.source === 'voice' &&
        one.type === type &&
        'conference' in one &&
        one.conference.sid === sid
          ? [one.at]
          : [],
      )
    const summaries = said.flatMap((one) =>
      one.type === 'conference-participant-summary' && one.holds.length > 0 ? [one] : [],
    )
    expect(summaries.length).toBeGreaterThan(20)
    for (const { conference, holds: summed, unholds, leftAt, at } of summaries.slice(0, 60)) {
      expect(summed).toEqual(holds(conference, 'participant-hold'))
      expect(unholds).toEqual(holds(conference, 'participant-unhold'))
      expect(at - leftAt).toBeGreaterThanOrEqual(600_000)
      expect(at - leftAt).toBeLessThanOrEqual(1_800_000)
    }
  })

  test('whoever is content with the menu is in no task; all others have been through it first', () => {
    const started = said.flatMap((one) => (one.type === 'execution.started' ? [one] : []))
    const tasks = events.filter(({ type }) => type === 'task.created')
    const contactOf = (text: string): string | undefined =>
      /"(?:call_sid|conversationSid)":"((?:CA|CH)[0-9a-f]{32})"/.exec(text)?.[1]
    const created = new Map(
      tasks.map(({ task, at }) => [contactOf(task?.attributes ?? '') ?? '', at] as const).reverse(),
    )
    const contained = chronicle.contacts.filter(
      ({ tasks: own, endedAt }) => own.length === 0 && endedAt !== null,
    )
    expect(contained.length).toBeGreaterThan(100)
    for (const { sid } of contained) expect(created.has(sid)).toBe(false)
    const late = started.filter(({ flow, at }) => at > (created.get(flow.startedBy) ?? Infinity))
    expect(late).toEqual([])
  })

  test('a second task of a conversation is a transfer, or its customer has come back', () => {
    const entries = new Map<string, string>()
    for (const { task, entry } of chronicle.visits) {
      if (!entries.has(task.sid)) entries.set(task.sid, entry)
    }
    const seen = { transfer: 0, new: 0 }
    for (const { kind, tasks } of chronicle.contacts) {
      if (kind !== 'conversation') continue
      for (const [index, task] of tasks.entries()) {
        const before = tasks[index - 1]
        const entry = entries.get(task.sid)
        if (before === undefined || entry === undefined) continue
        const isNear = before.endedAt === null || task.createdAt - before.endedAt <= 30_000
        expect(entry).toBe(isNear ? 'transfer' : 'new')
        seen[isNear ? 'transfer' : 'new']++
      }
    }
    expect(seen.transfer).toBeGreaterThan(10)
    expect(seen.new).toBeGreaterThan(10)
  })

  test('in a conversation one line is written at a time, and none after its end', () => {
    for (const { messages, endedAt, startedAt } of chronicle.contacts) {
      const times = messages.map(({ at }) => at)
      expect(new Set(times).size).toBe(times.length)
      expect(times).toEqual([...times].sort((one, other) => one - other))
      expect(times[0] ?? Infinity).toBeGreaterThan(startedAt)
      expect(times.at(-1) ?? 0).toBeLessThanOrEqual(endedAt ?? Infinity)
    }
  })
})

/** The one who is in it from the first to the last, by whatever name. */
function customerOf(all: readonly ConferenceProgress[]): string | undefined {
  const held = all.find(({ type }) => type === 'participant-hold')
  return held?.participant?.call
}

function grouped<T>(items: readonly T[], by: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item])
  return groups
}

const sayings = [
  ...['initiated', 'ringing', 'answered', 'completed'].map((type) => `voice call.${type}`),
  ...['start', 'end'].map((type) => `voice conference-${type}`),
  ...['join', 'leave', 'hold', 'unhold'].map((type) => `voice participant-${type}`),
  'voice recording.completed',
  'insights call-summary',
  'insights conference-participant-summary',
  ...['execution.started', 'step.ended', 'execution.ended'].map((type) => `studio ${type}`),
  'conversations conversation.added',
  'conversations participant.added',
  'conversations participant.removed',
  'conversations message.added',
  'conversations delivery.updated',
  'conversations state.updated',
  'messaging text.status',
  'messaging text.received',
  'intelligence operator.result',
  'error-logs error.logged',
  ...['processed', 'delivered', 'deferred', 'bounce', 'open', 'click'].map(
    (type) => `sendgrid ${type}`,
  ),
  ...['identify', 'page', 'track', 'alias'].map((type) => `segment ${type}`),
]

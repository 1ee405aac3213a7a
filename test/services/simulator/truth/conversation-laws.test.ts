import { describe, expect, test } from 'vitest'
import { sourceNames } from '../../../../services/simulator/model/sources.ts'
import { expectedRows } from '../../../../services/simulator/truth/expected-rows.ts'
import { expectedJourneys } from '../../../../services/simulator/truth/journeys.ts'
import type { ConversationRow } from '../../../../services/simulator/truth/row.ts'
import { dayStartsAt, eventful, simulateDay } from '../../../support/simulated-day.ts'

const hourMs = 3_600_000
const { simulation } = simulateDay({ seed: 'laws', behaviour: eventful, sources: sourceNames })
const { chronicle } = simulation
const conversations = chronicle.contacts.filter(({ kind }) => kind === 'conversation')

describe.each([24 * hourMs, 13 * hourMs + 7 * 60_000 + 123])('%i ms after its beginning', (ms) => {
  const asOf = dayStartsAt + ms
  const rows = expectedRows(chronicle, asOf).conversation_intervals
  const total = (column: keyof Numbers): number => rows.reduce((sum, row) => sum + row[column], 0)
  const begun = conversations.filter(({ startedAt }) => startedAt < asOf)
  const messages = begun.flatMap((one) => one.messages.filter(({ at }) => at < asOf))
  const written = (author: string): number =>
    messages.filter((message) => message.author === author).length

  test('every conversation and every message is counted once', () => {
    expect(begun.length).toBeGreaterThan(100)
    expect(total('conversations_started_count')).toBe(begun.length)
    const ended = begun.filter(({ endedAt }) => endedAt !== null && endedAt < asOf)
    expect(total('conversations_ended_count')).toBe(ended.length)
    expect(total('messages_customer_count')).toBe(written('customer'))
    expect(total('messages_agent_count')).toBe(written('agent'))
    expect(total('messages_bot_count')).toBe(written('bot'))
  })

  test('nobody is answered more often than he has written, or first more often than once', () => {
    expect(total('first_response_count')).toBeLessThanOrEqual(begun.length)
    expect(total('agent_response_count')).toBeLessThanOrEqual(written('customer'))
    expect(total('customer_response_count')).toBeLessThanOrEqual(written('agent'))
    expect(total('agent_response_ms')).toBeGreaterThanOrEqual(total('first_response_ms'))
  })

  test('who waits for an answer at the end has a conversation open with the last word', () => {
    const last = asOf - (asOf % 900_000 === 0 ? 900_000 : asOf % 900_000)
    const waiting = rows
      .filter((row) => row.interval_start === last)
      .reduce((sum, row) => sum + row.awaiting_agent_eoi_count, 0)
    const open = begun.filter(({ endedAt }) => endedAt === null || endedAt >= asOf)
    const unanswered = open.filter((one) => {
      const people = one.messages.filter(({ at, author }) => at < asOf && author !== 'bot')
      return people.at(-1)?.author === 'customer'
    })
    expect(waiting).toBe(unanswered.length)
  })

  test('a conversation is contained if it ended and no task was made of it', () => {
    const contained = begun.filter(
      ({ endedAt, tasks }) => endedAt !== null && endedAt < asOf && tasks.length === 0,
    )
    expect(contained.length).toBeGreaterThan(10)
    expect(total('conversations_contained_count')).toBe(contained.length)
  })

  test('a person has his names, and a contact its person, once', () => {
    const journeys = expectedJourneys(chronicle, asOf)
    const names = journeys.flatMap(({ identities }) => identities)
    expect(new Set(names).size).toBe(names.length)
    const contacts = journeys.flatMap((journey) => journey.contacts.map(({ contact }) => contact))
    expect(new Set(contacts).size).toBe(contacts.length)
    for (const { contacts: own } of journeys) {
      const starts = own.map(({ startedAt }) => startedAt)
      expect(starts).toEqual([...starts].sort((one, other) => one - other))
    }
  })

  test('no two customers are taken for one, and some are known on every way', () => {
    const customersOf = new Map<string, Set<number>>()
    for (const { customer, names } of chronicle.ties) {
      for (const name of names) {
        customersOf.set(name, (customersOf.get(name) ?? new Set()).add(customer))
      }
    }
    const journeys = expectedJourneys(chronicle, asOf)
    for (const { identities } of journeys) {
      const people = new Set(identities.flatMap((name) => [...(customersOf.get(name) ?? [])]))
      expect(people.size).toBe(1)
    }
    const kinds = journeys.map(
      ({ identities, contacts }) =>
        new Set([
          ...identities.map((name) => name.split(':')[0]),
          ...contacts.map(({ kind }) => kind),
        ]).size,
    )
    // Web, telephone, e-mail and books; by a call and in writing.
    expect(Math.max(...kinds)).toBeGreaterThanOrEqual(6)
  })
})

type Numbers = {
  [
    Name in keyof ConversationRow as ConversationRow[Name] extends number ? Name : never
  ]: ConversationRow[Name]
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { customerId } from '../../../services/projections/customers.ts'
import { compareIdentities } from '../../../services/projections/identity-story.ts'
import { anEvent, foldAll } from '../../support/fold-all.ts'

const start = Date.parse('2026-03-10T14:00:00Z')

const named = (minute: number, ...subjects: string[]): LedgerEvent =>
  anEvent({
    ...{ id: `P${minute}-${subjects.join()}`, type: 'profile.identified', subjects },
    at: start + minute * 60_000,
  })

const user = 'user:42'
const phone = 'phone:+15550101001'
const email = 'email:ann@example.com'
const visitor = 'anonymous:a1'

/** Identity → customers with the minutes from which he was that. */
function customersOf(events: readonly LedgerEvent[]) {
  const rows = foldAll(events, start + 86_400_000).get('customers') ?? []
  const found: Record<string, (readonly [number, string])[]> = {}
  for (const { identity, since, customer } of rows) {
    const list = (found[String(identity)] ??= [])
    list.push([(Number(since) - start) / 60_000, String(customer)])
  }
  return found
}

test('identities that one event names are one customer, by the first of them in order', () => {
  const id = customerId(user)
  expect(customersOf([named(0, phone, user, email)])).toEqual({
    [user]: [[0, id]],
    [phone]: [[0, id]],
    [email]: [[0, id]],
  })
})

test('a visitor becomes the customer whom he turns out to be, and who he was before stays known', () => {
  const events = [named(0, visitor), named(10, visitor, email), named(20, email, user)]
  expect(customersOf(events)[visitor]).toEqual([
    [0, customerId(visitor)],
    [10, customerId(email)],
    [20, customerId(user)],
  ])
})

test('who was the same person all along was never anybody else', () => {
  expect(customersOf([named(5, visitor, user)])[visitor]).toEqual([[5, customerId(user)]])
})

test('those whom nothing links stay two', () => {
  const found = customersOf([named(0, phone), named(1, email)])
  expect(found[phone]).not.toEqual(found[email])
})

test('an id of a customer tells nothing of his identity', () => {
  expect(customerId(phone)).toMatch(/^CU[0-9a-f]{32}$/)
})

test('whoever is linked, over however many others and in whatever order, is one customer', () => {
  const identity = fc.constantFrom(
    'user:1',
    'user:2',
    'phone:+1',
    'phone:+2',
    'email:a@x',
    'anonymous:q',
  )
  const links = fc.array(fc.uniqueArray(identity, { minLength: 1, maxLength: 3 }), { maxLength: 8 })
  fc.assert(
    fc.property(links, (all) => {
      const events = all.map((subjects, minute) => named(minute, ...subjects))
      const now = Object.fromEntries(
        Object.entries(customersOf(events)).map(([name, rows]) => [name, rows.at(-1)?.[1]]),
      )
      for (const group of componentsOf(all)) {
        const [first] = [...group].sort(compareIdentities)
        for (const name of group) expect(now[name]).toBe(customerId(first ?? ''))
      }
    }),
  )
})

/** The other way to find them: join groups until none share a member. */
function componentsOf(links: readonly (readonly string[])[]): readonly ReadonlySet<string>[] {
  let groups: Set<string>[] = []
  for (const link of links) {
    const touching = groups.filter((group) => link.some((name) => group.has(name)))
    const merged = new Set([...link, ...touching.flatMap((group) => [...group])])
    groups = [...groups.filter((group) => !touching.includes(group)), merged]
  }
  return groups
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Span } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import {
  intervalMetrics,
  intervalTables,
  type IntervalTable,
} from '../../schemas/metrics/catalogue.ts'
import { placementsOf, topicOfTable, type Topic } from '../../services/log/topics.ts'
import { nothingKnown } from '../../services/projections/definitions.ts'
import {
  cellsTouched,
  explainCell,
  type Refoldable,
} from '../../services/projections/explanation.ts'
import { refoldable } from '../../services/runner/ledger-part.ts'
import {
  partOfAgent,
  partsOfConversations,
  partsOfTasks,
} from '../../services/runner/ledger-reading.ts'
import { arbitraryLog } from '../support/arbitrary-log.ts'
import {
  endOf,
  intervalMs,
  less,
  readingOf,
  someCell,
  under,
  valueIn,
  type Tables,
} from '../support/explained-log.ts'
import { foldAll } from '../support/fold-all.ts'

function entitiesOf(log: readonly LedgerEvent[], topic: Topic): readonly string[] {
  const keys = log.flatMap((event) =>
    placementsOf(event).flatMap((place) => (place.topic === topic ? [place.key] : [])),
  )
  return [...new Set(keys)]
}

/** Every entity that the table may have rows of. */
async function entities(
  log: readonly LedgerEvent[],
  table: IntervalTable,
  span: Span,
): Promise<readonly Refoldable[]> {
  const topic = topicOfTable[table]
  const [reading, keys] = [readingOf(log), entitiesOf(log, topic)]
  const parts =
    topic === 'ledgerline.tasks'
      ? await partsOfTasks(reading, keys)
      : topic === 'ledgerline.conversations'
        ? await partsOfConversations(reading, keys)
        : await Promise.all(
            keys.map((worker) => {
              const tasks = under(log, topic, [worker]).flatMap(({ task }) => task ?? [])
              return partOfAgent(reading, worker, [...new Set(tasks)], span)
            }),
          )
  return parts.map((part) => refoldable(part, nothingKnown, endOf(log)))
}

test('taking one of the events behind a cell out of the ledger changes the cell, taking another out does not', async () => {
  let removed = 0
  await fc.assert(
    fc.asyncProperty(arbitraryLog, fc.nat(), async (log, seed) => {
      const asOf = endOf(log)
      const tables = foldAll(log, asOf)
      const cell = someCell(tables, seed)
      if (cell === null) return
      const all = await entities(log, cell.table, { from: cell.from, to: cell.from + intervalMs })
      const { value, shares, eventIds } = explainCell(all, cell)
      const stored = valueIn(tables, cell)
      const label = JSON.stringify({ ...cell, metric: cell.metric.name })
      expect(value, label).toEqual(stored)
      const inIt = new Set(shares.map(({ entity }) => entity))
      const theirs = all.flatMap((one) => (inIt.has(one.entity) ? [...one.eventIds] : []))
      for (const id of new Set(theirs)) {
        const changed = valueIn(foldAll(less(log, id), asOf), cell)
        const isOther = JSON.stringify(changed) !== JSON.stringify(stored)
        expect(isOther, `${id} ${label}`).toBe(eventIds.has(id))
        if (isOther) removed++
      }
    }),
    { numRuns: 8 },
  )
  expect(removed).toBeGreaterThan(0)
})

test('the cells that an event touched are those that say something else without it', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryLog, fc.nat(), async (log, seed) => {
      const event = log[seed % Math.max(1, log.length)]
      if (event === undefined) return
      const asOf = endOf(log)
      const [now, without] = [foldAll(log, asOf), foldAll(less(log, event.id), asOf)]
      const touched = new Set<string>()
      for (const topic of new Set(Object.values(topicOfTable))) {
        const table = intervalTables.find((each) => topicOfTable[each] === topic)
        if (table === undefined) continue
        for (const one of await entities(log, table, { from: 0, to: Infinity })) {
          for (const cell of cellsTouched(one, event.id)) touched.add(nameOf(cell))
        }
      }
      expect(differences(now, without).filter((name) => !touched.has(name))).toEqual([])
      const sums = [...touched].filter((name) => !isMaximum(name)).sort()
      expect(differences(now, without).filter((name) => !isMaximum(name))).toEqual(sums)
    }),
    { numRuns: 10 },
  )
})

interface Named {
  readonly table: IntervalTable
  readonly key: Readonly<Record<string, string | number>>
  readonly metric: { readonly name: string }
}

const nameOf = ({ table, key, metric }: Named) =>
  JSON.stringify([table, Object.entries(key).sort(), metric.name])

const maxima = new Set(
  Object.values(intervalMetrics)
    .flat()
    .filter(({ rollUp }) => rollUp === 'max' || rollUp === 'last-max')
    .map(({ name }) => `"${name}"]`),
)
const isMaximum = (name: string) => [...maxima].some((end) => name.endsWith(end))

/** The names of all cells that two sets of tables do not have the same. */
function differences(one: Tables, other: Tables): readonly string[] {
  const [a, b] = [cellsOf(one), cellsOf(other)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((name) => a.get(name) !== b.get(name))
    .sort()
}

function cellsOf(tables: Tables): ReadonlyMap<string, string> {
  const cells = new Map<string, string>()
  for (const table of intervalTables) {
    const names = new Set<string>(intervalMetrics[table].map(({ name }) => name))
    for (const row of tables.get(table) ?? []) {
      const key = Object.fromEntries(Object.entries(row).filter(([name]) => !names.has(name)))
      for (const metric of intervalMetrics[table]) {
        const value = [row[metric.name] ?? 0].flat()
        if (value.every((part) => part === 0)) continue
        const cell = { table, key: key as Named['key'], metric }
        cells.set(nameOf(cell), JSON.stringify(value))
      }
    }
  }
  return cells
}

import { describe, expect, test } from 'vitest'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { expectedRows } from '../../services/simulator/truth/expected-rows.ts'
import { foldAll } from '../support/fold-all.ts'
import { expectLaws } from '../support/laws.ts'
import { eventful, simulateDay } from '../support/simulated-day.ts'
import { ledgerEvents } from '../support/simulated-ledger.ts'
import { nameRows } from '../support/table-rows.ts'

const size = { agents: 24, queues: 10 }

/** Two answers to one day: the folds', from the webhooks, and the simulator's own, from what it did. */
describe.each([
  { name: 'an ordinary day', day: { seed: 'ordinary' } },
  {
    name: 'a day on which everything rare happens',
    day: { seed: 'eventful', behaviour: eventful },
  },
  {
    name: 'a morning that is still going on',
    day: { seed: 'morning', hours: 11, behaviour: eventful },
  },
])('$name', ({ day }) => {
  const { simulation, events } = simulateDay({ ...size, ...day })
  const centre = createCentre({ ...size, seed: day.seed })
  const last = events.at(-1)?.at ?? 0
  const asOf = last + 3_600_000
  const rows = foldAll(
    events.flatMap((event) => ledgerEvents(event, centre)),
    asOf,
  )

  test.each(Object.keys(intervalMetrics))('%s has exactly the rows of the simulator', (table) => {
    const truth: Readonly<Record<string, readonly object[]>> = {
      ...expectedRows(simulation.chronicle, asOf),
    }
    const expected = (truth[table] ?? []).map((row) => ({ ...row }))
    expect(nameRows(rows.get(table) ?? [], ['workspace'])).toEqual(
      nameRows(expected, ['workspace']),
    )
  })

  test('the laws of conservation hold', () => {
    expectLaws(rows, asOf)
  })
})

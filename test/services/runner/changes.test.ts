import { expect, test } from 'vitest'
import { noContribution, type Contribution } from '../../../services/projections/projection.ts'
import { createRowSums } from '../../../services/projections/row-sums.ts'
import { noChanges, noteContribution } from '../../../services/runner/changes.ts'

test('a row that several make bears the version of the latest, in whatever order they are noted', () => {
  for (const versions of [
    [7, 9],
    [9, 7],
  ]) {
    const changes = noChanges()
    const sums = createRowSums()
    for (const version of versions) {
      const passage = { before: noContribution, between: [], after: oneOffered }
      noteContribution(changes, passage, sums, 0, version)
    }
    expect([...changes.rows.values()]).toMatchObject([{ version: 9, values: { offered_count: 2 } }])
  }
})

const key = { workspace: 'WS1', queue: 'WQ1', interval_start: 0 }
const cell = { table: 'queue_intervals', key, values: { offered_count: 1 } } as const
const oneOffered: Contribution = { ...noContribution, cells: new Map([['a row', cell]]) }

import { expect, test } from 'vitest'
import { toStretch } from '../../../services/live/whatif-stretch.ts'
import { readRoutingFile } from '../../../services/whatif/routing-file.ts'
import { toRoutingTable } from '../../../services/whatif/routing-table.ts'
import { prepareWhatIf } from '../../../services/whatif/whatif.ts'
import { dayStartsAt, simulateDay } from '../../support/simulated-day.ts'
import { rowsWithin, simulatedRows } from '../../support/simulated-rows.ts'
import { twilioConfig } from '../../../services/simulator/wire/configuration.ts'

// The simulator routes by code of its own, and its agents transfer, ring out, go on breaks and leave early. A working day of
// its centre, replayed by what the tables would tell of it.

const hourMs = 3_600_000
const day = simulateDay({
  ...{ seed: 'what if', agents: 60, queues: 10, hours: 16 },
  behaviour: { administration: 0, deletedWorker: 0 },
})
const { centre } = day.simulation.options
const counted = { from: dayStartsAt + 9 * hourMs, to: dayStartsAt + 15 * hourMs }
const replayed = { from: counted.from - hourMs, to: counted.to + hourMs }

/** Three replays beside what the chronicle says. */
function compared() {
  const stretch = toStretch(
    rowsWithin(simulatedRows(day), replayed.from, replayed.to),
    counted,
    replayed,
  )
  const file = readRoutingFile(twilioConfig(centre))
  if (file.kind === 'refused') throw new Error(JSON.stringify(file.faults))
  const routing = toRoutingTable({
    ...{ file: file.value, contacts: stretch.contacts },
    ...{ recordedQueues: [], recordedWorkflows: new Map() },
  })
  if (routing.kind === 'refused') throw new Error(JSON.stringify(routing.faults))
  const reading = prepareWhatIf({
    ...{ stretch, routing: routing.table, staff: [], seed: 'a day' },
    thresholdsOf: () => ({ slMs: 20_000, shortMs: 5_000 }),
  })
  if (reading.kind !== 'ready') throw new Error(reading.kind)
  const { whatIf } = reading
  return whatIf.compare([0, 1, 2].map((run) => whatIf.run(run)))
}

test('a day that is replayed as it was routed comes close to what happened', () => {
  const result = compared()
  const total = (name: string) => {
    const found = result.total.find((one) => one.name === name)
    return { was: found?.recorded ?? NaN, is: found?.replayed?.mean ?? NaN }
  }
  const off = (name: string) => Math.abs(total(name).is - total(name).was)
  expect(total('offered_count').was).toBeGreaterThan(1500)
  expect(off('sl_ex_short')).toBeLessThan(0.02)
  expect(off('abandon_rate')).toBeLessThan(0.015)
  expect(off('occupancy')).toBeLessThan(0.03)
  expect(off('asa_ms')).toBeLessThan(0.1 * total('asa_ms').was)
  expect(off('wait_p90_ms')).toBeLessThan(0.25 * total('wait_p90_ms').was)
  expect(result.sameFate?.mean).toBeGreaterThan(0.85)
})

import { expect } from 'vitest'
import { createOperationsClient } from '../../client/operations.ts'
import type { HubProcess } from './hub-process.ts'
import { until, type Patience } from './until.ts'

const verifyMsMax = 120_000

/** Resolves when no shard has anything left to read, twice in a row: what was derived is folded too. */
export async function untilStill(projections: HubProcess, patience: Patience): Promise<void> {
  const client = createOperationsClient({ url: projections.url })
  let endsBefore = ''
  await until(
    'nothing is left to read',
    async () => {
      // A hub whose brokers are just finding a new leader answers a little later.
      const told = await client.progress().catch(() => null)
      const isRead = told?.holdsAll === true && told.shards.every((one) => one.lagRecords === 0)
      const ends = told?.shards.map(({ end }) => end).join() ?? ''
      const isStill = isRead && ends === endsBefore
      endsBefore = isRead ? ends : ''
      return isStill
    },
    patience,
  )
}

/** The tables follow from the ledger and from the facts. */
export async function expectNoDifference({ url }: HubProcess): Promise<void> {
  const client = createOperationsClient({ url, signal: AbortSignal.timeout(verifyMsMax) })
  const found = await client.verify(() => undefined)
  expect({
    againstLog: found.againstLog,
    againstFacts: found.againstFacts,
    missingDerived: found.missingDerived,
  }).toEqual({ againstLog: [], againstFacts: [], missingDerived: [] })
  expect(found.factsCompared).toBeGreaterThan(1_000)
}

/** How far each shard is, for whoever has to find out why it is no further. */
export async function tellLags({ name, url }: HubProcess): Promise<string> {
  const client = createOperationsClient({ url, signal: AbortSignal.timeout(10_000) })
  try {
    const { shards } = await client.progress()
    const lines = shards.map(
      ({ topic, partition, end, nextOffset }) =>
        `${topic}/${partition} at ${nextOffset ?? 'nobody’s'} of ${end}`,
    )
    return `${name}: ${lines.join(', ')}`
  } catch (error) {
    return `${name} does not tell how far it is: ${String(error)}`
  }
}

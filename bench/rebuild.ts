import { join } from 'node:path'
import { z } from 'zod'
import { figure, type PartReport } from './figure.ts'
import { memoryFigures } from './memory-figures.ts'
import { startProcess } from './own-process.ts'
import { quantilesOf } from './quantiles.ts'
import { fillLedger } from './simulated-ledger.ts'
import { inTempFolder } from './temp-folder.ts'

const bytes = z.number().nullable()
const timed = z.object({
  ms: z.number(),
  tables: z.array(z.object({ table: z.string(), rows: z.number(), checksum: z.string() })),
})
const replayed = timed.extend({ peak: z.object({ hub: bytes, engine: bytes }) })
const aloneSchema = z.object({ records: z.number(), first: replayed })
const besideBareSchema = aloneSchema.extend({
  again: z.array(replayed),
  bare: z.array(timed.extend({ records: z.number() })),
  rows: z.number(),
  calls: z.number(),
})

/** Of several turns the one in the middle counts: a machine is never quite idle. */
const rounds = 3

/** How fast the ledger of a day is folded into new tables, and how fast its records are read and its rows are written bare. */
export function benchRebuild(agents: number): Promise<PartReport> {
  return inTempFolder(async (temp) => {
    const folder = join(temp, 'log')
    const events = await fillLedger(folder, agents)
    const alone = await inProcess({ folder, rounds: 0 }, aloneSchema)
    const beside = await inProcess({ folder, rounds }, besideBareSchema)
    const { records, bare, again, rows, calls } = beside
    for (const run of [beside.first, ...again]) {
      mustBeSame('tables of two rebuilds', run.tables, alone.first.tables)
    }
    for (const run of bare) {
      mustBeSame('records read bare', run.records, records)
      mustBeSame('tables written bare', run.tables, alone.first.tables)
    }
    const unit = 'records/s'
    const rate = (ms: number) => (records * 1000) / ms
    const middle = (runs: readonly { readonly ms: number }[]) =>
      rate(quantilesOf(runs.map(({ ms }) => ms)).p50)
    return {
      figures: [
        figure({
          name: 'rebuild, code as warm as for the bare work',
          ...{ value: middle(again), unit, bare: middle(bare) },
          note: `a day of ${agents} agents: ${events} events, ${records} records, ${rows} rows in ${calls} inserts`,
        }),
        figure({
          name: 'rebuild, first in its process',
          ...{ value: rate(alone.first.ms), unit, bare: middle(bare) },
        }),
        ...memoryFigures('rebuild', alone.first.peak),
      ],
      details: { agents, events, alone, beside },
    }
  })
}

async function inProcess<T extends z.ZodType>(input: object, schema: T): Promise<z.infer<T>> {
  const child = startProcess('rebuild-process.ts', input)
  try {
    return await child.hear(schema)
  } finally {
    await child.close()
  }
}

/** Rates of work that came to something else cannot be compared. */
function mustBeSame(what: string, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new Error(
    `${what}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was expected`,
  )
}

import { z } from 'zod'
import { figure, type Figure, type PartReport } from './figure.ts'
import { startProcess } from './own-process.ts'
import { quantilesOf } from './quantiles.ts'
import { baselines } from './source-kinds.ts'

const microseconds = z.number()
const kindSchema = z.object({
  name: z.string(),
  way: z.enum(['alone', 'batched']),
  requests: z.number(),
  events: z.number(),
  bytes: z.number(),
  rounds: z.array(z.object({ whole: microseconds, proof: microseconds, bare: microseconds })),
})
type Kind = z.infer<typeof kindSchema>

const warmUpRounds = 10

/** What an event of each kind of source costs a core, from its bytes to its records, beside what one of TaskRouter's does. */
export async function benchSources(rounds: number): Promise<PartReport> {
  const child = startProcess('sources-process.ts', { rounds, warmUpRounds })
  try {
    const kinds = await child.hear(z.array(kindSchema))
    return {
      figures: kinds.map((kind) => figureOf(kind, kinds)),
      details: {
        rounds,
        kinds: kinds.map((kind) => ({ ...kind, timesBaseline: times(kind, kinds) })),
      },
    }
  } finally {
    await child.close()
  }
}

function figureOf(kind: Kind, kinds: readonly Kind[]): Figure {
  const { name, way, requests, events, bytes } = kind
  const baseline = baselines[way]
  const size = `${(bytes / events).toFixed(0)} bytes an event`
  const proof = `the signature ${best(kind, 'proof').toFixed(1)}`
  const against = name === baseline ? [] : [`${times(kind, kinds).toFixed(2)} times ${baseline}`]
  return figure({
    name: `source: ${name}`,
    ...{ value: best(kind, 'whole'), unit: 'µs/event', bare: best(kind, 'bare') },
    note: [...against, proof, `${events} events in ${requests} requests`, size].join('; '),
  })
}

/** The quickest round is the one that was disturbed least. */
function best({ rounds }: Kind, part: 'whole' | 'proof' | 'bare'): number {
  return Math.min(...rounds.map((round) => round[part]))
}

/** Round by round, because what disturbs a round disturbs both; of the rounds the one in the middle. */
function times(kind: Kind, kinds: readonly Kind[]): number {
  const baseline = kinds.find(({ name }) => name === baselines[kind.way])
  return quantilesOf(
    kind.rounds.map(({ whole }, index) => whole / (baseline?.rounds[index]?.whole ?? NaN)),
  ).p50
}

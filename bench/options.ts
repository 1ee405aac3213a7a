import { parseArgs } from 'node:util'

export const partNames = [
  'ingest',
  'sources',
  'rebuild',
  'latency',
  'questions',
  'storage',
  'expressions',
] as const
export type PartName = (typeof partNames)[number]

export interface BenchOptions {
  readonly parts: readonly PartName[]
  /** Of the centre whose day is rebuilt, and stored. */
  readonly agents: number
  /** Sent in batches by the road of Event Streams; as callbacks go two fifths as many. */
  readonly events: number
  /** Changes whose way from webhook to stream is timed. */
  readonly probes: number
  /** How often each kind of source has its turn. */
  readonly rounds: number
}

/** Reads the command line. Whatever is wrong with it is an error before anything is measured. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: partNames.join(',') },
      agents: { type: 'string', default: '50' },
      events: { type: 'string', default: '20000' },
      probes: { type: 'string', default: '400' },
      rounds: { type: 'string', default: '30' },
    },
  })
  const only = values.only.split(',')
  const strange = only.filter((name) => !partNames.some((part) => part === name))
  if (strange.length > 0)
    throw new Error(`--only: ${strange.join()} is none of ${partNames.join()}`)
  return {
    parts: partNames.filter((name) => only.includes(name)),
    agents: countOf('agents', values.agents),
    events: countOf('events', values.events),
    probes: countOf('probes', values.probes),
    rounds: countOf('rounds', values.rounds),
  }
}

function countOf(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new Error(`--${name}: a whole number, 1 or more`)
}

import { parseArgs } from 'node:util'
import type { StreamSize } from './stream.ts'

export const partNames = [
  'ingest',
  'sources',
  'rebuild',
  'latency',
  'questions',
  'storage',
  'expressions',
  'stream',
  'delivery',
  'board',
  'feed',
  'dashboards',
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
  /** Of the centre whose state is streamed. */
  readonly stream: StreamSize
  /** Where the ninety days stay from one run to the next; null: they are made anew, and go. */
  readonly tables: string | null
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
      workers: { type: 'string', default: '1500' },
      queues: { type: 'string', default: '200' },
      readers: { type: 'string', default: '100' },
      rate: { type: 'string', default: '100' },
      turns: { type: 'string', default: '30' },
      socket: { type: 'boolean', default: false },
      tables: { type: 'string' },
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
    tables: values.tables ?? null,
    stream: {
      workers: countOf('workers', values.workers),
      queues: countOf('queues', values.queues),
      readers: countOf('readers', values.readers),
      rate: countOf('rate', values.rate),
      turns: countOf('turns', values.turns),
      isSocket: values.socket,
    },
  }
}

function countOf(name: string, text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new Error(`--${name}: a whole number, 1 or more`)
}

/** One measured number beside the bare limit of the same run. */
export interface Figure {
  readonly name: string
  /** Null: it cannot be known on this machine. */
  readonly value: number | null
  readonly unit:
    | 'events/s'
    | 'records/s'
    | 'workers/s'
    | 'ms'
    | 'frames/s'
    | 'kB'
    | 'µs/event'
    | 'µs/expression'
    | 'bytes/event'
    | 'MiB'
  /** What the parts below do bare, in the same unit; null where there is no such thing. */
  readonly bare: number | null
  /** The share of the bare rate that is reached; of times: how many times as long as the bare one. */
  readonly ratio: number | null
  readonly note: string
}

type Given = Pick<Figure, 'name' | 'value' | 'unit'> & { bare?: number; note?: string }

export function figure({ name, value, unit, bare, note = '' }: Given): Figure {
  const ratio = bare === undefined || value === null ? null : value / bare
  return { name, value, unit, bare: bare ?? null, ratio, note }
}

/** What a part of the bench has found; `details` are for those who read the JSON. */
export interface PartReport {
  readonly figures: readonly Figure[]
  readonly details: object
}

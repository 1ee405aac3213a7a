import { localRows, type LocalRow } from '../local-rows.ts'
import type { QueueIdentity, QueueRow, RowFault, WrittenFile } from '../queue-row.ts'

export interface QueueFileOptions {
  /** Of the rows, and so of the first field: 5, 15, 30 or 60. */
  readonly intervalMinutes: number
  /** The zone that the import is set to. UTC needs no policy for the nights in which clocks change. */
  readonly zone: string
  readonly separator: ';' | ','
  /** Which interval a contact's numbers belong to: the product does not say, so whoever sets it up does. */
  readonly attribution: 'end' | 'arrival'
}

type Values = QueueRow['values']
type Field = (values: Values) => number

const sum =
  (...columns: readonly string[]): Field =>
  (values) =>
    columns.reduce((total, column) => total + (values[column] ?? 0), 0)

const seconds =
  (...columns: readonly string[]): Field =>
  (values) =>
    Math.round(sum(...columns)(values) / 1000)

const nothing: Field = () => 0

/** Fields 6 to 21 in the order of the file, by the names of the product's importer. */
const valueFields = {
  offd_direct_call_cnt: { end: sum('entered_count') },
  overflow_in_call_cnt: {
    end: sum('moved_in_count', 'transferred_in_count', 'requeued_in_count'),
  },
  aband_call_cnt: { end: sum('abandoned_count'), arrival: sum('cohort_abandoned_count') },
  overflow_out_call_cnt: { end: sum('flowed_out_count'), arrival: sum('cohort_flowed_out_count') },
  answ_call_cnt: { end: sum('answered_count'), arrival: sum('cohort_answered_count') },
  queued_and_answ_call_dur: {
    end: seconds('wait_answered_ms'),
    arrival: seconds('cohort_wait_answered_ms'),
  },
  queued_and_aband_call_dur: { end: seconds('wait_abandoned_ms') },
  // The product treats talk and wrap-up as the handle time, so holds go with talk.
  talking_call_dur: {
    end: seconds('talk_wce_ms', 'hold_wce_ms'),
    arrival: seconds('cohort_talk_ms', 'cohort_hold_ms'),
  },
  wrap_up_dur: { end: seconds('acw_wce_ms'), arrival: seconds('cohort_acw_ms') },
  queued_answ_longest_que_dur: { end: seconds('wait_answered_max_ms') },
  queued_aband_longest_que_dur: { end: seconds('wait_abandoned_max_ms') },
  // The product's own export writes nothing else here.
  avg_avail_member_cnt: { end: nothing },
  ans_servicelevel_cnt: {
    end: sum('answered_in_sl_count'),
    arrival: sum('cohort_answered_in_sl_count'),
  },
  wait_dur: { end: nothing },
  aband_short_call_cnt: {
    end: sum('abandoned_short_count'),
    arrival: sum('cohort_abandoned_short_count'),
  },
  // Ours has the short ones in it, the product's has not.
  aband_within_sl_cnt: {
    end: (values) => sum('abandoned_in_sl_count')(values) - sum('abandoned_short_count')(values),
    arrival: (values) =>
      sum('cohort_abandoned_in_sl_count')(values) - sum('cohort_abandoned_short_count')(values),
  },
} satisfies Record<string, { readonly end: Field; readonly arrival?: Field }>

/** The names of the 21 fields, which the file itself does not bear. */
export const queueFileFields: readonly string[] = [
  ...['interval', 'date', 'time', 'queue', 'queue_name'],
  ...Object.keys(valueFields),
]

const nameMax = 30
const numberMax = 2 ** 31 - 1

/**
 * The queue data file: 21 fields a line, no header, by time and then by queue. Its importer stops at the first line that
 * it does not understand, so rows that would make such a line are refused, all of them told.
 */
export function queueFile(rows: readonly QueueRow[], options: QueueFileOptions): WrittenFile {
  const { intervalMinutes, zone, separator, attribution } = options
  const faults = rowFaults(rows, options)
  if (faults.length > 0) return { kind: 'refused', faults }
  const names = namesOf(rows, separator)
  const lines = localRows(rows, zone, intervalMinutes * 60_000)
    .toSorted((a, b) => compare(a.local, b.local) || a.queue.number - b.queue.number)
    .map((row) => lineOf(row, names.get(row.queue.number) ?? '', intervalMinutes, attribution))
  return { kind: 'written', text: lines.map((line) => `${line.join(separator)}\n`).join('') }
}

function lineOf(
  { local, queue, values }: LocalRow,
  name: string,
  intervalMinutes: number,
  attribution: QueueFileOptions['attribution'],
): readonly (string | number)[] {
  const fields: readonly { readonly end: Field; readonly arrival?: Field }[] =
    Object.values(valueFields)
  return [
    ...[intervalMinutes, local.slice(0, 10).replaceAll('-', ''), local.slice(11)],
    ...[queue.number, name],
    ...fields.map((field) =>
      ((attribution === 'arrival' ? field.arrival : null) ?? field.end)(values),
    ),
  ]
}

function rowFaults(
  rows: readonly QueueRow[],
  { intervalMinutes, separator }: QueueFileOptions,
): readonly RowFault[] {
  const seen = new Set<string>()
  return rows.flatMap(({ from, queue, values }, index): readonly RowFault[] => {
    const key = `${from} ${queue.number}`
    const isSecond = seen.has(key)
    seen.add(key)
    const isNumber =
      Number.isInteger(queue.number) && queue.number >= 0 && queue.number <= numberMax
    const wrong = Object.keys(values).filter((name) => !isWhole(values[name]))
    return [
      ...(isNumber
        ? []
        : [`the queue's number ${queue.number} is no whole number up to ${numberMax}`]),
      ...(plainName(queue.name, separator) === '' ? ['the queue has no name'] : []),
      ...(isSecond ? [`there is another row of queue ${queue.number} in this interval`] : []),
      ...(from % (intervalMinutes * 60_000) === 0
        ? []
        : [`it does not begin on an interval of ${intervalMinutes} minutes`]),
      ...wrong.map((name) => `${name} is no whole number`),
    ].map((detail) => ({ index, detail }))
  })
}

function isWhole(value: number | undefined): boolean {
  return Number.isSafeInteger(value) && (value ?? 0) >= 0
}

/** A queue's name by its number: the newest, since a second one would be a second queue to the product. */
function namesOf(rows: readonly QueueRow[], separator: string): ReadonlyMap<number, string> {
  const newest = new Map<number, { readonly from: number; readonly queue: QueueIdentity }>()
  for (const { from, queue } of rows) {
    if ((newest.get(queue.number)?.from ?? -Infinity) <= from)
      newest.set(queue.number, { from, queue })
  }
  return new Map(
    [...newest].map(([number, { queue }]) => [number, plainName(queue.name, separator)]),
  )
}

/** Without what would end a field or a line, and no longer than the product keeps. */
function plainName(name: string, separator: string): string {
  const plain = name.replaceAll(separator, ' ').replace(/[\p{Cc}"]+/gu, ' ')
  return cut(plain.trim().replace(/ +/g, ' ')).trim()
}

/** As many whole letters as the product's column has room for. */
function cut(name: string): string {
  let kept = ''
  for (const { segment } of letters.segment(name)) {
    if (kept.length + segment.length > nameMax) break
    kept += segment
  }
  return kept
}

const letters = new Intl.Segmenter()

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

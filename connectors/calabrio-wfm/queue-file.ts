import { intervalFormSchema, type IntervalForm } from '../form/interval-form.ts'

export interface QueueFileOptions {
  /** Of the rows, and so of the first field. */
  readonly intervalMinutes: 5 | 15 | 30 | 60
  /** The zone that the import is set to. UTC needs no policy for the nights in which clocks change. */
  readonly zone: string
  readonly separator: ';' | ','
  /** Which interval a contact's numbers belong to: the product does not say, so whoever sets it up does. */
  readonly attribution: 'end' | 'arrival'
}

/** Fields 6 to 21 in the order of the file, by the names of the product's importer; `arrival` where there is a twin. */
const valueFields: Readonly<Record<string, Field>> = {
  offd_direct_call_cnt: { end: 'entered_count' },
  overflow_in_call_cnt: { end: ['moved_in_count', 'transferred_in_count', 'requeued_in_count'] },
  aband_call_cnt: { end: 'abandoned_count', arrival: 'cohort_abandoned_count' },
  overflow_out_call_cnt: { end: 'flowed_out_count', arrival: 'cohort_flowed_out_count' },
  answ_call_cnt: { end: 'answered_count', arrival: 'cohort_answered_count' },
  queued_and_answ_call_dur: { end: 'wait_answered_ms', arrival: 'cohort_wait_answered_ms' },
  queued_and_aband_call_dur: { end: 'wait_abandoned_ms' },
  // The product treats talk and wrap-up as the handle time, so holds go with talk.
  talking_call_dur: {
    end: ['talk_wce_ms', 'hold_wce_ms'],
    arrival: ['cohort_talk_ms', 'cohort_hold_ms'],
  },
  wrap_up_dur: { end: 'acw_wce_ms', arrival: 'cohort_acw_ms' },
  queued_answ_longest_que_dur: { end: 'wait_answered_max_ms' },
  queued_aband_longest_que_dur: { end: 'wait_abandoned_max_ms' },
  // The product's own export writes nothing else here.
  avg_avail_member_cnt: 'nothing',
  ans_servicelevel_cnt: { end: 'answered_in_sl_count', arrival: 'cohort_answered_in_sl_count' },
  wait_dur: 'nothing',
  aband_short_call_cnt: { end: 'abandoned_short_count', arrival: 'cohort_abandoned_short_count' },
  // Ours has the short ones in it, the product's has not.
  aband_within_sl_cnt: {
    end: 'abandoned_in_sl_count',
    arrival: 'cohort_abandoned_in_sl_count',
    minus: { end: 'abandoned_short_count', arrival: 'cohort_abandoned_short_count' },
  },
}

type Metrics = string | string[]
interface ByAttribution {
  readonly end: Metrics
  readonly arrival?: Metrics
}
type Field = 'nothing' | (ByAttribution & { readonly minus?: ByAttribution })

/** What the product's columns have room for. */
const nameMax = 30
const numberMax = 2 ** 31 - 1

/** The queue data file: 21 fields a line, no header, by time and then by queue. */
export function queueForm(options: QueueFileOptions): IntervalForm {
  const { intervalMinutes, zone, separator, attribution } = options
  const by = (metrics: ByAttribution) =>
    (attribution === 'arrival' ? metrics.arrival : undefined) ?? metrics.end
  return intervalFormSchema.parse({
    rows: 'queues',
    file: 'queue-data_{from:yyyyMMddHHmm}_{to:yyyyMMddHHmm}_{created:yyyyMMddHHmmss}.csv',
    format: { kind: 'csv', separator, header: false, quote: 'never' },
    ...{ zone, intervalMinutes },
    columns: [
      { name: 'interval', text: '{interval.minutes}', as: 'number' },
      { name: 'date', time: 'yyyyMMdd' },
      { name: 'time', time: 'HH:mm' },
      { name: 'queue', text: '{queue.number}', as: 'number', max: numberMax },
      { name: 'queue_name', text: '{queue.name}', max: nameMax },
      ...Object.entries(valueFields).map(([name, field]) =>
        field === 'nothing'
          ? { name, number: 0 }
          : {
              ...{ name, metric: by(field), max: numberMax },
              ...(field.minus === undefined ? {} : { minus: by(field.minus) }),
            },
      ),
    ],
  })
}

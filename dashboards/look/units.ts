import {
  BytesIEC,
  DurationInHoursMinutesSeconds,
  PercentUnit,
  Short,
} from '@grafana/grafana-foundation-sdk/units'

/** What a number is, and so how it is written everywhere. */
export type Unit =
  'count' | 'average' | 'share' | 'duration' | 'seconds' | 'times' | 'bytes' | 'per second' | 'text'

interface Written {
  /** Grafana's name of the unit; null for what is no number. */
  readonly grafana: string | null
  readonly decimals: number | null
  /** As a description says it. */
  readonly inWords: string
}

export const units: Readonly<Record<Unit, Written>> = {
  count: { grafana: Short, decimals: 0, inWords: 'count' },
  average: { grafana: Short, decimals: 1, inWords: 'average count' },
  share: { grafana: PercentUnit, decimals: 1, inWords: 'per cent' },
  duration: { grafana: DurationInHoursMinutesSeconds, decimals: null, inWords: 'hh:mm:ss' },
  seconds: { grafana: 's', decimals: null, inWords: 'seconds' },
  times: { grafana: 'suffix:×', decimals: 1, inWords: 'times' },
  bytes: { grafana: BytesIEC, decimals: 1, inWords: 'bytes' },
  'per second': { grafana: 'suffix:/s', decimals: 1, inWords: 'per second' },
  text: { grafana: null, decimals: null, inWords: '' },
}

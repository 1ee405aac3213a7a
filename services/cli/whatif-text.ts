import type { WhatIfResult } from '../../schemas/feeds/whatif.ts'
import { textTable } from './text-table.ts'

type Measures = WhatIfResult['total']
type Measure = Measures[number]

/** What a replay came to, as a planner reads it. */
export function describeWhatIf(result: WhatIfResult): readonly string[] {
  const { from, to, runs, workflows, sameFate, assumed } = result
  const routing = workflows === 'given' ? 'by the file' : 'as it was routed'
  const share = sameFate === null ? '' : `; ${percent(sameFate.mean)} of them end as they did`
  return [
    `${timeOf(from)} to ${timeOf(to)}, replayed ${routing} ${runs} times`,
    `${assumed.contacts.toLocaleString('en-US')} contacts came${share}`,
    ...describeMeasures('all queues', result.total),
    ...result.queues.flatMap(({ name, measures }) => describeMeasures(name, measures)),
    ...['', 'what is not as it was recorded, or could not become otherwise:'],
    ...reasons.map(([name, text]) => `  ${assumed[name].toLocaleString('en-US')} ${text}`),
  ]
}

const reasons: readonly (readonly [keyof WhatIfResult['assumed'], string])[] = [
  ['patienceDrawn', 'contacts did not go by themselves: how long they would have waited is drawn'],
  ['handlesDrawn', 'contacts were not answered: how long they would have taken is drawn'],
  ['directArrivals', 'transfers and contacts that fell back come when they came'],
  ['failedOffers', 'offers rang in vain, and go with the contact, whoever is offered it'],
  [
    'commitments',
    'pieces of work came by name, or were the agent’s own, and take place as they did',
  ],
]

/** The rows that one compares first; the rest is in --json. */
const shown: readonly (readonly [string, string, (value: number) => string])[] = [
  ['offered_count', 'offered', whole],
  ['answered_count', 'answered', whole],
  ['abandoned_count', 'abandoned', whole],
  ['sl_ex_short', 'service level', percent],
  ['asa_ms', 'mean wait', seconds],
  ['wait_p90_ms', 'wait, 90th percentile', seconds],
  ['wait_max_ms', 'longest wait', seconds],
  ['occupancy', 'occupancy', percent],
]

function describeMeasures(name: string, measures: Measures): readonly string[] {
  const rows = shown.flatMap(([measure, label, textOf]) => {
    const found = measures.find((one) => one.name === measure)
    return found === undefined ? [] : [[label, ...valuesOf(found, textOf)]]
  })
  return ['', textTable([name, 'recorded', 'replayed', '95 of 100 between'], rows)]
}

function valuesOf({ recorded, replayed }: Measure, textOf: (value: number) => string) {
  const was = recorded === null ? '–' : textOf(recorded)
  if (replayed === null) return [was, '–', '–']
  return [was, textOf(replayed.mean), `${textOf(replayed.low)} and ${textOf(replayed.high)}`]
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}

function timeOf(at: number): string {
  return new Date(at).toISOString().replace(/(:00)?\.000Z$/, 'Z')
}

import { metricsIn, type Rate } from './rate.ts'

// The one list of rates. API, CSV, SQL and documents take them from here; what they divide is in the catalogue.

const worked = ['state_talk_ms', 'state_hold_ms', 'state_acw_ms'] as const

/** How long customers waited and how many were served, of the visits that ended or (`cohort_`) of those that arrived. */
function serviceRates(of: '' | 'cohort_'): readonly Rate[] {
  const attribution = of === '' ? 'event' : 'arrival'
  const answered = `${of}answered_count` as const
  const inTime = `${of}answered_in_sl_count` as const
  const abandoned = `${of}abandoned_count` as const
  const notShort = `-${of}abandoned_short_count` as const
  return [
    {
      name: 'asa_ms',
      attribution,
      unit: 'ms',
      numerator: [`${of}wait_answered_ms`],
      denominator: [answered],
      description: 'Mean wait of the visits answered (average speed of answer)',
    },
    {
      name: 'abandon_rate',
      attribution,
      unit: 'ratio',
      numerator: [abandoned],
      denominator: ['offered_count'],
      description: 'Abandoned, of all offered',
    },
    {
      name: 'abandon_rate_ex_short',
      attribution,
      unit: 'ratio',
      numerator: [abandoned, notShort],
      denominator: ['offered_count', '-cohort_abandoned_short_count'],
      description: 'Abandoned, of all offered, short abandons left out of both',
    },
    {
      name: 'sl_ex_short',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned, notShort],
      description: 'Answered within the threshold, of all answered or abandoned but short abandons',
    },
    {
      name: 'sl_answered_only',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered],
      description: 'Answered within the threshold, of all answered; hides abandons',
    },
    {
      name: 'sl_all_abandons',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned],
      description: 'Answered within the threshold, of all answered or abandoned',
    },
    {
      name: 'sl_ex_in_threshold',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned, `-${of}abandoned_in_sl_count`],
      description: 'Answered within the threshold, abandons within it left out',
    },
    {
      name: 'sl_abandons_positive',
      attribution,
      unit: 'ratio',
      numerator: [inTime, `${of}abandoned_in_sl_count`],
      denominator: [answered, abandoned],
      description: 'Answered or abandoned within the threshold, of all answered or abandoned',
    },
    {
      name: 'sl_short_positive',
      attribution,
      unit: 'ratio',
      numerator: [inTime, `${of}abandoned_short_count`],
      denominator: [answered, abandoned],
      description: 'Answered within the threshold or abandoned short, of all answered or abandoned',
    },
    {
      name: 'sl_incl_flow_out',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned, notShort, `${of}flowed_out_count`],
      description: 'Answered within the threshold, of all that left the queue but short abandons',
    },
  ]
}

/** Service level counted when the fate of a visit is known: a growing queue shows before anybody answers. */
const fateRates: readonly Rate[] = [
  {
    name: 'sl_event_ex_in_threshold',
    attribution: 'event',
    unit: 'ratio',
    numerator: ['sl_event_met_count'],
    denominator: ['sl_event_count', '-sl_event_abandoned_count'],
    description: 'Of the fates known in the interval: met, abandons within the threshold left out',
  },
  {
    name: 'sl_event_all_abandons',
    attribution: 'event',
    unit: 'ratio',
    numerator: ['sl_event_met_count'],
    denominator: ['sl_event_count'],
    description: 'Of the fates known in the interval: met, abandons counting as missed',
  },
  {
    name: 'sl_event_abandons_positive',
    attribution: 'event',
    unit: 'ratio',
    numerator: ['sl_event_met_count', 'sl_event_abandoned_count'],
    denominator: ['sl_event_count'],
    description: 'Of the fates known in the interval: met or abandoned within the threshold',
  },
]

const handleRates: readonly Rate[] = [
  {
    name: 'aht_wce_ms',
    attribution: 'event',
    unit: 'ms',
    numerator: ['handle_wce_ms'],
    denominator: ['handled_count'],
    description: 'Mean length of the handles that ended (average handle time)',
  },
  {
    name: 'aht_cohort_ms',
    attribution: 'arrival',
    unit: 'ms',
    numerator: ['cohort_handle_ms'],
    denominator: ['cohort_handled_count'],
    description: 'Mean length of the handles of those who arrived: for forecasting',
  },
  {
    name: 'aht_focus_ms',
    attribution: 'overlap',
    unit: 'ms',
    numerator: ['focus_tti_ms'],
    denominator: ['handled_count'],
    description: "Agents' own time for each handle: concurrent contacts share it",
  },
  {
    name: 'queue_length_avg',
    attribution: 'overlap',
    unit: 'average count',
    numerator: ['waiting_tti_ms'],
    denominator: ['period_ms'],
    description: 'Mean number of contacts waiting',
  },
]

const agentRates: readonly Rate[] = [
  {
    name: 'occupancy',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: worked,
    denominator: [...worked, 'state_idle_ms'],
    description: 'Talk, hold and after-contact work, of these and idle time',
  },
  {
    name: 'occupancy_incl_alert',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: [...worked, 'state_alert_ms'],
    denominator: [...worked, 'state_alert_ms', 'state_idle_ms'],
    description: 'The same with ringing as work',
  },
  {
    name: 'utilization_ready',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: worked,
    denominator: ['signed_in_ms', '-state_aux_ms'],
    description: 'Talk, hold and after-contact work, of signed-in time without aux',
  },
  {
    name: 'utilization_signed_in',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: worked,
    denominator: ['signed_in_ms'],
    description: 'Talk, hold and after-contact work, of signed-in time',
  },
  {
    name: 'concurrency_avg',
    attribution: 'overlap',
    unit: 'average count',
    numerator: ['handle_tti_ms'],
    denominator: [...worked, 'handling_offline_ms'],
    description: 'Mean number of contacts in hand while there was at least one',
  },
  {
    name: 'staffed_avg',
    attribution: 'overlap',
    unit: 'average count',
    numerator: ['signed_in_ms'],
    denominator: ['period_ms'],
    description: 'Mean number of agents signed in: positions staffed',
  },
]

const conversationRates: readonly Rate[] = [
  {
    name: 'first_response_avg_ms',
    attribution: 'event',
    unit: 'ms',
    numerator: ['first_response_ms'],
    denominator: ['first_response_count'],
    description: 'Mean time to the first answer of an agent',
  },
  {
    name: 'agent_response_avg_ms',
    attribution: 'event',
    unit: 'ms',
    numerator: ['agent_response_ms'],
    denominator: ['agent_response_count'],
    description: 'Mean time to an answer of an agent',
  },
  {
    name: 'customer_response_avg_ms',
    attribution: 'event',
    unit: 'ms',
    numerator: ['customer_response_ms'],
    denominator: ['customer_response_count'],
    description: 'Mean time to an answer of a customer',
  },
]

/** Every rate, in the order in which rows show them. */
export const rates: readonly Rate[] = [
  ...serviceRates(''),
  ...serviceRates('cohort_'),
  ...fateRates,
  ...handleRates,
  ...agentRates,
  ...conversationRates,
]

/**
 * The rates of a row, by the names of the columns that it shows and of those that its tables hold. A rate stands where all
 * that it divides is shown, so rows of each attribution have their own; what it divides by need not be shown.
 */
export function ratesFor(shown: ReadonlySet<string>, held: ReadonlySet<string>): readonly Rate[] {
  return rates.filter(
    (rate) =>
      metricsIn(rate.numerator).every((name) => shown.has(name)) &&
      metricsIn(rate.denominator).every((name) => held.has(name)),
  )
}

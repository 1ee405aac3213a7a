import { serviceLevels } from './differences.ts'
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
      edges: 'Answered visits only; null when nobody was',
      differs: { genesys: 'The same', connect: 'Average queue answer time, with the whisper' },
    },
    {
      name: 'abandon_rate',
      attribution,
      unit: 'ratio',
      numerator: [abandoned],
      denominator: ['offered_count'],
      description: 'Abandoned, of all offered',
      edges:
        'Of one interval it can exceed 1, for who abandons may have come before; at a quarter hour take the rate of those who arrived',
      differs: { genesys: 'The same: abandoned / offered' },
    },
    {
      name: 'abandon_rate_ex_short',
      attribution,
      unit: 'ratio',
      numerator: [abandoned, notShort],
      denominator: ['offered_count', '-cohort_abandoned_short_count'],
      description: 'Abandoned, of all offered, short abandons left out of both',
      edges: 'As abandon_rate; short abandons leave the offered by their arrival',
      differs: {},
    },
    {
      name: 'sl_ex_short',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned, notShort],
      description: 'Answered within the threshold, of all answered or abandoned but short abandons',
      edges: 'Null without contacts, not 100 %. Flow-outs are in neither part. The default',
      differs: { ...serviceLevels, genesys: 'Its service level with short abandons off' },
    },
    {
      name: 'sl_answered_only',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered],
      description: 'Answered within the threshold, of all answered; hides abandons',
      edges: 'Null without contacts, not 100 %. Who gives up costs nothing',
      differs: serviceLevels,
    },
    {
      name: 'sl_all_abandons',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned],
      description: 'Answered within the threshold, of all answered or abandoned',
      edges: 'Null without contacts, not 100 %. An abandon within the threshold counts as missed',
      differs: {
        ...serviceLevels,
        genesys: 'Its service level with abandons and short abandons in',
      },
    },
    {
      name: 'sl_ex_in_threshold',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned, `-${of}abandoned_in_sl_count`],
      description: 'Answered within the threshold, abandons within it left out',
      edges: 'Null without contacts, not 100 %. Who gives up in time counts nowhere',
      differs: serviceLevels,
    },
    {
      name: 'sl_abandons_positive',
      attribution,
      unit: 'ratio',
      numerator: [inTime, `${of}abandoned_in_sl_count`],
      denominator: [answered, abandoned],
      description: 'Answered or abandoned within the threshold, of all answered or abandoned',
      edges: 'Null without contacts, not 100 %. Who gives up in time counts as served',
      differs: {
        ...serviceLevels,
        connect:
          'Nearest to its service level, which divides by contacts queued and counts callbacks asked for',
      },
    },
    {
      name: 'sl_short_positive',
      attribution,
      unit: 'ratio',
      numerator: [inTime, `${of}abandoned_short_count`],
      denominator: [answered, abandoned],
      description: 'Answered within the threshold or abandoned short, of all answered or abandoned',
      edges: 'Null without contacts, not 100 %. Only short abandons count as served',
      differs: serviceLevels,
    },
    {
      name: 'sl_incl_flow_out',
      attribution,
      unit: 'ratio',
      numerator: [inTime],
      denominator: [answered, abandoned, notShort, `${of}flowed_out_count`],
      description: 'Answered within the threshold, of all that left the queue but short abandons',
      edges: 'Null without contacts, not 100 %. Who is sent elsewhere counts as missed',
      differs: { ...serviceLevels, genesys: 'Its service level with flow-outs on' },
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
    edges:
      'Short abandons have no part. A visit that is late counts when its threshold passes, before anybody answers',
    differs: serviceLevels,
  },
  {
    name: 'sl_event_all_abandons',
    attribution: 'event',
    unit: 'ratio',
    numerator: ['sl_event_met_count'],
    denominator: ['sl_event_count'],
    description: 'Of the fates known in the interval: met, abandons counting as missed',
    edges:
      'Short abandons have no part. A visit that is late counts when its threshold passes, before anybody answers',
    differs: serviceLevels,
  },
  {
    name: 'sl_event_abandons_positive',
    attribution: 'event',
    unit: 'ratio',
    numerator: ['sl_event_met_count', 'sl_event_abandoned_count'],
    denominator: ['sl_event_count'],
    description: 'Of the fates known in the interval: met or abandoned within the threshold',
    edges:
      'Short abandons have no part. A visit that is late counts when its threshold passes, before anybody answers',
    differs: serviceLevels,
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
    edges:
      'At a quarter hour the work of long contacts is in later intervals. Null where none ended',
    differs: {
      genesys: 'With dialing and contacting for outbound',
      connect: 'Without time in a custom status',
    },
  },
  {
    name: 'aht_cohort_ms',
    attribution: 'arrival',
    unit: 'ms',
    numerator: ['cohort_handle_ms'],
    denominator: ['cohort_handled_count'],
    description: 'Mean length of the handles of those who arrived: for forecasting',
    edges: 'Changes until the handles of those who arrived have ended. Null before the first',
    differs: {},
  },
  {
    name: 'aht_focus_ms',
    attribution: 'overlap',
    unit: 'ms',
    numerator: ['focus_tti_ms'],
    denominator: ['handled_count'],
    description: "Agents' own time for each handle: concurrent contacts share it",
    edges: 'Over times long against a contact: time and ends lie in different intervals',
    differs: {
      genesys: 'Forecasts on the unadjusted time and removes the overlap where it plans staff',
    },
  },
  {
    name: 'queue_length_avg',
    attribution: 'overlap',
    unit: 'average count',
    numerator: ['waiting_tti_ms'],
    denominator: ['period_ms'],
    description: 'Mean number of contacts waiting',
    edges: 'Time not over counts as whole',
    differs: {
      connect: 'The past’s queue length cannot be had from its reports',
      genesys: 'Observed now, without history',
    },
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
    edges:
      'Ringing is in neither part; one contact or five at once is the same. Null without work and idle time',
    differs: { connect: 'The same, but without work in a custom status' },
  },
  {
    name: 'occupancy_incl_alert',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: [...worked, 'state_alert_ms'],
    denominator: [...worked, 'state_alert_ms', 'state_idle_ms'],
    description: 'The same with ringing as work',
    edges: 'Ringing is in both parts',
    differs: { connect: 'Ringing is in neither part' },
  },
  {
    name: 'utilization_ready',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: worked,
    denominator: ['signed_in_ms', '-state_aux_ms'],
    description: 'Talk, hold and after-contact work, of signed-in time without aux',
    edges: 'Work while in an aux activity is work, and not taken away',
    differs: {},
  },
  {
    name: 'utilization_signed_in',
    attribution: 'overlap',
    unit: 'ratio',
    numerator: worked,
    denominator: ['signed_in_ms'],
    description: 'Talk, hold and after-contact work, of signed-in time',
    edges: 'Null for who was not signed in',
    differs: {},
  },
  {
    name: 'concurrency_avg',
    attribution: 'overlap',
    unit: 'average count',
    numerator: ['handle_tti_ms'],
    denominator: [...worked, 'handling_offline_ms'],
    description: 'Mean number of contacts in hand while there was at least one',
    edges: 'Needs rows of time and work together: agents, by=agent',
    differs: {
      connect: 'Its occupancy is blind to concurrency',
      genesys: 'Concurrency is taken into account at staffing only',
    },
  },
  {
    name: 'staffed_avg',
    attribution: 'overlap',
    unit: 'average count',
    numerator: ['signed_in_ms'],
    denominator: ['period_ms'],
    description: 'Mean number of agents signed in: positions staffed',
    edges: 'Added over agents it is positions; time not over counts as whole',
    differs: {},
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
    edges: 'Elapsed time, not business hours. Null where there was no answer',
    differs: {},
  },
  {
    name: 'agent_response_avg_ms',
    attribution: 'event',
    unit: 'ms',
    numerator: ['agent_response_ms'],
    denominator: ['agent_response_count'],
    description: 'Mean time to an answer of an agent',
    edges: 'Elapsed time, not business hours. Null where there was no answer',
    differs: {},
  },
  {
    name: 'customer_response_avg_ms',
    attribution: 'event',
    unit: 'ms',
    numerator: ['customer_response_ms'],
    denominator: ['customer_response_count'],
    description: 'Mean time to an answer of a customer',
    edges: 'Elapsed time, not business hours. Null where there was no answer',
    differs: {},
  },
]

/** How agents kept to their plans, as it was corrected in the end or (`known_`) as it was known at each instant. */
function adherenceRates(by: '' | 'known_'): readonly Rate[] {
  const whose = by === '' ? '' : '; by the plan as it was known at each instant'
  const overlap = { attribution: 'overlap', unit: 'ratio' } as const
  return [
    {
      name: `${by}adherence`,
      ...overlap,
      numerator: [`${by}adherent_ms`],
      denominator: [`${by}scheduled_ms`],
      description: `Time as planned, of time planned and measured${whose}`,
      edges: 'With grace and agreements. Says when, not how much. Null where nothing was planned',
      differs: {
        genesys: '1 − exceptions / scheduled, never below 0',
        connect: 'The same with two codes, productive and not',
      },
    },
    {
      name: `${by}adherence_raw`,
      ...overlap,
      numerator: [`${by}adherent_raw_ms`],
      denominator: [`${by}scheduled_raw_ms`],
      description: `The same by the plan alone, without grace and agreements${whose}`,
      edges: 'Null where nothing was planned',
      differs: {},
    },
    {
      name: `${by}conformance`,
      ...overlap,
      numerator: [`${by}conf_actual_ms`],
      denominator: [`${by}conf_scheduled_ms`],
      description: `Productive time, of productive time planned${whose}`,
      edges: 'Says how much, not when; may exceed 1. Null where none was planned',
      differs: { genesys: 'Infinite where none was planned' },
    },
    {
      name: `${by}shrinkage_planned`,
      ...overlap,
      numerator: [`${by}paid_scheduled_ms`, `-${by}paid_productive_scheduled_ms`],
      denominator: [`${by}paid_scheduled_ms`],
      description: `Paid time planned not to be productive, of paid time planned${whose}`,
      edges: 'By the plan alone. Staff to roster is requirement / (1 − shrinkage)',
      differs: {},
    },
    {
      name: `${by}shrinkage_actual`,
      ...overlap,
      numerator: [`${by}paid_scheduled_ms`, `-${by}paid_productive_ms`],
      denominator: [`${by}paid_scheduled_ms`],
      description: `Paid time planned that was not productive, of paid time planned${whose}`,
      edges: 'Productive time outside the paid plan does not make up for it',
      differs: {},
    },
  ]
}

/** Every rate, in the order in which rows show them. */
export const rates: readonly Rate[] = [
  ...serviceRates(''),
  ...serviceRates('cohort_'),
  ...fateRates,
  ...handleRates,
  ...agentRates,
  ...conversationRates,
  ...adherenceRates(''),
  ...adherenceRates('known_'),
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

import { z } from 'zod'
import { alertSeverities, type AlertUnit } from '../../../schemas/feeds/alerts.ts'
import { agentStates } from '../../../schemas/feeds/state.ts'

const seconds = z.int().min(0).max(604_800)
const count = z.int().min(0)
const percent = z.number().min(0).max(100)

/** Names or sids; `*` among them is all there are. */
const chosen = z.array(z.string().min(1)).min(1).default(['*'])

const common = {
  severity: z.enum(alertSeverities).default('warning'),
  /** It fires when it has been so for as long without a break. */
  forSeconds: seconds.default(0),
  /** It is over when it has been clear for as long without a break. */
  clearForSeconds: seconds.default(60),
  /** While it goes on it is told again after as long; 0: never. */
  repeatSeconds: seconds.default(14_400),
}

export const alertRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('oldest_wait'),
    queues: chosen,
    longerThanSeconds: seconds,
    clearAtSeconds: seconds.optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('waiting'),
    queues: chosen,
    moreThan: count,
    clearAt: count.optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('service_level'),
    queues: chosen,
    belowPercent: percent,
    clearAtPercent: percent.optional(),
    /** The running interval, and as many before it as make this number. */
    intervals: z.int().min(1).max(96).default(1),
    /** Of fewer contacts nothing is said. */
    contactsMin: z.int().min(1).default(1),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('agent_state'),
    teams: chosen,
    states: z.array(z.enum(agentStates)).min(1),
    longerThanSeconds: seconds,
    ...common,
  }),
  z.strictObject({
    kind: z.literal('agent_activity'),
    teams: chosen,
    activities: chosen,
    longerThanSeconds: seconds,
    ...common,
  }),
  /** Nobody has told what time in an activity is: neither TaskRouter by its flag nor the definitions by its name. */
  z.strictObject({
    kind: z.literal('unclassed_activity'),
    /** Agents who are in it. */
    moreThan: count.default(0),
    clearAt: count.optional(),
    ...common,
  }),
  /** No rule of a mapping says what agents are, so a WFM product is told its fallback. */
  z.strictObject({
    kind: z.literal('unmapped_activity'),
    /** Of mappings. */
    targets: chosen,
    /** Agents who are in it. */
    moreThan: count.default(0),
    clearAt: count.optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('out_of_adherence'),
    teams: chosen,
    longerThanSeconds: seconds,
    ...common,
  }),
  z.strictObject({
    kind: z.literal('source_silent'),
    sources: chosen,
    longerThanSeconds: seconds,
    /** With fewer agents signed in silence is to be expected. */
    agentsSignedInMin: count.default(0),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('lag'),
    of: z
      .array(z.enum(['state', 'tables']))
      .min(1)
      .default(['state', 'tables']),
    moreThanRecords: count,
    clearAtRecords: count.optional(),
    ...common,
  }),
])

export type AlertRule = z.infer<typeof alertRuleSchema>

const rulesMax = 100

export const alertRulesSchema = z.strictObject({
  /** What fires or is over within as long of each other goes out together. */
  groupSeconds: z.int().min(0).max(300).default(5),
  rules: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name is small letters, digits and hyphens'),
      alertRuleSchema,
    )
    .refine(
      (rules) => Object.keys(rules).length <= rulesMax,
      `there may be ${rulesMax} rules at the most`,
    ),
})

export type AlertRules = z.infer<typeof alertRulesSchema>

/** Where a number must be for an alert, and where it must be again for it to be over. */
export interface Bounds {
  readonly side: 'above' | 'below'
  readonly threshold: number
  readonly clearAt: number
  readonly unit: AlertUnit
}

/** What is not said clears where it fires. */
export function boundsOf(rule: AlertRule): Bounds {
  const above = (unit: AlertUnit, threshold: number, clearAt = threshold): Bounds => ({
    ...{ side: 'above', threshold, clearAt, unit },
  })
  switch (rule.kind) {
    case 'oldest_wait':
      return above('seconds', rule.longerThanSeconds, rule.clearAtSeconds)
    case 'waiting':
      return above('tasks', rule.moreThan, rule.clearAt)
    case 'unclassed_activity':
    case 'unmapped_activity':
      return above('agents', rule.moreThan, rule.clearAt)
    case 'lag':
      return above('records', rule.moreThanRecords, rule.clearAtRecords)
    // Such a time only grows, until it begins anew.
    case 'agent_state':
    case 'agent_activity':
    case 'out_of_adherence':
    case 'source_silent':
      return above('seconds', rule.longerThanSeconds)
    case 'service_level': {
      const { belowPercent: threshold, clearAtPercent: clearAt = threshold } = rule
      return { side: 'below', threshold, clearAt, unit: 'percent' }
    }
  }
}

/** Past the threshold, clear of it, or between the two, where nothing changes. */
export function placeOf(
  value: number,
  { side, threshold, clearAt }: Bounds,
): 'past' | 'between' | 'clear' {
  const sign = side === 'above' ? 1 : -1
  if (sign * (value - threshold) > 0) return 'past'
  return sign * (value - clearAt) > 0 ? 'between' : 'clear'
}

import { z } from 'zod'

// Alerts as the webhook carries them and as GET /v1/alerts shows them. An instant is milliseconds since 1970 in UTC. Agents
// and queues are in here by id and name; nothing of a customer is.

const instant = z.int()
const count = z.int().min(0)

export const alertSeverities = ['info', 'warning', 'critical'] as const

export const alertUnits = ['seconds', 'tasks', 'percent', 'agents', 'records'] as const
export type AlertUnit = (typeof alertUnits)[number]

export const alertKinds = [
  'oldest_wait',
  'waiting',
  'service_level',
  'agent_state',
  'agent_activity',
  'unclassed_activity',
  'unmapped_activity',
  'out_of_adherence',
  'source_silent',
  'lag',
] as const

export const alertSubjectSchema = z
  .object({
    kind: z.enum(['queue', 'agent', 'activity', 'source', 'ledger']),
    id: z.string(),
    name: z.string().describe('The id where there is no other'),
    workspace: z.string().nullable(),
  })
  .describe('Whom or what an alert is about')

const measured = {
  value: z.number().nullable().describe('When last looked at; null: there was nothing to measure'),
  unit: z.enum(alertUnits),
  threshold: z.number().describe('It fires beyond this'),
  clearAt: z.number().describe('And is over when it is back here'),
}

export const alertNotificationSchema = z
  .object({
    id: z.string().describe('The same whenever the same is told'),
    rule: z.string(),
    kind: z.enum(alertKinds),
    severity: z.enum(alertSeverities),
    status: z.enum(['firing', 'resolved']),
    repeat: count.describe('How often it has been told before that it fires'),
    subject: alertSubjectSchema,
    since: instant.describe('Since when it was past the threshold, as seen by the hub'),
    firedAt: instant.describe('Tells one firing of a rule about a subject from the next'),
    at: instant.describe('When this was found'),
    ...measured,
  })
  .describe('That an alert fires, goes on or is over')

export const alertDeliverySchema = z
  .object({
    id: z.string().describe('The same at every attempt; also in the header webhook-id'),
    at: instant.describe('When the first of these was found'),
    alerts: z.array(alertNotificationSchema).describe('In the order in which they were found'),
  })
  .describe('The body of the webhook')

export const alertSchema = z.object({
  rule: z.string(),
  kind: z.enum(alertKinds),
  severity: z.enum(alertSeverities),
  status: z
    .enum(['pending', 'firing'])
    .describe('pending: not yet so for as long as the rule asks'),
  subject: alertSubjectSchema,
  since: instant.describe('Since when it was past the threshold, as seen by the hub'),
  firedAt: instant.nullable(),
  clearSince: instant.nullable().describe('Since when it is clear, if it soon will be over'),
  lastToldAt: instant.nullable().describe('When it was last handed to delivery'),
  ...measured,
})

export const alertRuleStateSchema = z.object({
  rule: z.string(),
  kind: z.enum(alertKinds),
  severity: z.enum(alertSeverities),
  isObserved: z
    .boolean()
    .describe('False: what it looks at cannot be seen now, so its alerts stay as they are'),
  firing: count,
  pending: count,
  crowdedOut: count.describe('Subjects past the threshold for which there was no room'),
  unmatched: z
    .array(z.string())
    .describe('Names in the rule that nothing there is has: perhaps misspelt'),
})

export const alertsAnswerSchema = z
  .object({
    at: instant,
    evaluatedAt: instant.nullable().describe('When the rules were last looked at; null: never yet'),
    rules: z.array(alertRuleStateSchema),
    alerts: z.array(alertSchema).describe('The oldest first'),
    delivery: z.object({
      isConfigured: z.boolean().describe('False: there is no webhook'),
      waiting: count.describe('Deliveries that have not been taken yet'),
      oldestWaitingSince: instant.nullable(),
      lastDeliveredAt: instant.nullable().describe('By this process'),
      lastFailure: z
        .object({ at: instant, reason: z.string() })
        .nullable()
        .describe('By this process: a status, or the code of an error'),
    }),
  })
  .describe('What fires, and what may soon')

export const alertsReloadedSchema = z.object({ rules: count })

export type AlertSubject = z.infer<typeof alertSubjectSchema>
export type AlertNotification = z.infer<typeof alertNotificationSchema>
export type AlertDelivery = z.infer<typeof alertDeliverySchema>
export type AlertsAnswer = z.infer<typeof alertsAnswerSchema>
export type AlertsReloaded = z.infer<typeof alertsReloadedSchema>

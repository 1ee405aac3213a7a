import { z } from 'zod'
import {
  alertDeliverySchema,
  alertKinds,
  alertSeverities,
  alertSubjectSchema,
  alertUnits,
} from '../../schemas/feeds/alerts.ts'
import { readReplaced, replaceFile } from '../runtime/replaced-file.ts'
import type { Alerts } from './rules/alert-fold.ts'
import type { Outbox } from './rules/outbox.ts'

/** What must not be forgotten by a restart: what was told to fire, and what has not been delivered. */
export interface AlertMemory {
  readonly alerts: Alerts
  readonly outbox: Outbox
}

/**
 * A crash leaves the file as it was. Alerts that are only pending are left out: while nobody looked, nobody knows whether they
 * went on.
 */
export async function writeAlertMemory(file: string, memory: AlertMemory): Promise<void> {
  const alerts = [...memory.alerts.values()].flatMap((ofRule) =>
    [...ofRule.values()].filter(({ firing }) => firing !== null),
  )
  const text = JSON.stringify({ version: 1, alerts, outbox: memory.outbox })
  await replaceFile(file, text)
}

/** Nothing when there is no file. Throws when it is of another version, or broken. */
export async function readAlertMemory(file: string): Promise<AlertMemory> {
  const text = await readReplaced(file)
  if (text === null) return { alerts: new Map(), outbox: [] }
  const { alerts, outbox } = memorySchema.parse(JSON.parse(text))
  const byRule = new Map<string, Map<string, (typeof alerts)[number]>>()
  for (const alert of alerts) {
    const ofRule = byRule.get(alert.rule) ?? new Map<string, (typeof alerts)[number]>()
    byRule.set(alert.rule, ofRule.set(alert.subject.id, alert))
  }
  return { alerts: byRule, outbox }
}

const instant = z.int()

const memorySchema = z.object({
  version: z.literal(1),
  alerts: z.array(
    z.object({
      rule: z.string(),
      kind: z.enum(alertKinds),
      severity: z.enum(alertSeverities),
      bounds: z.object({
        side: z.enum(['above', 'below']),
        threshold: z.number(),
        clearAt: z.number(),
        unit: z.enum(alertUnits),
      }),
      subject: alertSubjectSchema,
      since: instant,
      value: z.number().nullable(),
      firing: z.object({
        at: instant,
        // Whether it was clear in between nobody knows, so it must be clear for long enough again.
        clearSince: instant.nullable().transform(() => null),
        toldAt: instant,
        repeat: z.int(),
      }),
    }),
  ),
  outbox: z.array(
    alertDeliverySchema.extend({ isSealed: z.boolean(), dueAt: instant, attempts: z.int() }),
  ),
})

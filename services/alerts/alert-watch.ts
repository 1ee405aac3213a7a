import type { Instant } from '../../schemas/events/instant.ts'
import type { AlertsAnswer } from '../../schemas/feeds/alerts.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { answerOf } from './alerts-answer.ts'
import { createCourier, type Courier } from './courier.ts'
import { readAlertMemory, writeAlertMemory, type AlertMemory } from './memory-file.ts'
import { createObserver, type Observing } from './observing.ts'
import { stepAlerts, type Step } from './rules/alert-fold.ts'
import type { AlertRules } from './rules/alert-rule.ts'
import type { Observed } from './rules/readings.ts'
import { showAlerts } from './shown-metrics.ts'
import type { WebhookTarget } from './webhook.ts'

export interface AlertWatchOptions extends Observing {
  readonly clock: Clock
  readonly rules: AlertRules
  /** What fires and what waits to be delivered, for the next start. */
  readonly memoryFile: string
  /** Null: alerts are only shown. */
  readonly webhook: WebhookTarget | null
  readonly metrics: Metrics
  /** Of the wall's time. What is published may change five times a second, and waits grow without it; thresholds are whole seconds. */
  readonly lookEveryMs?: number
}

/** Looks at the rules once a second, and has what fires and what is over delivered. */
export interface AlertWatch {
  answer(): AlertsAnswer
  /** Other rules from now on. Alerts of those that are gone are over. */
  setRules(rules: AlertRules): void
  close(): Promise<void>
}

export async function openAlertWatch(options: AlertWatchOptions): Promise<AlertWatch> {
  const { memoryFile, webhook, clock, logger, metrics, lookEveryMs = 1_000 } = options
  const observer = createObserver(options)
  const before = await readMemory(options)
  let { rules } = options
  let observed: Observed | null = null
  let evaluatedAt: Instant | null = null
  let step: Step = {
    ...{ alerts: before.alerts, notifications: [] },
    ...{ unobserved: new Set(), crowdedOut: new Map() },
  }
  let writing: Promise<void> = Promise.resolve()
  let looking: Promise<void> | null = null

  const courier: Courier | null =
    webhook === null
      ? null
      : createCourier({ ...{ webhook, keep, clock, logger, metrics }, outbox: before.outbox })
  const outbox = () => courier?.outbox() ?? before.outbox

  /** Alerts that cannot be kept are delivered all the same: a full disk is something to be alerted of. */
  async function writeOnce(): Promise<void> {
    try {
      await writeAlertMemory(memoryFile, { alerts: step.alerts, outbox: outbox() })
    } catch (error) {
      logger.error({ err: error }, 'alerts not kept on the disk; a restart would tell them again')
    }
  }

  function keep(): Promise<void> {
    writing = writing.then(writeOnce)
    return writing
  }

  async function lookOnce(): Promise<void> {
    const now = clock.now()
    const began = performance.now()
    observed = await observer.observe(rules.rules, now)
    step = stepAlerts(step.alerts, rules.rules, observed, now)
    evaluatedAt = now
    metrics.alertEvaluationSeconds.observe((performance.now() - began) / 1000)
    const { notifications } = step
    if (notifications.length === 0) return
    courier?.put(notifications, rules.groupSeconds * 1000)
    for (const { id, rule, status, subject, repeat } of notifications) {
      const fields = { notificationId: id, rule, status, subject: subject.kind, repeat }
      logger.info(fields, 'alert told')
    }
    await keep()
  }

  function look(): void {
    if (looking !== null) return
    looking = lookOnce()
      .catch((error: unknown) => {
        logger.error({ err: error }, 'alert rules not looked at; they are again in a second')
      })
      .finally(() => {
        looking = null
      })
    void courier?.run()
  }

  metrics.onRead(() => {
    showAlerts(metrics, { rules: rules.rules, step, outbox: outbox(), now: clock.now() })
    return Promise.resolve()
  })
  const timer = setInterval(look, lookEveryMs)
  return {
    answer: () =>
      answerOf({
        ...{ rules: rules.rules, step, observed, evaluatedAt, outbox: outbox() },
        ...{ now: clock.now(), told: courier?.told() ?? null },
      }),
    setRules(next) {
      rules = next
    },
    async close() {
      clearInterval(timer)
      await courier?.close()
      await looking
      await observer.close()
      await keep()
    },
  }
}

/** Without it what fires would be told a second time, which is better than no alerts. */
async function readMemory({ memoryFile, logger }: AlertWatchOptions): Promise<AlertMemory> {
  try {
    return await readAlertMemory(memoryFile)
  } catch (error) {
    const reason = error instanceof Error ? error.name : typeof error
    logger.error({ reason }, 'alerts of the last run not readable; what fires is told again')
    return { alerts: new Map(), outbox: [] }
  }
}

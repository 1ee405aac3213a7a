import type { FastifyInstance } from 'fastify'
import { alertsAnswerSchema, alertsReloadedSchema } from '../../schemas/feeds/alerts.ts'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { isFromAnotherSite } from '../live/access.ts'
import { answering } from '../live/answering.ts'
import { ProblemAnswer } from '../live/problem.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import { noAlerts } from './alerts-answer.ts'
import type { ConfiguredAlerts } from './configured-alerts.ts'

export interface AlertRoutesOptions {
  /** Null: this process has no rules. */
  readonly alerts: ConfiguredAlerts | null
  readonly clock: Clock
  readonly logger: Logger
}

/** What fires, for whoever may read the API; and to have the rules read again. */
export function addAlertRoutes(scope: FastifyInstance, options: AlertRoutesOptions): void {
  const { alerts, clock, logger } = options
  const tags = ['alerts']

  scope.get(
    '/v1/alerts',
    {
      schema: {
        tags,
        summary: 'What fires, what may soon, and how delivery stands',
        ...answering({ 200: alertsAnswerSchema, 401: problemSchema }),
      },
    },
    () => alerts?.watch.answer() ?? noAlerts(clock.now()),
  )

  scope.post(
    '/v1/operations/alerts/reload',
    {
      schema: {
        tags,
        summary: 'Reads the file of rules again; if it is wrong, the rules in force stay',
        ...answering({ 200: alertsReloadedSchema, 401: problemSchema, 409: problemSchema }),
      },
    },
    async (request) => {
      if (isFromAnotherSite(request)) {
        throw new ProblemAnswer(403, 'a page of another site may not ask for this')
      }
      if (alerts === null) {
        throw new ProblemAnswer(409, 'this process has no rules: LEDGERLINE_ALERT_RULES is not set')
      }
      const result = await alerts.reload()
      switch (result.kind) {
        case 'reloaded':
          logger.info({ rules: result.rules }, 'alert rules are read again')
          return { rules: result.rules }
        case 'unreadable':
          throw new ProblemAnswer(409, `the file of rules cannot be read: ${result.reason}`)
        case 'refused':
          throw new ProblemAnswer(
            409,
            'these rules are refused; those in force stay',
            result.faults.map(({ choices, ...fault }) => ({
              ...fault,
              ...(choices === undefined ? {} : { choices: [...choices] }),
            })),
          )
      }
    },
  )
}

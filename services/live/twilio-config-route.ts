import type { FastifyInstance } from 'fastify'
import {
  twilioConfigResultSchema,
  type TwilioConfigResult,
} from '../../schemas/feeds/operations.ts'
import type { EventLog } from '../log/log.ts'
import { readTwilioConfig } from '../routing/twilio-config.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import type { Clock } from '../runtime/clock.ts'
import { toConfiguredEvent } from './configured-events.ts'
import { described } from './operations-described.ts'
import { ProblemAnswer } from './problem.ts'

/** How queues and workflows are set up: what events alone do not tell, and `explain` goes by. */
export function addTwilioConfigRoute(
  scope: FastifyInstance,
  { log, clock }: { readonly log: EventLog; readonly clock: Clock },
): void {
  scope.post(
    '/v1/operations/twilio-config',
    {
      bodyLimit: bodyBytesMax,
      ...described(
        "Imports task queues and workflows; body: JSON of TaskRouter's REST API",
        twilioConfigResultSchema,
      ),
    },
    async ({ body }) => {
      const reading = readTwilioConfig(body)
      if (reading.kind === 'refused') {
        const errors = reading.faults.map(({ path, detail }) => ({ field: path, detail }))
        throw new ProblemAnswer(400, 'nothing is imported; what was known stays', errors)
      }
      const now = clock.now()
      await appendEvents(
        log,
        reading.value.map((one) => toConfiguredEvent(one, now)),
      )
      const count = (kind: 'queue' | 'workflow') =>
        reading.value.filter((one) => one.kind === kind).length
      return { queues: count('queue'), workflows: count('workflow') } satisfies TwilioConfigResult
    },
  )
}

/** A workspace may have thousands of queues. */
const bodyBytesMax = 32 * 1024 * 1024

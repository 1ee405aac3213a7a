import { createHash } from 'node:crypto'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { ConfiguredResource } from '../routing/twilio-config.ts'

/** What the ledger keeps of a queue or workflow as it is set up. The same said twice is said once. */
export function toConfiguredEvent(configured: ConfiguredResource, now: Instant): LedgerEvent {
  const { kind, sid, name, account, workspace, updatedAt, expression, resource } = configured
  const attributes = JSON.stringify(resource)
  const at = updatedAt ?? now
  const digest = createHash('sha256').update(attributes).digest('hex').slice(0, 16)
  const id = `configured:${sid}:${at}:${digest}`
  const shared = { id, at, receivedAt: now, account, workspace, attributes }
  return kind === 'queue'
    ? hubEvent({
        ...{ type: 'task-queue.configured', ...shared },
        ...{ queue: sid, queueName: name, expression },
      })
    : hubEvent({
        ...{ type: 'workflow.configured', ...shared },
        ...{ workflow: sid, workflowName: name },
      })
}

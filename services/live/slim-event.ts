import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { createSharedTexts } from '../runtime/shared-texts.ts'

/**
 * An event without what the present does not need: what the source sent, sealed parts, and attributes but those of tasks,
 * by which they are routed. It is most of the bytes, and some of it is personal.
 */
export function createSlimmer(): (event: LedgerEvent) => LedgerEvent {
  /** Names and ids of queues, workers and activities come again with each event; one copy is enough. */
  const shared = createSharedTexts(textsMax)

  return (event) => {
    const slim: LedgerEvent = { ...event, ...nothing }
    // A task's attributes come again with each of its events.
    if (isOfTask(event) && event.attributes !== null) slim.attributes = shared(event.attributes)
    for (const field of sharedFields) {
      const text = slim[field]
      if (text !== null) slim[field] = shared(text)
    }
    return slim
  }
}

function isOfTask({ type }: LedgerEvent): boolean {
  return type.startsWith('task.') || type.startsWith('task-queue.')
}

const sharedFields = [
  'source',
  'account',
  'workspace',
  'worker',
  'queue',
  'workflow',
  'activity',
  'previousActivity',
  'workerName',
  'queueName',
  'workflowName',
  'activityName',
  'previousActivityName',
  'channel',
] as const

const noSubjects: string[] = []

const nothing = {
  subjects: noSubjects,
  sealed: null,
  sealedKey: null,
  attributes: null,
  payload: null,
  expression: null,
}

const textsMax = 100_000

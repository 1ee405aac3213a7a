import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/**
 * An event without what the present does not need: what the source sent, sealed parts, and attributes but those of tasks,
 * by which they are routed. It is most of the bytes, and some of it is personal.
 */
export function createSlimmer(): (event: LedgerEvent) => LedgerEvent {
  const texts = new Map<string, string>()

  /** Names and ids of queues, workers and activities come again with each event; one copy is enough. */
  function shared(text: string): string {
    const known = texts.get(text)
    if (known !== undefined) return known
    if (texts.size >= textsMax) texts.clear()
    texts.set(text, text)
    return text
  }

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

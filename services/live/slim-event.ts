import { z } from 'zod'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'

/** What an event says about who somebody is, beside what happened. */
export interface Team {
  readonly id: string | null
  readonly name: string
}

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

const teamAttributes = z.looseObject({
  team_id: z.union([z.string(), z.number()]).nullish(),
  team_name: z.string().nullish(),
})

/** The team in a worker's attributes; undefined where the event does not tell any. */
export function teamOf(event: LedgerEvent): Team | undefined {
  if (!event.type.startsWith('worker.') || event.attributes === null) return undefined
  const attributes = teamAttributes.safeParse(parsed(event.attributes)).data
  const id = attributes?.team_id?.toString() ?? null
  const name = attributes?.team_name ?? id
  return name === null || name === '' ? undefined : { id, name }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

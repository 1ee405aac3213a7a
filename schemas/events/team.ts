import { z } from 'zod'
import type { LedgerEvent } from './ledger-event.ts'

/** What an event says about who somebody is, beside what happened. */
export interface Team {
  readonly id: string | null
  readonly name: string
}

/** The team in a worker's attributes; undefined where the event does not tell any. */
export function teamOf(event: LedgerEvent): Team | undefined {
  if (!event.type.startsWith('worker.') || event.attributes === null) return undefined
  const attributes = teamAttributes.safeParse(parsed(event.attributes)).data
  const id = attributes?.team_id?.toString() ?? null
  const name = attributes?.team_name ?? id
  return name === null || name === '' ? undefined : { id, name }
}

const teamAttributes = z.looseObject({
  team_id: z.union([z.string(), z.number()]).nullish(),
  team_name: z.string().nullish(),
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

import { z } from 'zod'

// What a WFM product knows agents and queues by, with its history: a row of yesterday bears yesterday's number.

const instant = z.iso.datetime({
  offset: true,
  error: 'is no instant, such as 2026-03-01T00:00:00Z',
})

const since = {
  /** Holds from here on; from the beginning where it is left out. */
  from: instant.optional(),
  /** Holds no longer from here on. */
  until: instant.optional(),
}

const number = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

export const agentEntrySchema = z.strictObject({
  /** The worker, by sid. */
  agent: z.string().min(1),
  /** One agent may have several; rows of intervals go by the first. */
  logon: z.string().min(1).optional(),
  /** Where it is not what the ledger knows. */
  name: z.string().min(1).optional(),
  /** The target does not want him. */
  leaveOut: z.boolean().default(false),
  ...since,
})

export const queueEntrySchema = z.strictObject({
  /** The task queue, by sid. */
  queue: z.string().min(1),
  /** Where these are left out, of any; an entry that says more goes before one that says less. */
  channel: z.string().min(1).optional(),
  direction: z.string().min(1).optional(),
  number: number.optional(),
  name: z.string().min(1).optional(),
  leaveOut: z.boolean().default(false),
  ...since,
})

export const identitiesSchema = z.strictObject({
  target: z.string().regex(/^[a-z][a-z0-9-]*$/, 'is no name such as calabrio or assembled-emea'),
  agents: z.array(agentEntrySchema).default([]),
  queues: z.array(queueEntrySchema).default([]),
})

/** The same as the ledger keeps it, with the number that the hub has given it. */
export const setIdentitiesSchema = identitiesSchema.extend({ version: z.int().min(1) })

/** What is in `identity.assigned`. */
export const assignedNumberSchema = z.object({ number })

export type IdentityTable = z.infer<typeof identitiesSchema>
export type AgentEntry = z.infer<typeof agentEntrySchema>
export type QueueEntry = z.infer<typeof queueEntrySchema>

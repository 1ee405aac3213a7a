import { z } from 'zod'
import type { ToldState } from '../../schemas/avro/agent-state.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { wfmClasses } from '../../schemas/events/mapping.ts'

/** What was told of an agent last. */
export interface ToldLast {
  readonly sequence: number
  /** When the state began. */
  readonly from: Instant
  readonly state: ToldState
}

const toldSchema: z.ZodType<ToldLast> = z.object({
  ...{ sequence: z.int(), from: z.number() },
  state: z.object({
    ...{ code: z.string(), reason: z.string().nullable(), text: z.string() },
    class: z.enum(wfmClasses),
    ...{ loggedOn: z.boolean(), countsAsContact: z.boolean(), paid: z.boolean() },
  }),
})

export function toldToJson(told: ToldLast): string {
  return JSON.stringify(told)
}

/** Null for what this version does not understand: then the feed itself is asked for all. */
export function toldFromJson(json: string): ToldLast | null {
  return toldSchema.safeParse(JSON.parse(json)).data ?? null
}

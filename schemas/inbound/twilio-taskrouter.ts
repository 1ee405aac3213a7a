import { z } from 'zod'

/**
 * A TaskRouter event callback: a form, so every value is a string, and a name that comes twice has a list of them.
 * Nothing is required here and nothing is dropped: Twilio adds parameters without asking, and what an event needs
 * depends on its type, which the normaliser knows.
 */
export const taskRouterCallbackSchema = z.record(
  z.string(),
  z.union([z.string(), z.array(z.string())]),
)

export type TaskRouterCallback = z.infer<typeof taskRouterCallbackSchema>

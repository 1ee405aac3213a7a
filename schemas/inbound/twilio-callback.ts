import { z } from 'zod'

/**
 * A callback of any of Twilio's products: a form, so every value is a string, and a name that comes twice has a list of
 * them. Nothing is required here and nothing is dropped: Twilio adds parameters without asking, and what an event needs
 * depends on its type, which the product's normaliser knows.
 */
export const twilioCallbackSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

export type TwilioCallback = z.infer<typeof twilioCallbackSchema>

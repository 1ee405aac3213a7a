import { z } from 'zod'

/**
 * An item of one of Twilio's REST lists. Nothing is required and nothing is dropped, as with callbacks: what an item needs
 * depends on what it is, which the normaliser knows, and a list with one odd item is still a list.
 */
export const restItemSchema = z.record(z.string(), z.unknown())

export type RestItem = z.infer<typeof restItemSchema>

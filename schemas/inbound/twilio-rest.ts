import { z } from 'zod'

// Items of Twilio's REST lists. Unknown members are kept, and what an item needs beside its sid is judged where its meaning
// is: a list with one odd item is still a list.

const sid = z.string().min(1)
const text = z.string().nullish()

/** An item of TaskRouter's Events: `event_data` is the payload of the callback in snake_case, all texts. */
export const taskRouterRestEventSchema = z.looseObject({
  event_data: z.union([z.record(z.string(), z.unknown()), z.string()]).nullish(),
})

export const restConversationSchema = z.looseObject({
  sid,
  account_sid: text,
  state: text,
  date_created: text,
  date_updated: text,
})

export const restConversationMessageSchema = z.looseObject({
  sid,
  account_sid: text,
  conversation_sid: sid,
  participant_sid: text,
  author: text,
  index: z.int().nullish(),
  date_created: text,
})

export const restParticipantSchema = z.looseObject({
  sid,
  account_sid: text,
  conversation_sid: sid,
  identity: text,
  messaging_binding: z
    .looseObject({ type: text, address: text, proxy_address: text })
    .nullish()
    .catch(null),
  date_created: text,
})

export const restCallSchema = z.looseObject({
  sid,
  account_sid: text,
  parent_call_sid: text,
  from: text,
  to: text,
  direction: text,
  status: text,
  start_time: text,
  end_time: text,
  duration: z.union([z.string(), z.number()]).nullish(),
})

export const restMessageSchema = z.looseObject({
  sid,
  account_sid: text,
  from: text,
  to: text,
  direction: text,
  status: text,
  error_code: z.union([z.string(), z.number()]).nullish(),
  date_created: text,
  date_sent: text,
  date_updated: text,
})

export type RestConversation = z.infer<typeof restConversationSchema>
export type RestConversationMessage = z.infer<typeof restConversationMessageSchema>
export type RestParticipant = z.infer<typeof restParticipantSchema>
export type RestCall = z.infer<typeof restCallSchema>
export type RestMessage = z.infer<typeof restMessageSchema>

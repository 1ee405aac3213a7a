import { z } from 'zod'

/** One event of the Event Webhook. Custom arguments stand beside SendGrid's own members. */
export const sendGridEventSchema = z.looseObject({ event: z.string().min(1) })

export type SendGridEvent = z.infer<typeof sendGridEventSchema>

/** What is kept of an attachment: enough to recognise it, and not the file itself. */
export const attachmentSchema = z.object({
  field: z.string(),
  filename: z.string().nullable(),
  contentType: z.string(),
  bytes: z.int().min(0),
  sha256: z.string(),
})

export type Attachment = z.infer<typeof attachmentSchema>

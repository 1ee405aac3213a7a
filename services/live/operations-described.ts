import type { z } from 'zod'
import { problemSchema } from '../../schemas/feeds/problem.ts'
import { answering } from './answering.ts'

/** A route of the operations as `/docs` shows it. */
export function described(summary: string, answer: z.ZodType) {
  const responses = { 200: answer, 401: problemSchema, 409: problemSchema }
  return { schema: { tags: ['operations'], summary, ...answering(responses) } }
}

import type { Instant } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { readDefinitionsFile, type FileDefinitions } from '../definitions/definitions-file.ts'
import { readInstant } from '../time/zone.ts'
import { ProblemAnswer } from './problem.ts'

// What a call about definitions brings: a file as its body, an instant as a parameter. Each is read, or all that is wrong
// with it is told, so that a route can name the faults of both at once.

/** The definitions of a file, or every fault of it with its place. */
export function askedFile(
  body: unknown,
): { readonly definitions: FileDefinitions } | { readonly errors: readonly ProblemError[] } {
  if (typeof body !== 'string') {
    throw new ProblemAnswer(415, 'send the file as text: content-type application/yaml')
  }
  const file = readDefinitionsFile(body)
  if (file.kind === 'understood') return { definitions: file.value }
  const errors = file.faults.map(({ choices, ...fault }): ProblemError => ({
    ...fault,
    ...(choices === undefined ? {} : { choices: [...choices] }),
  }))
  return { errors }
}

/** An instant in ISO 8601, in UTC where it names no zone. */
export function askedInstant(
  field: string,
  text: string,
): { readonly at: Instant } | { readonly errors: readonly ProblemError[] } {
  const read = readInstant(text, 'UTC')
  if (read.kind === 'wrong') return { errors: [{ field, detail: read.detail }] }
  if (read.at >= 0 && read.at <= latest) return { at: read.at }
  return { errors: [{ field, detail: 'must be between 1970 and 2200' }] }
}

const latest = Date.UTC(2200, 0)

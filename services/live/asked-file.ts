import type { FastifyInstance } from 'fastify'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { rehearsalQuerySchema } from '../../schemas/feeds/rehearsal.ts'
import type { YamlFile } from '../definitions/yaml-file.ts'
import { dayMs, dayStart } from '../time/interval.ts'
import { readInstant } from '../time/zone.ts'
import { ProblemAnswer } from './problem.ts'

// What a call about what customers set brings: a file as its body, an instant as a parameter. Each is read, or all that is wrong
// with it is told, so that a route can name the faults of both at once.

/** A file is text, under whatever name it comes. */
export function acceptYaml(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  )
}

/** A table is text too. */
export function acceptCsv(scope: FastifyInstance): void {
  scope.addContentTypeParser('text/csv', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
}

/** What a file says, or every fault of it with its place. */
export function askedFile<T>(
  body: unknown,
  read: (text: string) => YamlFile<T>,
): { readonly value: T } | { readonly errors: readonly ProblemError[] } {
  if (typeof body !== 'string') {
    throw new ProblemAnswer(415, 'send the file as text: content-type application/yaml')
  }
  const file = read(body)
  if (file.kind === 'understood') return { value: file.value }
  const errors = file.faults.map(({ choices, ...fault }): ProblemError => ({
    ...fault,
    ...(choices === undefined ? {} : { choices: [...choices] }),
  }))
  return { errors }
}

export interface AskedRehearsal<T> {
  readonly value: T
  readonly from: Instant
  /** The beginning of the days that are looked at. */
  readonly since: Instant
}

/** What is to be rehearsed. Throws all that is wrong at once: with the parameters and with the file. */
export function askedRehearsal<T>(
  query: unknown,
  body: unknown,
  read: (text: string) => YamlFile<T>,
  now: Instant,
): AskedRehearsal<T> {
  const parameters = rehearsalQuerySchema.safeParse(query)
  const errors: ProblemError[] = (parameters.error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({ field, detail: 'there is no such parameter', choices }))
      : { field: issue.path.join('.'), detail: issue.message },
  )
  const file = askedFile(body, read)
  if ('errors' in file) errors.push(...file.errors)
  const { days = 0, from: text } = parameters.data ?? {}
  const since = dayStart(now) - days * dayMs
  let from = since
  if (text !== undefined) {
    const asked = askedInstant('from', text)
    if ('errors' in asked) errors.push(...asked.errors)
    else from = asked.at
  }
  if (from < since) {
    // What had its last event before these days would be changed too, and nobody would have looked at it.
    const needed = Math.ceil((dayStart(now) - from) / dayMs)
    const detail = `lies before the days that are looked at: ask for ${needed} days or more`
    errors.push({ field: 'from', detail })
  }
  if (errors.length === 0 && 'value' in file) return { value: file.value, from, since }
  throw new ProblemAnswer(400, 'this cannot be rehearsed', errors)
}

const choices = Object.keys(rehearsalQuerySchema.shape)

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

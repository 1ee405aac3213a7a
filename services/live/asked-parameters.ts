import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { wrong } from './asked.ts'
import { askedInstant } from './asked-file.ts'

/**
 * The instants and the texts that a call may name; what it does not name is missing. Throws all that is wrong with its
 * parameters at once, and where it has others.
 */
export function askedParameters<I extends string, T extends string = never>(
  query: unknown,
  instants: readonly I[],
  texts: readonly T[] = [],
): Partial<Readonly<Record<I, Instant>>> & Partial<Readonly<Record<T, string>>> {
  const text = z.string().min(1).optional()
  const names: readonly string[] = [...instants, ...texts]
  const schema = z.strictObject(Object.fromEntries(names.map((name) => [name, text])))
  const parameters = schema.safeParse(query)
  const errors: ProblemError[] = (parameters.error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({
          ...{ field, detail: 'there is no such parameter', choices: [...names] },
        }))
      : { field: issue.path.join('.'), detail: issue.message },
  )
  const foundTexts: Partial<Record<T, string>> = {}
  for (const name of texts) {
    const value = parameters.data?.[name]
    if (value !== undefined) foundTexts[name] = value
  }
  const foundInstants: Partial<Record<I, Instant>> = {}
  for (const name of instants) {
    const value = parameters.data?.[name]
    if (value === undefined) continue
    const asked = askedInstant(name, value)
    if ('errors' in asked) errors.push(...asked.errors)
    else foundInstants[name] = asked.at
  }
  if (errors.length > 0) throw wrong(errors)
  return { ...foundInstants, ...foundTexts }
}

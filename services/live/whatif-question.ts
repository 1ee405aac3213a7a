import { z } from 'zod'
import type { Span } from '../../schemas/events/instant.ts'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import {
  whatIfDaysMax,
  whatIfRequestSchema,
  type WhatIfRequest,
} from '../../schemas/feeds/whatif.ts'
import { dayMs } from '../time/interval.ts'
import { readRoutingFile, type RoutingFile } from '../whatif/routing-file.ts'
import { askedInstant } from './asked-file.ts'
import { ProblemAnswer } from './problem.ts'

export interface AskedWhatIf extends Omit<WhatIfRequest, 'from' | 'to' | 'routing'> {
  readonly counted: Span
  readonly routing: RoutingFile | null
}

/** A question, or all that is wrong with it that can be told without looking at the stretch. */
export function askedWhatIf(body: unknown): AskedWhatIf {
  const request = whatIfRequestSchema.safeParse(body ?? {})
  const errors: ProblemError[] = (request.error?.issues ?? []).flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((field) => ({
          ...{ field, detail: 'there is no such field' },
          choices: Object.keys(whatIfRequestSchema.shape),
        }))
      : { field: issue.path.join('.'), detail: issue.message },
  )
  const told: Readonly<Record<string, unknown>> = isRecord(body) ? body : {}
  const from = instantIn('from', told['from'], errors)
  const to = instantIn('to', told['to'], errors)
  if (from !== null && to !== null) {
    if (to <= from) errors.push({ field: 'to', detail: 'must be later than from' })
    else if (to - from > whatIfDaysMax * dayMs) {
      errors.push({ field: 'to', detail: `lies more than ${whatIfDaysMax} days after from` })
    }
  }
  let routing: RoutingFile | null = null
  if (told['routing'] !== undefined) {
    const read = readRoutingFile(z.json().parse(told['routing']))
    if (read.kind === 'understood') routing = read.value
    else {
      errors.push(
        ...read.faults.map(({ path, detail }) => ({
          field: ['routing', path].filter((part) => part !== '').join('.'),
          detail,
        })),
      )
    }
  }
  if (errors.length > 0 || from === null || to === null || !request.success) {
    throw new ProblemAnswer(400, 'this cannot be replayed', errors)
  }
  const { workspace, staff, seed, runs } = request.data
  return { workspace, staff, seed, runs, counted: { from, to }, routing }
}

/** What is not there, or is no text, the schema has told of. */
function instantIn(field: string, value: unknown, errors: ProblemError[]): number | null {
  if (typeof value !== 'string') return null
  const asked = askedInstant(field, value)
  if ('at' in asked) return asked.at
  errors.push(...asked.errors)
  return null
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

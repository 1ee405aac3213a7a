import type { FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { ProblemError } from '../../schemas/feeds/problem.ts'
import { nearestZones } from '../time/zone-names.ts'
import { isZone } from '../time/zone.ts'
import { toProblemErrors } from './error-answer.ts'
import { ProblemAnswer } from './problem.ts'

/** A call with wrong parameters, and all that is wrong with them. */
export function wrong(errors: readonly ProblemError[]): ProblemAnswer {
  return new ProblemAnswer(400, 'the call has wrong parameters', errors)
}

/** What the schema finds in a call of a route with `attachValidation`, which wants to tell the rest with it. */
export function schemaFaults(request: FastifyRequest): readonly ProblemError[] {
  const invalid: unknown = request.validationError
  return hasZodFastifySchemaValidationErrors(invalid)
    ? invalid.validation.flatMap(toProblemErrors)
    : []
}

/** Nothing if it is an IANA time zone; else which may have been meant. */
export function zoneFaults(zone: string): readonly ProblemError[] {
  if (isZone(zone)) return []
  const choices = [...nearestZones(zone)]
  return [{ field: 'zone', detail: 'is no IANA time zone', choices }]
}

/** By the parameter `format`, or else by what is accepted. */
export function wantsCsv(
  { headers }: FastifyRequest,
  { format }: { readonly format?: 'json' | 'csv' | undefined },
): boolean {
  if (format !== undefined) return format === 'csv'
  return headers.accept?.includes('text/csv') ?? false
}

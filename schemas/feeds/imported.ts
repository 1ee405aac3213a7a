import { z } from 'zod'

const instant = z.int()

/** The parameters of an import: in what zone a body tells times, of what time it tells, and when it was read. */
export function importQueryOf(piece: string, pieces: string) {
  return {
    zone: z
      .string()
      .default('UTC')
      .describe('An IANA time zone: of times without an offset, here and in the body'),
    from: z
      .string()
      .optional()
      .describe(`Of what time the body tells: from here on; from its first ${piece} unless given`),
    to: z
      .string()
      .optional()
      .describe(`The end, not included; the end of its last ${piece} unless given`),
    read_at: z
      .string()
      .optional()
      .describe(`When it was read, for ${pieces} of the past; else now, and never later`),
  }
}

/** What every answer to an import says: of what time it told, and when it was read. */
export function importedOf(nothing: string) {
  return {
    readAt: instant,
    from: instant.nullable().describe(`null: ${nothing}`),
    to: instant.nullable(),
  }
}

import { z } from 'zod'
import { definitionsSchema } from '../../schemas/events/definitions.ts'
import { mappingSchema, wfmClasses } from '../../schemas/events/mapping.ts'
import type { Window } from '../projections/agent-story.ts'
import { nothingKnown, withDefinitions, type Knowledge } from '../projections/definitions.ts'
import type { RowSum } from '../projections/row-sums.ts'
import { intervalTables } from '../../schemas/metrics/catalogue.ts'

/** How what a shard remembers is written into its store, and read back. */

const receipt = z.object({ first: z.number(), last: z.number() }).nullable().default(null)

const anomalies = z.enum(['clock_skew', 'missing_begin', 'missing_end', 'forced', 'queue_mismatch'])

const stateSince = z.object({
  state: z.enum(['talk', 'hold', 'acw', 'alert', 'idle', 'aux', 'offline', 'work_offline']),
  from: z.number(),
  receipt,
  anomalies: z.array(anomalies).readonly().default([]),
})

const wfmSpan = z.object({
  state: z.object({
    ...{ code: z.string(), reason: z.string().nullable(), text: z.string() },
    class: z.enum(wfmClasses),
    ...{ loggedOn: z.boolean(), countsAsContact: z.boolean(), paid: z.boolean() },
  }),
  ...{ from: z.number(), to: z.number().nullable(), version: z.number() },
  rules: z.array(z.string()).readonly(),
  unmapped: z.object({ of: z.enum(['activity', 'contact']), name: z.string() }).nullable(),
})

const moments = z.object({
  ...{ attributesBy: z.string().nullable(), freeSince: z.number().nullable() },
  spans: z
    .array(z.object({ target: z.string(), told: wfmSpan.nullable(), running: wfmSpan.nullable() }))
    .readonly(),
})

const piece = z.object({
  ...{ from: z.number(), to: z.number(), planned: z.string().nullable(), isTracked: z.boolean() },
  ...{ actual: z.string().nullable(), isPlanRead: z.boolean(), isUnscheduled: z.boolean() },
  ...{ isScheduledRaw: z.boolean(), isAdherentRaw: z.boolean(), isProductive: z.boolean() },
  ...{ isPlannedProductive: z.boolean(), isPaid: z.boolean(), isPaidProductive: z.boolean() },
  ...{ isExcluded: z.boolean(), isOff: z.boolean(), isExcused: z.boolean() },
  isUnknown: z.boolean(),
})

const run = z.object({
  ...{ from: z.number(), isBegun: z.boolean(), partFrom: z.number(), isPartBegun: z.boolean() },
})

const carriedAdherence = z
  .object({ plannedSince: z.number(), piece: piece.nullable(), run: run.nullable() })
  .nullable()

export const windowSchema = z.object({
  from: z.number(),
  carry: z.object({
    workspace: z.string(),
    activity: z
      .object({
        id: z.string(),
        name: z.string(),
        from: z.number(),
        place: z.number().default(0),
        begun: receipt,
      })
      .nullable(),
    state: stateSince.nullable(),
    unknown: z.object({ available: stateSince, offline: stateSince }).nullable().default(null),
    reservations: z.array(z.string()).readonly(),
    moments: moments.nullable().default(null),
    plan: z
      .object({
        events: z.array(z.string()).readonly(),
        ...{ final: carriedAdherence, known: carriedAdherence },
      })
      .nullable()
      .default(null),
  }),
})

export function windowFromJson(text: string | null): Window | null {
  return text === null ? null : windowSchema.parse(JSON.parse(text))
}

const table = z.enum(intervalTables)

const spans = z.partialRecord(table, z.array(z.object({ from: z.number(), to: z.number() })))

const knowledge = z.object({
  definitions: z.array(z.object({ from: z.number(), id: z.string(), of: definitionsSchema })),
  mappings: z.array(z.object({ from: z.number(), id: z.string(), of: mappingSchema })).default([]),
  available: z.array(z.tuple([z.string(), z.boolean()])),
  seen: z.array(z.tuple([z.string(), z.array(z.string())])),
  gaps: z
    .array(
      z.object({
        ...{ source: z.string(), from: z.number(), to: z.number().nullable() },
        // A hub that did not tell them apart took every gap for everybody's.
        worker: z.string().nullable().default(null),
        isClosed: z.boolean(),
      }),
    )
    .default([]),
  // A hub that did not know of gaps yet did not note it.
  isAnybodyPlanned: z.boolean().default(true),
  published: z.object({
    final: spans,
    delivered: spans,
  }),
})

export function knowledgeFromJson(text: string): Knowledge | null {
  if (text === '') return null
  const { definitions, available, seen, ...rest } = knowledge.parse(JSON.parse(text))
  const known = { ...nothingKnown, ...rest, available: new Map(available), seen: new Map(seen) }
  return withDefinitions(known, definitions)
}

export function knowledgeToJson(known: Knowledge): string {
  const text = texts.get(known)
  if (text !== undefined) return text
  const { available, seen, ...rest } = known
  const made = JSON.stringify({ ...rest, available: [...available], seen: [...seen] })
  texts.set(known, made)
  return made
}

/** It is written with every commit, and seldom another than before. */
const texts = new WeakMap<Knowledge, string>()

/** As `rowToJson` writes it. A late event wants hundreds of rows: to check each of them took longer than all the rest. */
interface RowText extends Pick<RowSum, 'table' | 'key'> {
  readonly sums: readonly (readonly [string, number])[]
  readonly maxima: readonly (readonly [string, number[]])[]
}

export function rowFromJson(text: string | null): RowSum | null {
  if (text === null) return null
  const { table, key, sums, maxima } = JSON.parse(text) as RowText
  return { table, key, sums: new Map(sums), maxima: new Map(maxima) }
}

export function rowToJson({ table, key, sums, maxima }: RowSum): string {
  return JSON.stringify({
    ...{ table, key },
    sums: [...sums],
    maxima: [...maxima],
  } satisfies RowText)
}

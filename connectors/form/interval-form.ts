import { z } from 'zod'
import { bodySchema } from './body.ts'

// What a WFM product takes of intervals: which columns, made of what, written how. A vendor's folder has it in code, a
// customer's own target has it in YAML: both are this.

/** Whose rows, and the table that they are of. */
export const tableOfRows = {
  queues: 'queue_intervals',
  'agent-queues': 'agent_queue_intervals',
  agents: 'agent_intervals',
} as const

const metrics = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
  error: 'is no name of a metric, and no list of such names',
})

export const columnSchema = z.strictObject({
  /** In the header, or of the field; in bodies, dots make it a field of a field. */
  name: z.string().min(1),
  /** Of the catalogue: added up where there are several. */
  metric: metrics.optional(),
  /** Taken away from it; less than nothing is nothing. */
  minus: metrics.optional(),
  /** It is divided by these: a mean. By nothing, it is 0. */
  per: metrics.optional(),
  /** Of lengths of time; rounded half up to as many decimals, each value by itself. */
  unit: z.enum(['s', 'ms', 'min', 'h']).default('s'),
  decimals: z.int().min(0).max(6).default(0),
  /** A pattern such as yyyy-MM-dd HH:mm, or one of iso, iso-seconds, iso-ms, unix, unix-ms. */
  time: z.string().min(1).optional(),
  at: z.enum(['start', 'end']).default('start'),
  /** What placeholders in braces stand for, and the rest as it is. */
  text: z.string().optional(),
  /** Other words for what the text comes out as. */
  words: z.record(z.string(), z.string()).optional(),
  /** For what has no word, or comes out empty; without it, such a row is refused. */
  otherwise: z.string().optional(),
  /** Letters and digits, and of other characters these: the rest become blanks. */
  characters: z.string().optional(),
  /** A text that must be a whole number. */
  as: z.enum(['text', 'number']).default('text'),
  /** As many letters of a text, or a number no greater than this. */
  max: z.int().min(1).optional(),
  /** The same in every row. */
  number: z.number().optional(),
})

const csv = z.strictObject({
  kind: z.literal('csv'),
  separator: z.string().min(1).max(1).default(','),
  header: z.boolean().default(true),
  /** With `never`, what would need quotes is not in the values. */
  quote: z.enum(['needed', 'always', 'never']).default('needed'),
  lineEnd: z.enum(['lf', 'crlf']).default('lf'),
  byteOrderMark: z.boolean().default(false),
})
/** In a body, `{rows}` stands for the list of rows. */
const json = z.strictObject({
  kind: z.literal('json'),
  body: bodySchema.default('{rows}'),
  indent: z.int().min(0).max(8).default(2),
})
const jsonLines = z.strictObject({ kind: z.literal('json-lines') })
/** Names are elements, names that begin with @ their attributes; the body has one root. */
const xml = z.strictObject({
  kind: z.literal('xml'),
  body: bodySchema,
  indent: z.int().min(0).max(8).default(2),
})

export const intervalFormSchema = z.strictObject({
  rows: z.enum(['queues', 'agent-queues', 'agents']),
  /** Rows that come out under one name go into one file: with {channel} in it there is a file of each. */
  file: z.string().min(1),
  format: z.discriminatedUnion('kind', [csv, json, jsonLines, xml]),
  zone: z.string().default('UTC'),
  /** 1440 are the days of the zone, be they of 23, 24 or 25 hours. */
  intervalMinutes: z.literal([5, 15, 30, 60, 1440]).default(15),
  /** A row of zeros where nothing happened of somebody who has had a row before, no more than five weeks ago. */
  zeroRows: z.boolean().default(true),
  /** No more rows in a file or message than these; {part} in the name tells them apart. */
  rowsMax: z.int().min(1).optional(),
  /** Whether to write a file that has no rows: silence and failure do not look alike. */
  empty: z.enum(['write', 'skip']).default('write'),
  columns: z.array(columnSchema).min(1),
})

export type IntervalForm = z.infer<typeof intervalFormSchema>
export type Column = z.infer<typeof columnSchema>
export type Format = IntervalForm['format']

export function list(names: Column['metric']): readonly string[] {
  return names === undefined ? [] : typeof names === 'string' ? [names] : names
}

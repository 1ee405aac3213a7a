import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import avro from 'avsc'
import { z } from 'zod'

/** A schema under the id by which every record that was written with it is known for ever. */
export interface WriterSchema {
  readonly id: number
  readonly subject: string
  readonly version: number
  readonly file: string
  readonly sha256: string
  readonly type: avro.Type
}

/** What `ids.json` may hold. Ids begin at 100001 to stay clear of those that a customer's registry has given out. */
const idsSchema = z.record(
  z.string().regex(/^\d{6,9}$/),
  z.strictObject({
    subject: z.string(),
    version: z.int().min(1),
    file: z.string(),
    sha256: z.string().length(64),
  }),
)

const folder = join(rootOf(import.meta.dirname), 'schemas', 'avro')

/**
 * Every schema that a record may have been written with. They come from this package's own files and from nowhere else:
 * a schema is compiled to code, so one that arrived at run time would be somebody else's code.
 */
export const writerSchemas: readonly WriterSchema[] = Object.entries(
  idsSchema.parse(JSON.parse(readFileSync(join(folder, 'ids.json'), 'utf8'))),
).map(([id, entry]) => ({ id: Number(id), ...entry, type: compile(entry.file, entry.sha256) }))

/** The newest schema of a subject: the one that this version of the hub writes with and reads into. */
export function newestSchema(subject: string): WriterSchema {
  const versions = writerSchemas.filter((schema) => schema.subject === subject)
  const newest = versions.sort((a, b) => b.version - a.version)[0]
  if (newest === undefined) throw new Error('a subject has no schema')
  return newest
}

/** The form of a schema that decides how bytes are read: without docs, defaults and order of attributes. */
export function canonicalForm(type: avro.Type): string {
  return JSON.stringify(type.schema())
}

function compile(file: string, sha256: string): avro.Type {
  const schema: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const type = avro.Type.forSchema(z.custom<avro.Schema>(isObject).parse(schema), {
    omitRecordMethods: true,
  })
  // Read with another schema than they were written with, old records would turn into other events without an error.
  if (createHash('sha256').update(canonicalForm(type)).digest('hex') !== sha256) {
    throw new Error(`${file} is not the schema that ids.json names`)
  }
  return type
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** The package's folder, from the sources and from dist alike; the schema files are not copied to dist. */
function rootOf(place: string): string {
  if (existsSync(join(place, 'package.json'))) return place
  const parent = dirname(place)
  if (parent === place) throw new Error('package.json is not above this file')
  return rootOf(parent)
}

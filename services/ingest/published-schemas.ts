import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writerSchemas } from '../../schemas/avro/schema-files.ts'
import {
  attributeName,
  customEventDataSchemas,
  customEventSchema,
  customEventTypes,
} from '../../schemas/inbound/custom-events.ts'
import { definitionsFileSchema } from '../../schemas/events/definitions.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { packageRoot } from '../runtime/package-root.ts'

/** A text under a path below `/schemas`. */
export interface PublishedSchema {
  readonly path: string
  readonly contentType: string
  readonly text: () => string
}

/**
 * What events and files look like, for programs: JSON Schemas of what `POST /events` takes and of what customers set, made of the
 * very schemas that they are held against, and the Avro schemas of the ledger. Where the hub knows its public address, they are known by it.
 */
export function publishedSchemas(publicUrl: string | null): readonly PublishedSchema[] {
  const base = `${(publicUrl ?? '').replace(/\/+$/, '')}/schemas`
  const jsonSchema = (name: string, title: string, schema: () => z.ZodType): PublishedSchema => ({
    path: `/${name}.json`,
    contentType: 'application/schema+json',
    text: () => {
      const { $schema, ...rest } = z.toJSONSchema(schema(), { io: 'input' })
      return pretty({ $schema, $id: `${base}/${name}.json`, title, ...rest })
    },
  })
  const index = {
    cloudevent: `${base}/cloudevent.json`,
    files: files.map(({ name }) => ({ file: name, schema: `${base}/${name}.json` })),
    events: customEventTypes.map((type) => ({ type, schema: `${base}/${type}.json` })),
    avro: writerSchemas.map(({ id, subject, version, file }) => ({
      ...{ id, subject, version },
      schema: `${base}/avro/${file}`,
    })),
  }
  return [
    { path: '', contentType: 'application/json', text: () => pretty(index) },
    jsonSchema('cloudevent', 'An event of a custom channel', () => customEventSchema),
    ...customEventTypes.map((type) => jsonSchema(type, type, () => schemaOf(type))),
    ...files.map(({ name, title, schema }) => jsonSchema(name, title, () => schema)),
    ...writerSchemas.map(({ file }) => ({
      path: `/avro/${file}`,
      contentType: 'application/json',
      text: () => readFileSync(join(packageRoot, 'schemas', 'avro', file), 'utf8'),
    })),
  ]
}

/** What may stand in files in YAML, for editors that complete and check them. */
const files = [
  { name: 'definitions', title: 'A file of definitions', schema: definitionsFileSchema },
  { name: 'mapping', title: 'The mapping rules of a WFM target', schema: mappingFileSchema },
] as const

/** The envelope, with what the type says in it. */
function schemaOf(type: string): z.ZodType {
  const data = customEventDataSchemas.get(type) ?? customEventSchema.shape.data
  return customEventSchema
    .extend({ type: z.literal(type), data })
    .meta({ propertyNames: { pattern: attributeName.source } })
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

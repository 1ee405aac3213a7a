import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import avro from 'avsc'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { decodeEvent } from '../../../schemas/avro/codec.ts'
import { decodeFeedRecord } from '../../../schemas/avro/agent-state.ts'
import { decodeDeadLetter } from '../../../schemas/avro/dead-letter.ts'
import { writerSchemas } from '../../../schemas/avro/schema-files.ts'
import { blankEvent, type Envelope } from '../../../schemas/events/blank-event.ts'
import { ledgerEventFields, ledgerEventSchema } from '../../../schemas/events/ledger-event.ts'
import { packageRoot } from '../../../services/runtime/package-root.ts'

const fixtures = join(packageRoot, 'test', 'fixtures', 'avro')

const envelope: Envelope = {
  type: 'unknown',
  id: '',
  source: '',
  road: 'hub',
  at: 0,
  receivedAt: 0,
}

const goldenSchema = z.object({
  schema: z.int(),
  records: z.array(z.object({ record: z.record(z.string(), z.unknown()), hex: z.string() })),
})

function json(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'))
}

test('a schema that was once published keeps its id, its place and its form for ever', () => {
  const published = z.record(z.string(), z.unknown()).parse(json(fixtures, 'published-ids.json'))
  const now = json(join(packageRoot, 'schemas', 'avro'), 'ids.json')
  expect(now).toEqual(published)
})

test.each(writerSchemas)('bytes of $file of long ago still read the same', (schema) => {
  const golden = goldenSchema.parse(json(fixtures, schema.file.replace('.avsc', '.json')))
  expect(golden.schema).toBe(schema.id)
  for (const { record, hex } of golden.records) {
    // What a field of later says nothing of is null.
    const since = schema.subject === 'ledgerline.LedgerEvent' ? blankEvent(envelope) : {}
    expect(read(schema.subject, Buffer.from(hex, 'hex'))).toEqual({ ...since, ...record })
  }
})

test('every version of a subject reads every other, older and newer', () => {
  for (const reader of writerSchemas) {
    for (const writer of writerSchemas.filter(({ subject }) => subject === reader.subject)) {
      expect(() => reader.type.createResolver(writer.type)).not.toThrow()
    }
  }
})

test('the versions of a subject are numbered from 1 without a gap', () => {
  for (const subject of new Set(writerSchemas.map((schema) => schema.subject))) {
    const versions = writerSchemas.filter((s) => s.subject === subject).map((s) => s.version)
    expect(versions).toEqual(versions.map((_, index) => index + 1))
  }
})

test('the record has the fields of the event, in order, nullable where the event is', () => {
  const schema = writerSchemas.findLast(({ subject }) => subject === 'ledgerline.LedgerEvent')
  if (!(schema?.type instanceof avro.types.RecordType)) throw new Error('not a record')
  const fields = schema.type.fields
  expect(fields.map((field) => field.name)).toEqual(ledgerEventFields)
  for (const field of fields) {
    expect([field.name, avroKind(field.type)]).toEqual([field.name, zodKind(field.name)])
  }
})

function read(subject: string, bytes: Uint8Array): unknown {
  if (subject === 'ledgerline.LedgerEvent') return { ...decodeEvent(bytes) }
  if (subject !== 'ledgerline.DeadLetter') {
    const record = decodeFeedRecord(bytes)
    return record.kind === 'state' ? record.state : record.told
  }
  const letter = decodeDeadLetter(bytes)
  return { ...letter, body: Buffer.from(letter.body).toString('hex') }
}

function avroKind(type: avro.Type): string {
  if (type instanceof avro.types.ArrayType) return `array of ${type.itemsType.typeName}`
  if (type instanceof avro.types.UnwrappedUnionType) {
    return type.types.map((one) => one.typeName.replace('abstract:', '')).join(' or ')
  }
  return type.typeName.replace('abstract:', '')
}

/** What the schema of `unknown`, the least demanding of all, says of a field. */
function zodKind(field: string): string {
  const accepts = (value: unknown) =>
    ledgerEventSchema.options.some((option) => {
      const shape: Record<string, z.ZodType> = option.shape
      return shape[field]?.safeParse(value).success ?? false
    })
  if (accepts(['x'])) return 'array of string'
  const kinds = [
    ...(accepts(null) ? ['null'] : []),
    ...(accepts(true) ? ['boolean'] : []),
    ...(accepts(1) ? ['long'] : []),
    ...(acceptsText(field, accepts) ? ['string'] : []),
  ]
  return kinds.join(' or ')
}

function acceptsText(field: string, accepts: (value: unknown) => boolean): boolean {
  return (
    ['text', 'hub', 'inbound', 'new', 'agent', 'unknown', 'task.created'].some(accepts) &&
    field !== ''
  )
}

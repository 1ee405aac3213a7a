import { z } from 'zod'

// Files of interval tables that leave for WFM products: what each has in it, and how that stands.

const instant = z.iso.datetime().describe('In UTC')
const count = z.int().min(0)
const name = z.string().min(1)

export const lateDataKinds = ['replace', 'upsert', 'append once', 'overlapping'] as const

export const exportMissingSchema = z
  .object({
    kind: z.enum(['queue', 'agent']),
    id: z.string(),
    channel: z.string().nullable(),
    direction: z.string().nullable(),
    name: z.string(),
    rows: count,
    first: instant,
    last: instant,
  })
  .describe('Somebody whose rows could not go out: nobody has said what the target knows him by')

export const exportDocumentSchema = z.object({
  name: z.string().describe('Of the file'),
  key: z
    .string()
    .describe('Under which it is delivered; the same bytes of one revision, the same key'),
  rows: count,
  bytes: count,
  sha256: z.string().describe('Of the bytes, in hex'),
})

/** What stands beside a file, and in the answers about it. */
export const exportManifestSchema = z
  .object({
    target: name.describe('The export, by its name'),
    file: name.describe('Which of its files'),
    table: z.string().describe('What its rows were made from'),
    from: instant,
    to: instant.describe('Not included'),
    zone: z.string(),
    intervalMinutes: z.int().min(1).describe('Of its rows'),
    attribution: z
      .enum(['end', 'arrival', 'interval', 'mixed', 'none'])
      .describe('Which interval its metrics count a contact in; mixed: not all the same'),
    metrics: z.array(z.string()).describe('Of the catalogue'),
    lateData: z.enum(lateDataKinds),
    isRestated: z
      .boolean()
      .describe('The same stretch was told before, and says something else now'),
    restates: z.string().nullable().describe('The key of the first document that it stands for'),
    revision: count.describe('0: the first of this stretch'),
    documents: z.array(exportDocumentSchema),
    rows: count,
    missing: z.array(exportMissingSchema),
    leftOut: count.describe('Rows of those whom the target does not want'),
    completeness: z.enum(['complete', 'incomplete']),
    lacks: z.array(z.string()).describe('Why it may be less than all'),
    asOf: instant.nullable().describe('The tables had all that had happened until then'),
    definitionsVersion: count.describe('In force as the stretch began; 0: the defaults'),
    identities: z
      .string()
      .describe('By what agents and queues are known: a digest of all that is said'),
    createdAt: instant,
  })
  .describe('What is in a file of intervals')

export type ExportManifest = z.infer<typeof exportManifestSchema>

export const exportFaultSchema = z.object({ row: count.nullable(), detail: z.string() })

export const exportFileStatusSchema = z
  .object({
    target: name,
    file: name,
    title: z.string().describe('The product'),
    table: z.string(),
    deliverTo: z
      .string()
      .nullable()
      .describe('Of the file of targets; null: written when asked for'),
    lateData: z.enum(lateDataKinds),
    closeDelayMinutes: z.number(),
    stretchMinutes: z.int().describe('What one file is of'),
    writtenUntil: instant.nullable(),
    waiting: count.describe('Stretches that have ended and were not written yet'),
    differing: count.describe('Written stretches of the last days that say something else now'),
    refusal: z
      .object({ from: instant, to: instant, at: instant, faults: z.array(exportFaultSchema) })
      .nullable()
      .describe('The last that could not be written, if none has been since'),
  })
  .describe('How the files of one sort stand')

export const exportsSchema = z
  .object({
    at: instant,
    files: z.array(exportFileStatusSchema),
    written: z.array(exportManifestSchema).describe('The latest first'),
  })
  .describe('What was written')

export const exportDifferencesSchema = z
  .object({
    differences: z.array(
      z.object({
        target: name,
        file: name,
        lateData: z.enum(lateDataKinds),
        from: instant,
        to: instant,
        writtenAt: instant,
        willBeSent: z.boolean().describe('False: it is for people to put right at the target'),
      }),
    ),
  })
  .describe('Written stretches that say something else now')

export const exportAskedSchema = z.strictObject({
  from: z.string().min(1).describe('An instant in ISO 8601, on the border of a stretch'),
  to: z.string().min(1).describe('Not included'),
  deliver: z.boolean().default(false).describe('Put it into the outbox of its target'),
  stretchMinutes: z
    .literal([5, 15, 30, 60, 1440])
    .optional()
    .describe('What each file is of, where it is not as set'),
  isAgain: z.boolean().default(false).describe('Also what was written already and says the same'),
})

export const exportResultSchema = z
  .object({
    written: z.array(exportManifestSchema),
    known: count.describe('Stretches that were written before and say the same'),
    refused: z.array(z.object({ from: instant, to: instant, faults: z.array(exportFaultSchema) })),
    next: instant.nullable().describe('Where to go on; null: that was all'),
  })
  .describe('What was written now')

export const exportContentSchema = z
  .object({
    manifest: exportManifestSchema,
    documents: z.array(z.object({ name: z.string(), contentType: z.string(), text: z.string() })),
  })
  .describe('Files as they would be written now')

export type ExportFileStatus = z.infer<typeof exportFileStatusSchema>
export type Exports = z.infer<typeof exportsSchema>
export type ExportDifferences = z.infer<typeof exportDifferencesSchema>
export type ExportAsked = z.input<typeof exportAskedSchema>
export type ExportResult = z.infer<typeof exportResultSchema>
export type ExportContent = z.infer<typeof exportContentSchema>

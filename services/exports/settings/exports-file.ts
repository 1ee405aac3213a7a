import { z } from 'zod'
import { connectors } from '../../../connectors/all.ts'
import { lateDataKinds } from '../../../schemas/feeds/exports.ts'
import { readYamlFile, type ValueFault, type YamlFile } from '../../definitions/yaml-file.ts'

// Which files of which WFM products are written, of what, when, and where they go.

const instant = z.iso.datetime({
  offset: true,
  error: 'is no instant, such as 2026-03-01T00:00:00Z',
})

const fileSchema = z.strictObject({
  stretchMinutes: z
    .literal([5, 15, 30, 60, 1440])
    .optional()
    .describe('What one file is of; else an interval, or a day where the name tells only the day'),
  closeDelayMinutes: z.number().min(0).optional().describe('Else what the connector says'),
  patienceMinutes: z
    .number()
    .min(0)
    .optional()
    .describe('How much longer sources are waited for; else 60, and two days where rows go once'),
  lateData: z.enum(lateDataKinds).optional().describe('Else what the connector says'),
  windowMinutes: z.int().min(5).default(120).describe('With overlapping: what each file is of'),
  restateEveryMinutes: z
    .number()
    .min(1)
    .default(15)
    .describe('A stretch that changed is not written again sooner'),
  lookBackDays: z
    .int()
    .min(1)
    .max(400)
    .default(14)
    .describe('How old a stretch may be whose change is noticed'),
  deliver: z
    .string()
    .min(1)
    .optional()
    .describe('A target of LEDGERLINE_TARGETS for this file alone'),
  since: instant
    .optional()
    .describe('The first stretch; else the one in which the hub first has this'),
})

const exportSchema = z.strictObject({
  connector: z
    .enum(connectors.map(({ name }) => name))
    .optional()
    .describe("A vendor's"),
  form: z.string().min(1).optional().describe('The path of a file of a target of your own'),
  options: z.record(z.string(), z.unknown()).default({}).describe('Of the connector'),
  identities: z.string().min(1).optional().describe('The path of a file of identities'),
  agentsWithoutLogon: z
    .enum(['tell', 'by-sid'])
    .default('tell')
    .describe('tell: their rows do not go out, and are told; by-sid: the sid is the logon'),
  deliver: z
    .string()
    .min(1)
    .optional()
    .describe('A target of LEDGERLINE_TARGETS; without it files are written only when asked for'),
  manifest: z
    .enum(['beside', 'none'])
    .optional()
    .describe('Else beside each file where the target takes files'),
  files: z
    .record(z.string().min(1), fileSchema)
    .refine((files) => Object.keys(files).length > 0, 'must name a file'),
})

export const exportsFileSchema = z
  .strictObject({
    exports: z.record(
      z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name is small letters, digits and hyphens'),
      exportSchema,
    ),
  })
  .describe('Which files of intervals the hub writes')

export type ExportsFile = z.infer<typeof exportsFileSchema>
export type ExportSettings = ExportsFile['exports'][string]
export type FileSettings = ExportSettings['files'][string]

/** Of the file as people write it, for editors. */
export function exportsJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(exportsFileSchema, { io: 'input' })
}

/** Reads YAML: either what is to be written, or all that is wrong with it, in the order of the lines. */
export function readExportsFile(text: string): YamlFile<ExportsFile> {
  return readYamlFile(text, {
    schema: exportsFileSchema,
    about: 'a file of exports is a mapping that has "exports:" in it',
    faultsBetween,
  })
}

/** What is wrong with settings that are each of the right form, also where others are not. */
function faultsBetween(value: unknown): readonly ValueFault[] {
  return Object.entries(loose.parse(value).exports).flatMap(([name, told]) => {
    const path = ['exports', name]
    const { connector, form, files, options } = told
    if ((connector === undefined) === (form === undefined)) {
      return [{ path, isOfName: true, detail: 'must have either a connector or a form' }]
    }
    const vendor = connectors.find((each) => each.name === connector)
    return vendor === undefined ? [] : vendorFaults(path, vendor, options, Object.keys(files))
  })
}

function vendorFaults(
  path: readonly string[],
  vendor: (typeof connectors)[number],
  options: unknown,
  files: readonly string[],
): readonly ValueFault[] {
  const read = vendor.options.safeParse(options)
  if (!read.success) {
    return read.error.issues.map((issue) => ({
      path: [...path, 'options', ...issue.path],
      isOfName: issue.code === 'unrecognized_keys',
      detail: issue.message,
    }))
  }
  const choices = Object.keys(vendor.forms(options).files)
  return files
    .filter((name) => !choices.includes(name))
    .map((name) => ({
      ...{ path: [...path, 'files', name], isOfName: true, choices },
      detail: `${vendor.title} takes no such file`,
    }))
}

const text = z.string().optional().catch(undefined)
const anything = z.record(z.string(), z.unknown()).catch({}).default({})
const looseExport = z.object({
  ...{ connector: text, form: text, options: anything, files: anything },
})
const noExport = looseExport.parse({ connector: '-' })
const loose = z.object({ exports: z.record(z.string(), looseExport.catch(noExport)).catch({}) })

import { z } from 'zod'
import { definitionsFileSchema, thresholdFaults } from '../../schemas/events/definitions.ts'
import { nearestZones } from '../time/zone-names.ts'
import { isZone } from '../time/zone.ts'
import { readYamlFile, type ValueFault, type YamlFile } from './yaml-file.ts'

/** What a file of definitions says, with the defaults of what it leaves out. */
export type FileDefinitions = z.infer<typeof definitionsFileSchema>

/** Reads YAML: either the definitions, or all that is wrong with them, in the order of the lines. */
export function readDefinitionsFile(text: string): YamlFile<FileDefinitions> {
  return readYamlFile(text, {
    schema: definitionsFileSchema,
    about: 'a file of definitions is a mapping, such as "slThresholdMs: 20000"',
    faultsBetween,
  })
}

/** What is wrong with values that are each of the right form, also where others are not. */
function faultsBetween(value: unknown): readonly ValueFault[] {
  const { sites, productiveActivities, intervalMinutes, ...thresholds } = loose.parse(value)
  const faults: ValueFault[] = thresholdFaults(thresholds).map(({ path, message }) => ({
    ...{ path, isOfName: false, detail: message },
  }))
  for (const [site, { zone, dayStartsAt }] of Object.entries(sites)) {
    if (zone !== undefined && !isZone(zone)) {
      const detail = 'is no IANA time zone; the nearest are these'
      const choices = nearestZones(zone)
      faults.push({ path: ['sites', site, 'zone'], isOfName: false, detail, choices })
    }
    const minutes = Date.parse(`1970-01-01T${dayStartsAt ?? '00:00'}Z`) / 60_000
    if (minutes % intervalMinutes > 0) {
      const detail = `a day must begin where an interval of ${intervalMinutes} minutes begins`
      faults.push({ path: ['sites', site, 'dayStartsAt'], isOfName: false, detail })
    }
  }
  for (const [index, name] of productiveActivities.entries()) {
    if (productiveActivities.indexOf(name) === index) continue
    const detail = 'this name stands here a second time'
    faults.push({ path: ['productiveActivities', index], isOfName: false, detail })
  }
  return faults
}

const wait = z.int().min(0).optional().catch(undefined)
const waits = { slThresholdMs: wait, shortAbandonMs: wait }
const ofChannels = z.record(z.string(), z.object(waits).catch({})).optional().catch(undefined)
const loose = z.object({
  ...waits,
  queues: z
    .record(z.string(), z.object({ ...waits, channels: ofChannels }).catch({}))
    .optional()
    .catch(undefined),
  sites: z
    .record(
      z.string(),
      z
        .object({
          zone: z.string().optional().catch(undefined),
          dayStartsAt: z.string().optional().catch(undefined),
        })
        .catch({}),
    )
    .catch({}),
  productiveActivities: z.array(z.unknown()).catch([]),
  intervalMinutes: z.literal([5, 15, 30]).catch(15),
})

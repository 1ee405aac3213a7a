import { z } from 'zod'
import { activityClasses } from './definitions.ts'
import { directions } from './ledger-event.ts'

/** What an agent is to a WFM product: ready for work or in it, signed on but not, or not signed on. */
export const wfmClasses = ['available', 'signed_on', 'signed_off'] as const
export type WfmClass = (typeof wfmClasses)[number]

export const contactPhases = ['ringing', 'talk', 'hold', 'acw'] as const
export type ContactPhase = (typeof contactPhases)[number]

/** Which speaks where an agent in another activity than work has an open contact. */
export const contactPolicies = ['contact', 'activity', 'combined'] as const

const instant = z.iso.datetime({
  offset: true,
  error: 'is no instant, such as 2026-03-01T00:00:00Z',
})
const oneOf = <T extends z.ZodType>(value: T) => z.array(value).min(1).optional()
const names = oneOf(z.string().min(1))
const milliseconds = z.int().min(1).optional()

/** What an agent becomes in the words of a target. Placeholders in `code`, `reason` and `text`: see connectors/mapping/template.ts. */
const given = {
  code: z.string().min(1),
  /** A number or word beside the code, where the target has them. */
  reason: z.string().min(1).optional(),
  text: z.string().optional(),
  class: z.enum(wfmClasses),
  /** Where it is left out, all but `signed_off` are. */
  loggedOn: z.boolean().optional(),
  countsAsContact: z.boolean().default(false),
  paid: z.boolean().default(true),
}

/** Conditions of which all must hold; each holds if one of its values fits. */
const when = z.strictObject({
  /** The activity by sid or, whatever the case of its letters, by name. */
  activity: names,
  activityClass: oneOf(z.enum(activityClasses)),
  /** The contact that speaks. A rule with any of these is about contacts, one with none about activities. */
  channel: names,
  phase: oneOf(z.enum(contactPhases)),
  direction: oneOf(z.enum(directions)),
  /** By id. */
  queue: names,
  workflow: names,
  /** Contacts open at once, of all channels. */
  contactsAtLeast: z.int().min(1).optional(),
  contactsAtMost: z.int().min(1).optional(),
  /** What the agent has given as a reason for the activity. */
  reason: names,
  /** By dotted paths in the worker's attributes; in a list, any of it may fit. */
  attributes: z
    .record(z.string().min(1), z.array(z.union([z.string(), z.number(), z.boolean()])).min(1))
    .optional(),
  /** How long the contact has been in its phase, or the agent without one in his activity. */
  longerThanMs: milliseconds,
})

export const mappingRuleSchema = z.strictObject({
  /** For people: what is shown of it. */
  name: z.string().min(1).optional(),
  when: when.default({}),
  give: z.strictObject(given),
  /** Holds from here on. */
  from: instant.optional(),
  /** Holds no longer from here on. */
  until: instant.optional(),
})

const rules = z.array(mappingRuleSchema).default([])

const speaking = z.strictObject({
  channel: z.string().min(1).optional(),
  phase: z.enum(contactPhases).optional(),
  direction: z.enum(directions).optional(),
})

/** What may stand in a file of mapping rules: all the rules of one target. */
export const mappingFileSchema = z.strictObject({
  /** The WFM product, as connectors and exports are told. */
  target: z.string().regex(/^[a-z][a-z0-9-]*$/, 'is no name such as calabrio or assembled-emea'),
  contactPolicy: z.enum(contactPolicies).default('contact'),
  /** Where an agent has several contacts, the first that any of these fits speaks; one that none fits comes last. */
  precedence: z
    .array(speaking)
    .min(1)
    .default([{ phase: 'talk' }, { phase: 'hold' }, { phase: 'ringing' }, { phase: 'acw' }]),
  /** Of both, with the policy `combined`. */
  combinedCode: z.string().default('{activityCode}/{contactCode}'),
  /** What no rule maps. */
  fallback: z.strictObject(given).default({
    ...{ code: 'UNMAPPED', text: '{activity}', class: 'signed_on', loggedOn: true },
    ...{ countsAsContact: false, paid: true },
  }),
  /** A worker who is deleted, or of whom no activity has been told. */
  gone: z.strictObject(given).default({
    ...{ code: 'OFFLINE', text: '', class: 'signed_off', loggedOn: false },
    ...{ countsAsContact: false, paid: false },
  }),
  /** A state shorter than this is not told: its time stays with the state before it. */
  minimumDwellMs: z.int().min(0).default(0),
  /** Where in a worker's attributes these stand, by dotted paths. */
  attributes: z
    .strictObject({
      site: z.string().min(1).default('site'),
      team: z.string().min(1).default('team_name'),
      reason: z.string().min(1).default('reason'),
    })
    .prefault({}),
  /** For everybody; the first that fits gives. */
  rules,
  /** Before those for everybody: of a site, before them of a team, before all of one worker by sid. */
  sites: z.record(z.string(), z.array(mappingRuleSchema)).default({}),
  teams: z.record(z.string(), z.array(mappingRuleSchema)).default({}),
  people: z.record(z.string(), z.array(mappingRuleSchema)).default({}),
})

export type MappingFile = z.infer<typeof mappingFileSchema>
export type MappingRule = z.infer<typeof mappingRuleSchema>
export type Given = MappingRule['give']

/** The same as the ledger keeps it, with the number that the hub has given it. */
export const mappingSchema = mappingFileSchema.extend({ version: z.int().min(1) })
export type Mapping = z.infer<typeof mappingSchema>

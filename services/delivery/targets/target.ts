import { z } from 'zod'
import { framings } from '../frame.ts'

const host = z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be the name or address of a host')
const port = z.int().min(1).max(65_535)
const folder = z.string().min(1)
const token = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

/** Where a secret is read from; never the secret itself, so that the file may lie where anybody reads it. */
const secret = z
  .strictObject({
    env: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of a variable')
      .optional()
      .describe('The name of an environment variable'),
    file: z.string().min(1).optional().describe('The path of a file'),
  })
  .describe('Where it is read from, at the start: env or file')

export type SecretPlace = z.infer<typeof secret>

/** What is told of agents, and how: see docs/feed.md. What a connector is and takes others know. */
const statesSchema = z.strictObject({
  mapping: z.string().min(1).describe('The target of the mapping rules by which agents are told'),
  connector: z
    .string()
    .min(1)
    .optional()
    .describe('The vendor, such as calabrio-wfm; without it the form is a file of your own'),
  form: z
    .string()
    .min(1)
    .describe(
      'One of the forms that the connector has for states, such as soap; without a connector the path of a file of a target of your own',
    ),
  options: z.record(z.string(), z.unknown()).default({}).describe('Of the connector'),
  settings: z
    .record(z.string(), z.string())
    .default({})
    .describe('What the form wants to know, such as sourceId; never a secret'),
  keySetting: z
    .string()
    .min(1)
    .default('authenticationKey')
    .describe('The setting that the key of auth: { kind: body } is'),
  identities: z
    .string()
    .min(1)
    .optional()
    .describe('The path of a file of identities; without it agents are known by their sids'),
  windowSeconds: z
    .number()
    .min(0)
    .max(60)
    .default(0.25)
    .describe('Changes within so long of each other go together'),
  holdBackSeconds: z
    .number()
    .min(0)
    .max(15)
    .default(0)
    .describe('A change waits so long for others that were before it'),
  snapshotMinutes: z
    .number()
    .min(0.1)
    .max(1_440)
    .default(15)
    .describe('How often everybody is told, where the form has a snapshot'),
})

export type StatesOfTarget = z.infer<typeof statesSchema>

const common = {
  timeoutSeconds: z
    .number()
    .min(0.1)
    .max(300)
    .default(10)
    .describe('An attempt has failed after so long'),
  requestsPerSecond: z
    .number()
    .min(0.01)
    .max(1_000)
    .optional()
    .describe('No more attempts than that; without it as many as there are'),
  concurrency: z
    .int()
    .min(1)
    .max(16)
    .default(1)
    .describe(
      'Attempts under way at once; of documents, which go in order, there is never more than one',
    ),
  retry: z
    .strictObject({
      firstSeconds: z.number().min(0.1).max(60).default(1),
      maxSeconds: z.number().min(0.1).max(3_600).default(60),
    })
    .prefault({})
    .describe('How long to wait after a failure; twice as long after each more, with jitter'),
  failuresToOpen: z
    .int()
    .min(1)
    .max(100)
    .default(5)
    .describe('So many failures in a row open the breaker: then one attempt at a time goes out'),
  giveUpAfterHours: z
    .number()
    .min(0.1)
    .max(8_760)
    .default(168)
    .describe('A document that has not been taken for so long is a dead letter'),
  states: statesSchema.optional().describe('Makes it a target of the adherence feed'),
}

const httpAuth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('bearer'), token: secret }),
  z.strictObject({ kind: z.literal('basic'), user: z.string().min(1), password: secret }),
  z.strictObject({
    kind: z.literal('header'),
    name: z.string().regex(token, 'must be the name of a header'),
    value: secret,
  }),
  z.strictObject({ kind: z.literal('body'), key: secret }),
])

const sftpAuth = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password'), password: secret }),
  z.strictObject({ kind: z.literal('key'), privateKey: secret, passphrase: secret.optional() }),
])

export const targetSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http'),
    url: z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' }),
    headers: z
      .record(
        z.string().regex(token, 'must be the name of a header'),
        z.string().regex(/^[\x20-\x7e]*$/, 'must be printable ASCII'),
      )
      .default({}),
    auth: httpAuth.optional(),
    insecure: z.boolean().default(false).describe('Without TLS to another machine all the same'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('tcp'),
    ...{ host, port },
    framing: z.enum(framings).default('line'),
    answers: z.enum(['each', 'none']).default('each'),
    tls: z.boolean().default(true),
    insecure: z.boolean().default(false).describe('Without TLS to another machine all the same'),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('sftp'),
    host,
    port: port.default(22),
    user: z.string().min(1),
    auth: sftpAuth,
    hostKeys: z
      .array(z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be SHA256: and 43 characters'))
      .min(1)
      .describe('As `ssh-keygen -lf` tells them; a host with any other is not spoken to'),
    folder: folder.default('.'),
    ...common,
    timeoutSeconds: common.timeoutSeconds.default(60),
  }),
  z.strictObject({ kind: z.literal('directory'), folder, ...common }),
  z.strictObject({
    kind: z.literal('kafka'),
    brokers: z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port')).min(1),
    topic: z.string().regex(/^[a-zA-Z0-9._-]{1,249}$/, 'must be the name of a topic'),
    tls: z.boolean().default(true),
    auth: z
      .strictObject({
        kind: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
        user: z.string().min(1),
        password: secret,
      })
      .optional(),
    insecure: z.boolean().default(false).describe('Without TLS to another machine all the same'),
    ...common,
    timeoutSeconds: common.timeoutSeconds.default(30),
  }),
])

export type Target = z.infer<typeof targetSchema>

const targetsMax = 50

export const targetsSchema = z
  .strictObject({
    targets: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'a name is small letters, digits and hyphens'),
        targetSchema,
      )
      .refine(
        (targets) => Object.keys(targets).length <= targetsMax,
        `there may be ${targetsMax} targets at the most`,
      ),
  })
  .describe('Where the hub delivers to')

export type Targets = z.infer<typeof targetsSchema>

/** Of the file as people write it, for editors. */
export function targetsJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(targetsSchema, { io: 'input' })
}

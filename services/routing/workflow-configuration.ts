import { z } from 'zod'
import { readCondition } from './condition.ts'
import { expressionFaultText, type ExpressionReading } from './expression-fault.ts'
import { readOrderBy } from './order-by.ts'
import { parseReference } from './parse-operand.ts'
import { createTokenCursor } from './token-cursor.ts'
import type { Place } from './routing-context.ts'

/** What a workflow's configuration says, its expressions ready to be asked. */
export type WorkflowConfiguration = z.infer<typeof configuration>
export type WorkflowFilter = WorkflowConfiguration['filters'][number]
export type WorkflowTarget = WorkflowFilter['targets'][number]

export interface ConfigurationFault {
  /** Such as `task_routing.filters[0].targets[1].expression`; empty: the whole text. */
  readonly path: string
  readonly detail: string
}

export type ConfigurationReading<T> =
  | { readonly kind: 'understood'; readonly value: T }
  /** At least one fault. */
  | { readonly kind: 'refused'; readonly faults: readonly ConfigurationFault[] }

/** Reads the `Configuration` of a workflow, which is JSON as text, or names every fault in it. */
export function readWorkflowConfiguration(
  text: string,
): ConfigurationReading<WorkflowConfiguration> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return { kind: 'refused', faults: [{ path: '', detail: `no JSON: ${error.message}` }] }
  }
  return readBySchema(configuration, json)
}

export function readBySchema<T>(schema: z.ZodType<T>, value: unknown): ConfigurationReading<T> {
  const read = schema.safeParse(value)
  if (read.success) return { kind: 'understood', value: read.data }
  const faults = read.error.issues.map(({ path, message }) => ({
    path: path.reduce<string>(
      (way, step) =>
        typeof step === 'number' ? `${way}[${step}]` : `${way}${way && '.'}${String(step)}`,
      '',
    ),
    detail: message,
  }))
  return { kind: 'refused', faults }
}

/** An expression at its place; each of its faults is one of the configuration. */
export function conditionSchema(place: Place) {
  return expressionText((text) => readCondition(text, place))
}

function expressionText<T>(read: (text: string) => ExpressionReading<T>) {
  return z.string().transform((text, context) => {
    const reading = read(text)
    if (reading.kind === 'understood') return reading.value
    for (const fault of reading.faults) {
      context.addIssue({ code: 'custom', message: expressionFaultText(fault) })
    }
    return z.NEVER
  })
}

/** Twilio's examples write numbers as numbers and as texts: `"priority": "10"`. */
function wholeNumber(min: number) {
  const detail = `a whole number, ${min} or more`
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: detail })
    .refine((value) => Number.isSafeInteger(value) && value >= min, { error: detail })
}

/** An expression that is empty is one that is not there. */
export function unlessEmpty<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullable())
}

function optional<T extends z.ZodType>(schema: T) {
  return unlessEmpty(schema)
    .optional()
    .transform((value) => value ?? null)
}

const knownWorkerReference = expressionText((text) => {
  const cursor = createTokenCursor(text)
  const reference = parseReference(cursor)
  if (reference !== null && !cursor.isEnd()) cursor.refuse('one name of the task stands here')
  const faults = cursor.faults()
  if (faults.length > 0 || reference === null) return { kind: 'refused', faults }
  return { kind: 'understood', value: { source: text, path: reference.path } }
})

const sidOfQueue = 'the sid of a queue'
const queue = z.string({ error: sidOfQueue }).min(1, { error: sidOfQueue })

const targetFields = {
  priority: wholeNumber(0).nullish(),
  timeout: wholeNumber(1).nullish(),
  expression: optional(conditionSchema('target')),
  order_by: optional(expressionText(readOrderBy)),
  skip_if: optional(conditionSchema('skip_if')),
  known_worker_sid: optional(knownWorkerReference),
  known_worker_friendly_name: optional(knownWorkerReference),
}

type TargetFields = z.infer<z.ZodObject<typeof targetFields>>

function isByOneName(target: Partial<TargetFields>): boolean {
  return !(target.known_worker_sid && target.known_worker_friendly_name)
}

const oneName = {
  error:
    'a known worker is named by known_worker_sid or by known_worker_friendly_name, not by both',
}

function toTarget(target: TargetFields & { readonly queue?: string | null | undefined }) {
  const { known_worker_sid: sid, known_worker_friendly_name: name } = target
  return {
    /** Null: the one of the target before. */
    queue: target.queue ?? null,
    /** Null: the task keeps the one that it has. */
    priority: target.priority ?? null,
    timeoutSeconds: target.timeout ?? null,
    expression: target.expression,
    orderBy: target.order_by,
    skipIf: target.skip_if,
    knownWorker:
      sid !== null
        ? ({ by: 'sid', ...sid } as const)
        : name !== null
          ? ({ by: 'friendly_name', ...name } as const)
          : null,
  }
}

/** “The first target within a filter requires a queue”; later ones inherit it. */
const firstTarget = z
  .looseObject({ queue, ...targetFields }, { error: 'a filter has one target or more' })
  .refine(isByOneName, oneName)
  .transform(toTarget)
const laterTarget = z
  .looseObject({ queue: queue.nullish(), ...targetFields })
  .refine(isByOneName, oneName)
  .transform(toTarget)

const filter = z
  .looseObject({
    filter_friendly_name: z.string().nullish(),
    /** Some of Twilio's own client libraries write the name so. */
    friendly_name: z.string().nullish(),
    expression: conditionSchema('filter'),
    targets: z.tuple([firstTarget], laterTarget, { error: 'a list of targets' }),
  })
  .transform(({ filter_friendly_name, friendly_name, expression, targets }) => ({
    name: filter_friendly_name ?? friendly_name ?? null,
    expression,
    targets,
  }))

const configuration = z
  .looseObject({
    task_routing: z.looseObject({
      filters: z.array(filter).nullish(),
      default_filter: z
        .looseObject({ queue, ...targetFields })
        .transform(toTarget)
        .nullish(),
    }),
  })
  .transform(({ task_routing: { filters, default_filter } }) => ({
    filters: filters ?? [],
    /** Where a task goes that no filter takes; null: it is cancelled. */
    defaultTarget: default_filter ?? null,
  }))

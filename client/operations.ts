import type { z } from 'zod'
import { auditResultSchema, type AuditRequest, type AuditResult } from '../schemas/feeds/audit.ts'
import {
  explainedCellSchema,
  explainedEventSchema,
  type ExplainedCell,
  type ExplainedEvent,
} from '../schemas/feeds/explain.ts'
import {
  definitionsAnswerSchema,
  definitionsSetResultSchema,
  type DefinitionsAnswer,
  type DefinitionsSetResult,
} from '../schemas/feeds/definitions.ts'
import {
  mappingCoverageSchema,
  mappingExplainedSchema,
  mappingRehearsalSchema,
  mappingsAnswerSchema,
  mappingSetResultSchema,
  type MappingCoverage,
  type MappingExplained,
  type MappingRehearsal,
  type MappingsAnswer,
  type MappingSetResult,
} from '../schemas/feeds/mappings.ts'
import {
  forecastImportSchema,
  type ForecastFormat,
  type ForecastImport,
} from '../schemas/feeds/forecasts.ts'
import {
  agentScheduleSchema,
  exceptionAnswerSchema,
  exceptionsSchema,
  scheduleImportSchema,
  type AgentSchedule,
  type ExceptionBody,
  type Exceptions,
  type ScheduleExceptionTold,
  type ScheduleFormat,
  type ScheduleImport,
} from '../schemas/feeds/schedules.ts'
import {
  backfillResultSchema,
  deadLettersSchema,
  jobSchema,
  progressSchema,
  rebuildResultSchema,
  redriveResultSchema,
  twilioConfigResultSchema,
  verifyResultSchema,
  wholeDeadLetterSchema,
  workLineSchema,
  type BackfillRequest,
  type BackfillResult,
  type DeadLetterFilter,
  type DeadLetterLine,
  type Job,
  type OperationsProgress,
  type RebuildResult,
  type RedriveResult,
  type TwilioConfigResult,
  type VerifyResult,
  type WholeDeadLetter,
  type WorkProgress,
} from '../schemas/feeds/operations.ts'
import { rehearsalResultSchema, type RehearsalResult } from '../schemas/feeds/rehearsal.ts'
import { sourcesSchema, type Sources } from '../schemas/feeds/sources.ts'
import {
  whatIfResultSchema,
  type WhatIfQuestion,
  type WhatIfResult,
} from '../schemas/feeds/whatif.ts'
import { createHubCall, jsonBody, queryOf, type HubCallOptions } from './hub-call.ts'
import { HubError } from './hub-error.ts'

export { HubError }

export type OperationsClientOptions = HubCallOptions

/** What a running hub can be asked to do about itself. */
export interface OperationsClient {
  readonly url: string
  progress(): Promise<OperationsProgress>
  /**
   * Starts a rebuild, or follows the one that is under way. It goes on in the hub when the follower leaves: only `stopJob`
   * ends it. With a date, `2026-03-01`, only what lies in its month, in UTC, and after it is written anew.
   */
  rebuild(onJob: (job: Job) => void, from?: string): Promise<RebuildResult>
  /** The same of a verify. */
  verify(onJob: (job: Job) => void): Promise<VerifyResult>
  /** The rebuild or verify that is under way, or the last that was; null if there was none since the hub's start. */
  job(): Promise<Job | null>
  /** Ends it, and throws away what it has read, or what one that was cut off has left. Resolves when it has ended. */
  stopJob(): Promise<Job | null>
  /** Has a stretch of Twilio's lists read again. */
  backfill(
    request: BackfillRequest,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<BackfillResult>
  /** Has counts compared with TaskRouter's cumulative statistics. */
  audit(request: AuditRequest, onProgress: (progress: WorkProgress) => void): Promise<AuditResult>
  /** The events behind one number; the parameters are those of `GET /v1/explain`. */
  explain(question: Readonly<Record<string, string>>): Promise<ExplainedCell>
  /** The numbers that an event is behind. */
  explainEvent(id: string): Promise<ExplainedEvent>
  /** How each source is heard. */
  sources(): Promise<Sources>
  /** By what numbers are counted: all versions, and what holds at an instant, or now. */
  definitions(at?: number): Promise<DefinitionsAnswer>
  /** The mappings of WFM targets: all versions, and what holds at an instant, or now. */
  mappings(asked?: {
    readonly at?: number | undefined
    readonly target?: string | undefined
  }): Promise<MappingsAnswer>
  /** Sets the mapping of a target by a file in YAML, from an instant on, or from now. */
  setMapping(file: string, from?: number): Promise<MappingSetResult>
  /** What a file of mapping rules would change of the last days, as `rehearseDefinitions` does. */
  rehearseMapping(
    file: string,
    asked: { readonly days?: number | undefined; readonly from?: number | undefined },
    onProgress: (progress: WorkProgress) => void,
  ): Promise<MappingRehearsal>
  /** Takes plans in, as a file has them. */
  importSchedules(
    body: string,
    asked: {
      readonly format: ScheduleFormat
      readonly zone?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly read_at?: number | undefined
    },
  ): Promise<ScheduleImport>
  /** Takes forecasts in, as a file has them. */
  importForecasts(
    body: string,
    asked: {
      readonly format: ForecastFormat
      readonly zone?: string | undefined
      readonly from?: string | undefined
      readonly to?: string | undefined
      readonly interval_minutes?: string | undefined
      readonly workspace?: string | undefined
      readonly read_at?: number | undefined
    },
  ): Promise<ForecastImport>
  /** Agrees on something beside a plan. */
  agreeOnException(body: ExceptionBody): Promise<ScheduleExceptionTold>
  /** Withdraws what was agreed on: that of one agent, where several have the id; now, unless it is told when. */
  withdrawException(
    id: string,
    asked?: { readonly agent?: string | undefined; readonly at?: number | undefined },
  ): Promise<Exceptions>
  /** What is planned for an agent, today or from one instant to another, by what had been read by then. */
  schedule(
    agent: string,
    asked?: {
      readonly at?: number | undefined
      readonly from?: number | undefined
      readonly to?: number | undefined
    },
  ): Promise<AgentSchedule>
  /** Why a worker is told to a target as he is, at an instant, or now. */
  explainMapping(question: {
    readonly target: string
    readonly worker: string
    readonly at?: number | undefined
  }): Promise<MappingExplained>
  /** How much time of agents no rule maps, in the last seven days unless told. */
  mappingCoverage(asked?: {
    readonly target?: string | undefined
    readonly from?: number | undefined
    readonly to?: number | undefined
  }): Promise<MappingCoverage>
  /** Imports task queues and workflows as TaskRouter's REST API gives them. */
  importTwilioConfig(resources: unknown): Promise<TwilioConfigResult>
  /** Sets definitions by a file in YAML, from an instant on, or from now. */
  setDefinitions(file: string, from?: number): Promise<DefinitionsSetResult>
  /** What a file in YAML would change of the last days, were it set from their beginning, or from an instant, on. */
  rehearseDefinitions(
    file: string,
    asked: { readonly days?: number | undefined; readonly from?: number | undefined },
    onProgress: (progress: WorkProgress) => void,
  ): Promise<RehearsalResult>
  /** Replays a past stretch as it was routed, or otherwise. */
  whatIf(
    question: WhatIfQuestion,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<WhatIfResult>
  deadLetters(filter?: DeadLetterFilter): Promise<readonly DeadLetterLine[]>
  deadLetter(id: string): Promise<WholeDeadLetter>
  redrive(filter?: DeadLetterFilter): Promise<RedriveResult>
}

export function createOperationsClient(options: OperationsClientOptions): OperationsClient {
  const { url, signal } = options
  const { call, get } = createHubCall(options)

  async function work<T extends z.ZodType>(
    name: 'backfill' | 'audit' | 'definitions/rehearse' | 'mappings/rehearse' | 'whatif',
    schema: T,
    onProgress: (progress: WorkProgress) => void,
    body: RequestInit = {},
    query = '',
  ): Promise<z.infer<T>> {
    const response = await call(`/v1/operations/${name}${query}`, { method: 'POST', ...body })
    for await (const text of linesOf(response)) {
      const line = workLineSchema.parse(JSON.parse(text))
      if ('result' in line) return schema.parse(line.result)
      if ('error' in line) throw new HubError(200, line.error.detail, line.error.code)
      onProgress(line)
    }
    throw new HubError(200, `the hub has gone away during the ${name}`)
  }

  /** Takes in what a file has, in the format that is asked. */
  async function importFile<T extends z.ZodType>(
    path: string,
    schema: T,
    body: string,
    asked: { readonly format: string } & Readonly<Record<string, string | number | undefined>>,
  ): Promise<z.infer<T>> {
    const isText = asked.format === 'csv'
    const response = await call(`${path}${questionOf(asked)}`, {
      method: 'POST',
      headers: { 'content-type': isText ? 'text/csv' : 'application/json' },
      body,
    })
    return schema.parse(await response.json())
  }

  async function job(): Promise<Job | null> {
    try {
      return await get('/v1/operations/job', jobSchema)
    } catch (error) {
      if (error instanceof HubError && error.status === 404) return null
      throw error
    }
  }

  /** Until the job has ended; it is another's if the hub was started anew. */
  async function follow(started: Job, onJob: (job: Job) => void): Promise<Job> {
    for (let now: Job | null = started; ; now = await job()) {
      if (now?.id !== started.id) {
        throw new HubError(
          200,
          `the hub has been started anew during the ${started.work}; ask again, and it goes on`,
        )
      }
      onJob(now)
      if (now.endedAt !== null) return now
      await pause(pollMs, signal)
    }
  }

  async function followed<T extends z.ZodType>(
    work: Job['work'],
    schema: T,
    onJob: (job: Job) => void,
    query = '',
  ): Promise<z.infer<T>> {
    const started = await call(`/v1/operations/${work}${query}`, { method: 'POST' })
    const { error, result } = await follow(jobSchema.parse(await started.json()), onJob)
    if (error !== null) throw new HubError(200, error.detail, error.code)
    return schema.parse(result)
  }

  return {
    url,
    job,
    async stopJob() {
      const response = await call('/v1/operations/job', { method: 'DELETE' })
      if (response.status === 204) return null
      return follow(jobSchema.parse(await response.json()), () => undefined)
    },
    progress: () => get('/v1/operations/progress', progressSchema),
    rebuild(onJob, from) {
      const query = from === undefined ? '' : `?${new URLSearchParams({ from }).toString()}`
      return followed('rebuild', rebuildResultSchema, onJob, query)
    },
    verify: (onJob) => followed('verify', verifyResultSchema, onJob),
    backfill: (request, onProgress) =>
      work('backfill', backfillResultSchema, onProgress, jsonBody(request)),
    audit: (request, onProgress) => work('audit', auditResultSchema, onProgress, jsonBody(request)),
    explain: (question) =>
      get(`/v1/explain?${new URLSearchParams(question).toString()}`, explainedCellSchema),
    explainEvent: (id) => get(`/v1/explain/events/${encodeURIComponent(id)}`, explainedEventSchema),
    sources: () => get('/v1/sources', sourcesSchema),
    definitions: (at) => get(`/v1/definitions${questionOf({ at })}`, definitionsAnswerSchema),
    async setDefinitions(file, from) {
      const response = await call(`/v1/operations/definitions${questionOf({ from })}`, {
        method: 'POST',
        ...yamlBody(file),
      })
      return definitionsSetResultSchema.parse(await response.json())
    },
    async importTwilioConfig(resources) {
      const response = await call('/v1/operations/twilio-config', {
        method: 'POST',
        ...jsonBody(resources),
      })
      return twilioConfigResultSchema.parse(await response.json())
    },
    rehearseDefinitions(file, { days, from }, onProgress) {
      const asked = questionOf({ days: days?.toString(), from })
      return work('definitions/rehearse', rehearsalResultSchema, onProgress, yamlBody(file), asked)
    },
    mappings: (asked = {}) => get(`/v1/mappings${questionOf(asked)}`, mappingsAnswerSchema),
    async setMapping(file, from) {
      const response = await call(`/v1/operations/mappings${questionOf({ from })}`, {
        method: 'POST',
        ...yamlBody(file),
      })
      return mappingSetResultSchema.parse(await response.json())
    },
    rehearseMapping(file, { days, from }, onProgress) {
      const asked = questionOf({ days: days?.toString(), from })
      return work('mappings/rehearse', mappingRehearsalSchema, onProgress, yamlBody(file), asked)
    },
    explainMapping: (question) =>
      get(`/v1/mappings/explain${questionOf(question)}`, mappingExplainedSchema),
    mappingCoverage: (asked = {}) =>
      get(`/v1/mappings/coverage${questionOf(asked)}`, mappingCoverageSchema),
    importSchedules: (body, asked) =>
      importFile('/v1/schedules', scheduleImportSchema, body, asked),
    importForecasts: (body, asked) =>
      importFile('/v1/forecasts', forecastImportSchema, body, asked),
    async agreeOnException(body) {
      const response = await call('/v1/schedules/exceptions', { method: 'POST', ...jsonBody(body) })
      return exceptionAnswerSchema.parse(await response.json()).exception
    },
    async withdrawException(id, asked = {}) {
      const path = `/v1/schedules/exceptions/${encodeURIComponent(id)}${questionOf(asked)}`
      return exceptionsSchema.parse(await (await call(path, { method: 'DELETE' })).json())
    },
    schedule: (agent, asked = {}) =>
      get(
        `/v1/schedules/agents/${encodeURIComponent(agent)}${questionOf(asked)}`,
        agentScheduleSchema,
      ),
    whatIf: (question, onProgress) =>
      work('whatif', whatIfResultSchema, onProgress, jsonBody(question)),
    async deadLetters(filter = {}) {
      return (await get(`/v1/dead-letters${queryOf(filter)}`, deadLettersSchema)).deadLetters
    },
    deadLetter: (id) => get(`/v1/dead-letters/${encodeURIComponent(id)}`, wholeDeadLetterSchema),
    async redrive(filter = {}) {
      const response = await call('/v1/dead-letters/redrive', {
        method: 'POST',
        ...jsonBody(filter),
      })
      return redriveResultSchema.parse(await response.json())
    },
  }
}

/** A person looks at the progress. */
const pollMs = 250

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }, ms)
    const leave = () => {
      clearTimeout(timer)
      reject(new DOMException('nobody waits any more', 'AbortError'))
    }
    if (signal?.aborted === true) leave()
    else signal?.addEventListener('abort', leave, { once: true })
  })
}

function yamlBody(file: string): RequestInit {
  return { headers: { 'content-type': 'application/yaml' }, body: file }
}

/** What is asked, with instants as ISO 8601. */
function questionOf(asked: Readonly<Record<string, number | string | undefined>>): string {
  const told: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(asked)) {
    told[name] = typeof value === 'number' ? new Date(value).toISOString() : value
  }
  return queryOf(told)
}

async function* linesOf(response: Response): AsyncIterable<string> {
  if (response.body === null) return
  let rest = ''
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

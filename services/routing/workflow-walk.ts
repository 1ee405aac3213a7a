import type { Instant } from '../../schemas/events/instant.ts'
import { momentDocument } from './documents.ts'
import type { JsonObject } from './json-value.ts'
import type { WorkflowConfiguration, WorkflowTarget } from './workflow-configuration.ts'

/** A target of a filter at its place, with what it inherits. */
export interface WorkflowStep {
  /** Position of the filter and of the target in it; null: the default filter. */
  readonly filter: number | null
  readonly target: number
  readonly filterName: string | null
  /** Its own or that of the nearest target before it that has one. */
  readonly queue: string
  /** The last one that a target up to here sets; null: the task's own. */
  readonly priority: number | null
  readonly rules: WorkflowTarget
}

export interface WorkflowTask {
  readonly attributes: JsonObject
  readonly enteredAt: Instant
  readonly at: Instant
  /**
   * Whether a step is skipped that the task comes to: true when no reservation could be made at once and its `skip_if`
   * holds of its queue's workers at that moment. Asked only of steps with a `skip_if`.
   */
  isSkipped(step: WorkflowStep, at: Instant): boolean
}

export interface PassedStep {
  readonly step: WorkflowStep
  readonly from: Instant
  readonly to: Instant
  readonly why: 'skipped' | 'timed_out'
}

/** Where a task stands, by its workflow alone, if nobody takes it. */
export type Standing =
  | {
      readonly kind: 'waiting'
      readonly step: WorkflowStep
      readonly since: Instant
      /** Null: the step has no timeout. */
      readonly until: Instant | null
      readonly passed: readonly PassedStep[]
    }
  | {
      readonly kind: 'left'
      /** `timed_out`: no step is left after a timeout. `no_filter`: no filter takes it, and there is no default filter. */
      readonly why: 'timed_out' | 'no_filter'
      readonly at: Instant
      readonly passed: readonly PassedStep[]
    }

/** The first filter from a position on whose expression a task meets; null: none. */
export function filterFor(
  { filters }: WorkflowConfiguration,
  attributes: JsonObject,
  at: Instant,
  from = 0,
): number | null {
  const context = { task: attributes, taskrouter: momentDocument(at) }
  const found = filters.findIndex(
    ({ expression }, index) => index >= from && expression.holds(context),
  )
  return found === -1 ? null : found
}

/** The steps of a filter with what they inherit; of null the only one of the default filter, if there is one. */
export function stepsOf(
  { filters, defaultTarget }: WorkflowConfiguration,
  filter: number | null,
): readonly WorkflowStep[] {
  const rules = filter === null ? null : filters[filter]
  const targets = rules?.targets ?? (filter === null && defaultTarget ? [defaultTarget] : [])
  let queue = ''
  let priority: number | null = null
  return targets.map((target, index) => {
    queue = target.queue ?? queue
    priority = target.priority ?? priority
    return {
      ...{ filter, target: index, filterName: rules?.name ?? null },
      ...{ queue, priority, rules: target },
    }
  })
}

/**
 * Walks a task through its workflow up to a moment. As Twilio's pages have it: the first filter that it meets; in it
 * target after target. A step ends when as much time has gone by since the task came to the filter as the timeouts up to
 * and with this step's are together, however early it came to the step. After the last target the next filter that it
 * meets takes it; when there is none, it has timed out, unless it only ever skipped: then, as if no filter had met it, the
 * default filter takes it.
 */
export function standingAt(workflow: WorkflowConfiguration, task: WorkflowTask): Standing {
  const passed: PassedStep[] = []
  let now = task.enteredAt
  let filter = filterFor(workflow, task.attributes, now)
  while (filter !== null) {
    const cameAt = now
    let timeoutMs = 0
    for (const step of stepsOf(workflow, filter)) {
      const { skipIf, timeoutSeconds } = step.rules
      timeoutMs += (timeoutSeconds ?? 0) * 1000
      if (skipIf !== null && task.isSkipped(step, now)) {
        passed.push({ step, from: now, to: now, why: 'skipped' })
        continue
      }
      const until = timeoutSeconds === null ? null : Math.max(now, cameAt + timeoutMs)
      if (until === null || until > task.at) {
        return { kind: 'waiting', step, since: now, until, passed }
      }
      passed.push({ step, from: now, to: until, why: 'timed_out' })
      now = until
    }
    filter = filterFor(workflow, task.attributes, now, filter + 1)
  }
  const [step] = stepsOf(workflow, null)
  const hasTimedOut = passed.some(({ why }) => why === 'timed_out')
  if (!hasTimedOut && step !== undefined) {
    return { kind: 'waiting', step, since: now, until: null, passed }
  }
  return { kind: 'left', why: hasTimedOut ? 'timed_out' : 'no_filter', at: now, passed }
}

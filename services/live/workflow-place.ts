import type { Instant } from '../../schemas/events/instant.ts'
import type { LiveTask } from '../projections/live-task.ts'
import { workersDocument } from '../routing/documents.ts'
import type { WorkflowConfiguration } from '../routing/workflow-configuration.ts'
import {
  filterFor,
  standingAt,
  stepsOf,
  type PassedStep,
  type WorkflowStep,
} from '../routing/workflow-walk.ts'
import { objectIn } from './json-object.ts'
import type { LiveDetails } from './ledger-view.ts'

/** The step of its workflow at which a task waits. */
export interface WorkflowPlace {
  readonly step: WorkflowStep
  /** How many steps its filter has. */
  readonly stepsCount: number
  readonly since: Instant
  /** When its time there is over; null: never, or nobody knows. */
  readonly until: Instant | null
  readonly passed: readonly PassedStep[]
  /** False: events tell another queue than the workflow as it is now would; then the step is that of the queue told. */
  readonly isByWorkflow: boolean
}

/** Null: the task was sent to its queue by a transfer, or its workflow has no step with that queue. */
export function placeOf(
  task: LiveTask,
  workflow: WorkflowConfiguration,
  details: LiveDetails,
  now: Instant,
): WorkflowPlace | null {
  const visit = task.story.visits.findLast((each) => each.exited === null)
  if (visit === undefined || visit.entry === 'transfer') return null
  const attributes = objectIn(task.attributes)
  const entered = task.story.events.findLast(({ type }) => type === 'workflow.entered')
  const enteredAt = entered?.at ?? task.createdAt
  const standing = standingAt(workflow, {
    ...{ attributes, enteredAt, at: now },
    isSkipped: ({ queue, rules }) =>
      rules.skipIf?.holds({
        task: attributes,
        workers: workersOf(queue, details),
      }) ?? false,
  })
  if (standing.kind === 'waiting' && standing.step.queue === visit.queue) {
    const { step, since, until, passed } = standing
    const stepsCount = stepsOf(workflow, step.filter).length
    return { step, stepsCount, since, until, passed, isByWorkflow: true }
  }
  const steps = stepsOf(workflow, filterFor(workflow, attributes, enteredAt))
  const step = steps.find(({ queue }) => queue === visit.queue)
  if (step === undefined) return null
  const unknown = { since: visit.entered, until: null, passed: [] }
  return { step, stepsCount: steps.length, ...unknown, isByWorkflow: false }
}

function workersOf(queue: string, details: LiveDetails) {
  const activities = [...(details.members(queue) ?? [])].flatMap((id) => {
    const agent = details.agent(id)
    return agent === undefined ? [] : [details.worker(agent).activity]
  })
  return workersDocument(activities, details.knowledge().available.keys())
}

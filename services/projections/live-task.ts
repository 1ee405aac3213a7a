import type { Instant } from '../../schemas/events/instant.ts'
import type { Direction } from '../../schemas/events/ledger-event.ts'
import type { Leg } from './leg.ts'
import type { TaskStory } from './task-story.ts'

export type LegPhase = 'ringing' | 'talk' | 'hold' | 'acw'

/** A leg that has not ended: an offer that nobody has answered, or a handle. */
export interface OpenLeg {
  readonly leg: Leg
  readonly phase: LegPhase
  /** Since when it is in this phase. */
  readonly since: Instant
}

export type TaskStatus = 'waiting' | 'ringing' | 'handling' | 'wrapping'

/** A task that is not over, as it stands at the end of its story. */
export interface LiveTask {
  readonly id: string
  readonly workspace: string
  readonly channel: string
  readonly direction: Direction
  readonly priority: number | null
  readonly workflow: string
  /** As JSON, as the last event that had them told them; null: none had. */
  readonly attributes: string | null
  readonly status: TaskStatus
  readonly queue: string | null
  /** Where it waits, and since when: also while it rings, and while one agent has it and it waits for another. */
  readonly waitingIn: { readonly queue: string; readonly since: Instant } | null
  readonly enteredQueueAt: Instant | null
  readonly createdAt: Instant
  readonly agent: string | null
  readonly reservations: number
  readonly legs: readonly OpenLeg[]
  readonly story: TaskStory
}

/** Null when the task is over, or when nothing says that anybody waits for anything. */
export function liveTask(story: TaskStory): LiveTask | null {
  const { visits } = story
  const legs = openLegs(story.legs)
  const visit = visits.findLast((each) => each.exited === null)
  const handled = legs.findLast((leg) => leg.phase !== 'ringing')
  const ringing = legs.findLast((leg) => leg.phase === 'ringing')
  if (visit === undefined && legs.length === 0 && !isFresh(story)) return null
  const held = handled ?? ringing
  return {
    id: story.task,
    workspace: story.workspace,
    channel: story.channel,
    direction: story.direction,
    priority: story.events.findLast((event) => event.priority !== null)?.priority ?? null,
    workflow: story.workflow,
    attributes: story.events.findLast((event) => event.attributes !== null)?.attributes ?? null,
    status: statusOf(handled, ringing),
    queue: visit?.queue ?? held?.leg.queue ?? null,
    waitingIn: visit === undefined ? null : { queue: visit.queue, since: visit.entered },
    enteredQueueAt: (visit ?? visits.at(-1))?.entered ?? null,
    createdAt: story.created,
    agent: held?.leg.worker ?? null,
    reservations: story.legs.length,
    legs,
    story,
  }
}

export function openLegs(legs: readonly Leg[]): readonly OpenLeg[] {
  return legs.flatMap((leg) => {
    const at = phaseOf(leg)
    return at === null ? [] : [{ leg, ...at }]
  })
}

function phaseOf(leg: Leg): { readonly phase: LegPhase; readonly since: Instant } | null {
  if (leg.accepted === null) {
    return leg.offerEnded === null ? { phase: 'ringing', since: leg.offered } : null
  }
  if (leg.ended !== null) return null
  if (leg.talkEnded !== null) return { phase: 'acw', since: leg.talkEnded }
  const hold = leg.holds.at(-1)
  if (hold === undefined) return { phase: 'talk', since: leg.accepted }
  return hold.to === null ? { phase: 'hold', since: hold.from } : { phase: 'talk', since: hold.to }
}

/** Between its creation and its first queue, or between two, nothing is open, and yet somebody waits. */
function isFresh(story: TaskStory): boolean {
  if (story.end !== null) return false
  if (story.legs.some((leg) => leg.accepted !== null)) return false
  return story.events.some((event) => event.type === 'task.created')
}

function statusOf(handled: OpenLeg | undefined, ringing: OpenLeg | undefined): TaskStatus {
  if (handled !== undefined) return handled.phase === 'acw' ? 'wrapping' : 'handling'
  return ringing === undefined ? 'waiting' : 'ringing'
}

import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { isOfPlan } from '../projections/agent-plan.ts'
import { agentStory } from '../projections/agent-story.ts'
import type { Knowledge } from '../projections/definitions.ts'
import { liveAgent, type LiveAgent } from '../projections/live-agent.ts'
import { liveTask, type LiveTask } from '../projections/live-task.ts'
import { cutWindow, withArrived, type LiveWindow } from '../projections/live-window.ts'
import { taskStory } from '../projections/task-story.ts'
import { withEvents } from '../projections/timeline.ts'
import { intervalStart, quarterHourMs } from '../time/interval.ts'
import type { RecentIds } from './recent-ids.ts'

/** How the timelines of one topic become what is live. */
export interface LiveKind<View> {
  /** Whether an event speaks of what is over and forgotten. */
  isStale(
    entity: string,
    live: LiveWindow | undefined,
    event: LedgerEvent,
    over: RecentIds,
  ): boolean
  withArrived(live: LiveWindow, arrived: readonly LedgerEvent[], knowledge: Knowledge): LiveWindow
  view(
    entity: string,
    live: LiveWindow,
    knowledge: Knowledge,
    asOf: Instant,
  ): { readonly view: View | null; readonly dropAt: Instant | null }
  /** Grows when there is something to forget again. */
  sweepDue(time: Instant): Instant
  cut(
    entity: string,
    live: LiveWindow,
    knowledge: Knowledge,
    asOf: Instant,
    time: Instant,
  ): { readonly live: LiveWindow; readonly ended: readonly string[] }
}

const minuteMs = 60_000

/** The end of a task and those of its reservations come seconds apart, and rarely in order. */
const taskKeptMs = 10 * minuteMs

/** A task that nothing is open of, and no end was heard of. */
const silentTaskKeptMs = 24 * 60 * minuteMs

/** A task is kept whole while it lives, and forgotten some minutes after. */
export const taskKind: LiveKind<LiveTask> = {
  isStale: (task, live, event, over) => live === undefined && over.isPast(task, event.at),
  withArrived: (live, arrived) => ({ ...live, timeline: withEvents(live.timeline, arrived) }),
  view(_task, { timeline }, knowledge, asOf) {
    const story = taskStory(timeline, knowledge, asOf)
    const view = story === null ? null : liveTask(story)
    if (view !== null) return { view, dropAt: null }
    const last = timeline.at(-1)?.at ?? 0
    const kept = story?.end == null ? silentTaskKeptMs : taskKeptMs
    return { view, dropAt: last + kept }
  },
  sweepDue: (time) => time - (time % minuteMs),
  cut: (_task, live) => ({ live, ended: [] }),
}

/** How much of a worker's past is kept: an event that is later than this finds what the window has carried over. */
const workerKeptMs = 60 * minuteMs

/** A worker whose activity nobody has told: when he last worked is what his state will have begun with, once it is told. */
const silentWorkerKeptMs = 24 * 60 * minuteMs

/** A worker's timeline never ends, so it is seen through a window that moves on with each quarter hour. */
export const workerKind: LiveKind<LiveAgent> = {
  isStale(_worker, live, event, over) {
    const { reservation, at } = event
    // What he is to do is no part of what he does.
    if (isOfPlan(event)) return true
    if (live === undefined || reservation === null) return false
    if (live.timeline.some((event) => event.reservation === reservation)) return false
    return over.isPast(reservation, at >= live.window.from ? Infinity : at)
  },
  withArrived,
  view(worker, { timeline, window }, knowledge, asOf) {
    const story = agentStory(worker, timeline, window, knowledge, asOf)
    const view = story === null ? null : liveAgent(story, asOf)
    // Nothing is left of him but an empty window: he was only ever heard of by work that is long over.
    const isEmpty = timeline.length === 0 && view === null
    return { view, dropAt: isEmpty ? window.from + silentWorkerKeptMs : null }
  },
  sweepDue: (time) => intervalStart(time, quarterHourMs),
  cut(worker, live, knowledge, asOf, time) {
    const border = intervalStart(time - workerKeptMs, quarterHourMs)
    if (border <= live.window.from) return { live, ended: [] }
    const { ended, ...cut } = cutWindow(worker, live, knowledge, asOf, border)
    return { live: cut, ended }
  },
}

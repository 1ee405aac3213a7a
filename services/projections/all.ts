import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { unansweredMsMax } from '../../schemas/metrics/conversations.ts'
import type { Did } from './actual-spans.ts'
import { adherenceIntervals } from './adherence-intervals.ts'
import { adherenceSpanRows } from './adherence-spans.ts'
import {
  adherenceChangesAt,
  adherenceReachMs,
  agentAdherence,
  agentPlans,
  exceptionMinMsAt,
  isPlanned,
} from './agent-adherence.ts'
import { isOfPlan } from './agent-plan.ts'
import { agentActivities } from './agent-activities.ts'
import { agentActivityIntervals } from './agent-activity-intervals.ts'
import { agentIntervals } from './agent-intervals.ts'
import { agentQueueIntervals } from './agent-queue-intervals.ts'
import { agentStateRows, agentStates } from './agent-states.ts'
import { agentStory, type AgentStory } from './agent-story.ts'
import { agentWfmStateRows, agentWfmStates } from './agent-wfm-states.ts'
import type { Cell } from './cells.ts'
import { call } from './calls.ts'
import { contact } from './contacts.ts'
import { conversationIntervals } from './conversation-intervals.ts'
import { conversationStory, type ConversationStory } from './conversation-story.ts'
import { conversation } from './conversations.ts'
import type { Knowledge } from './definitions.ts'
import { deliveries } from './deliveries.ts'
import { derivationDelayMs, derivedFromAgent, derivedFromTask } from './derived.ts'
import { predecessorsOf, toldToTasks } from './derived-from-contact.ts'
import { finalisedIntervals } from './finalised-intervals.ts'
import { forecastIntervals } from './forecast-intervals.ts'
import { flowExecution } from './flow-executions.ts'
import { customers } from './customers.ts'
import { identityStory, toldByIdentity } from './identity-story.ts'
import { knownTasks } from './known-tasks.ts'
import { loneMessages, messages } from './messages.ts'
import {
  noContribution,
  rowName,
  type Contribution,
  type Fold,
  type OwnRow,
  type SharedCell,
} from './projection.ts'
import { queueIntervals } from './queue-intervals.ts'
import { presentStates } from './present-states.ts'
import { queueVisits } from './queue-visits.ts'
import { intervalStart } from '../time/interval.ts'
import { withHistograms } from './row-sums.ts'
import { scheduleExceptionRows } from './schedule-exceptions.ts'
import { scheduleSegmentRows } from './schedule-segments.ts'
import { segments } from './segments.ts'
import { sourceGaps } from './source-gaps.ts'
import { isReservation } from './event-kinds.ts'
import { taskStory, type TaskStory } from './task-story.ts'
import { transfers } from './transfers.ts'
import { wfmIdentities } from './wfm-identities.ts'
import { carryAt } from './window-carry.ts'

/** A task's timeline is short and kept whole. */
export const taskFold: Fold = {
  topic: 'ledgerline.tasks',
  contribution(_task, timeline, _window, knowledge, asOf) {
    const story = taskStory(timeline, knowledge, asOf)
    if (story === null)
      return { ...noContribution, steadyUntil: steadyIf(timeline.length === 0, asOf) }
    return {
      workspace: story.workspace,
      rows: named([
        contact(story),
        ...queueVisits(story),
        ...segments(story, knowledge),
        ...transfers(story),
      ]),
      cells: shared(
        'queue_intervals',
        story.workspace,
        queueIntervals(story, asOf, knowledge.intervalMs),
      ),
      derived: derivedFromTask(story, asOf),
      steadyUntil: steadyIf(story.events.length === timeline.length && isOver(story, asOf), asOf),
      present: null,
    }
  },
  borderAt: () => null,
  cut: (_task, timeline, window) => ({ timeline, window }),
}

function steadyIf(isSettled: boolean, asOf: Instant): Instant {
  return isSettled ? Infinity : asOf
}

function isOver(story: TaskStory, asOf: Instant): boolean {
  return (
    story.end !== null &&
    asOf - story.end.at >= derivationDelayMs &&
    story.visits.every((visit) => visit.exited !== null) &&
    story.legs.every(
      (leg) => leg.offerEnded !== null && (leg.accepted === null || leg.ended !== null),
    )
  )
}

/** A worker's timeline never ends: it is seen through a window that moves on by whole days. */
export const workerFold: Fold = {
  topic: 'ledgerline.workers',
  contribution(worker, timeline, window, knowledge, asOf) {
    const story = agentStory(worker, timeline, window, knowledge, asOf)
    if (story === null)
      return { ...noContribution, steadyUntil: steadyIf(timeline.length === 0, asOf) }
    const own = (table: IntervalTable, cells: ReadonlyMap<string, Cell>) =>
      [...cells.values()]
        .filter((cell) => Number(cell.key['interval_start']) >= window.from)
        .map((cell) => ({
          table,
          key: { workspace: story.workspace, ...cell.key },
          values: withHistograms(cell.values),
        }))
    const states = agentStates(story, asOf)
    const wfm = agentWfmStates(story, knowledge, asOf)
    const { intervalMs } = knowledge
    const isSteady = story.events.length + story.plans.length === timeline.length && isAtRest(story)
    const plans = isPlanned(story)
      ? ofPlan(story, { states, wfm: wfm.spans }, knowledge, asOf)
      : nothingPlanned
    return {
      workspace: story.workspace,
      rows: named([
        ...agentStateRows(story, states, knowledge, asOf),
        ...agentActivities(story, knowledge),
        ...agentWfmStateRows(story, wfm),
        ...own('agent_intervals', agentIntervals(story, states, asOf, intervalMs)),
        ...own('agent_queue_intervals', agentQueueIntervals(story, asOf, intervalMs)),
        ...own('agent_activity_intervals', agentActivityIntervals(story, asOf, intervalMs)),
        ...own('adherence_intervals', plans.intervals),
        ...plans.facts,
      ]),
      cells: new Map(),
      derived: derivedFromAgent(story),
      steadyUntil: isSteady ? Math.max(asOf, Math.min(wfm.changesAt - 1, plans.changesAt)) : asOf,
      present: presentStates(wfm),
    }
  },
  present(worker, timeline, window, knowledge, asOf) {
    const story = agentStory(worker, timeline, window, knowledge, asOf)
    return story === null ? null : presentStates(agentWfmStates(story, knowledge, asOf))
  },
  borderAt: (asOf) => asOf - keptMs - ((asOf - keptMs) % hourMs),
  cut(worker, timeline, window, knowledge, asOf, border) {
    const story = agentStory(worker, timeline, window, knowledge, asOf)
    if (story === null) return { timeline, window }
    // What only events after the border tell, one that comes late may yet tell otherwise.
    if (story.activities.some(({ toldAt }) => (toldAt ?? 0) >= border)) return { timeline, window }
    // A plan of earlier hours that was read since the last tick: it counts only with the next, and must find them then.
    const reach = border + adherenceReachMs(knowledge)
    const reachesBack = (event: LedgerEvent) => isOfPlan(event) && (event.since ?? reach) < reach
    if (timeline.some((event) => event.at >= asOf && reachesBack(event)))
      return { timeline, window }
    const carry = carryAt(story, border, knowledge, asOf)
    const kept = new Set(carry.reservations)
    return {
      window: { from: border, carry },
      timeline: timeline.filter(
        (event) =>
          event.at >= border ||
          event.type === 'worker.created' ||
          event.type === 'worker.deleted' ||
          event.id === carry.moments?.attributesBy ||
          carry.plan?.events.includes(event.id) === true ||
          (isReservation(event) && kept.has(event.reservation)),
      ),
    }
  },
}

/** What an agent's plan adds; of most there is none, and they cost nothing. */
function ofPlan(story: AgentStory, did: Did, knowledge: Knowledge, asOf: Instant) {
  const adherence = agentAdherence(story, did, knowledge, asOf)
  return {
    intervals: adherenceIntervals(story.agent, adherence, knowledge.intervalMs),
    facts: [
      ...adherenceSpanRows(story, adherence, exceptionMinMsAt(knowledge)),
      ...scheduleSegmentRows(story, agentPlans(story), asOf),
      ...scheduleExceptionRows(story),
    ],
    changesAt: adherenceChangesAt(story, did, knowledge, asOf),
  }
}

const nothingPlanned: ReturnType<typeof ofPlan> = {
  intervals: new Map(),
  facts: [],
  changesAt: Infinity,
}

/**
 * Events this much late are ordinary and find their place in memory. What comes later opens an earlier window again. A
 * short window is what makes a tick of the clock cheap: each agent's is folded again.
 */
const keptMs = 2 * 3_600_000
const hourMs = 3_600_000

/** Offline, with nothing in hand: time changes nothing about him. */
function isAtRest(story: AgentStory): boolean {
  const last = story.activities.at(-1)
  return (
    (last === undefined || last.to !== null || last.class === 'offline') &&
    story.legs.every(
      (leg) => leg.offerEnded !== null && (leg.accepted === null || leg.ended !== null),
    )
  )
}

/** What was said in a conversation, a call, a conference, a flow or by e-mail; a timeline of it is kept whole. */
export const contactFold: Fold = {
  topic: 'ledgerline.conversations',
  contribution(_contact, timeline, _window, knowledge, asOf) {
    const events = timeline.filter((event) => event.at < asOf)
    const tasks = knownTasks(events)
    const story = conversationStory(events, tasks)
    const rows = [
      ...(story === null
        ? loneMessages(events)
        : [conversation(story, events), ...messages(story, events)]),
      call(events, tasks),
      flowExecution(events),
    ]
    const workspace = story?.workspace ?? ''
    return {
      workspace,
      rows: named(rows.filter((row) => row !== null)),
      cells:
        story === null
          ? new Map()
          : shared(
              'conversation_intervals',
              workspace,
              conversationIntervals(story, asOf, knowledge.intervalMs),
            ),
      derived: [...predecessorsOf(tasks), ...toldToTasks(events, tasks)],
      steadyUntil:
        events.length === timeline.length ? steadyWait(story, asOf, knowledge.intervalMs) : asOf,
      present: null,
    }
  },
  borderAt: () => null,
  cut: (_contact, timeline, window) => ({ timeline, window }),
}

/** Time alone counts only what nobody has answered yet: in each interval once, and for some days. */
function steadyWait(story: ConversationStory | null, asOf: Instant, intervalMs: number): Instant {
  if (story === null || story.ended !== null || story.awaitingSince === null) return Infinity
  const countsUntil = story.awaitingSince + unansweredMsMax
  if (asOf > countsUntil) return Infinity
  return Math.min(countsUntil, intervalStart(asOf - 1, intervalMs) + intervalMs)
}

/** Who a customer is: one timeline an identity. */
export const customerFold: Fold = {
  topic: 'ledgerline.customers',
  contribution(identity, timeline) {
    const story = identityStory(identity, timeline)
    if (story === null) return noContribution
    return {
      ...noContribution,
      rows: named(customers(story)),
      derived: toldByIdentity(story),
    }
  },
  borderAt: () => null,
  cut: (_identity, timeline, window) => ({ timeline, window }),
}

/** What is known of the sources, what they have lost; of the tables, what of them is out; who is called what; and what is forecast. */
export const configFold: Fold = {
  topic: 'ledgerline.config',
  contribution: (entity, timeline) => ({
    ...noContribution,
    rows: named([
      ...sourceGaps(entity, timeline),
      ...finalisedIntervals(entity, timeline),
      ...deliveries(entity, timeline),
      ...wfmIdentities(entity, timeline),
      ...forecastIntervals(timeline),
    ]),
  }),
  borderAt: () => null,
  cut: (_entity, timeline, window) => ({ timeline, window }),
}

export const folds = [taskFold, workerFold, contactFold, customerFold, configFold] as const

function named(rows: readonly OwnRow[]): ReadonlyMap<string, OwnRow> {
  return new Map(rows.map((row) => [rowName(row.table, row.key), row]))
}

function shared(
  table: IntervalTable,
  workspace: string,
  cells: ReadonlyMap<string, Cell>,
): Contribution['cells'] {
  const all = new Map<string, SharedCell>()
  for (const cell of cells.values()) {
    const key = { workspace, ...cell.key }
    all.set(rowName(table, key), { table, key, values: cell.values })
  }
  return all
}

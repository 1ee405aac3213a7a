import { defaultDefinitions } from '../../schemas/events/definitions.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { actualSpans, type Did } from './actual-spans.ts'
import { adherenceNow } from './adherence-now.ts'
import type { MeasuredTime, ParametersSince } from './adherence-pieces.ts'
import { toCarriedRun } from './adherence-runs.ts'
import {
  adherenceSpans,
  parametersAt,
  runsIn,
  type AdherenceSpan,
  type CarriedAdherence,
} from './adherence-spans.ts'
import {
  agreedExceptions,
  bases,
  planPieces,
  plansOver,
  type Basis,
  type PlanPiece,
} from './agent-plan.ts'
import type { AgentStory, CarriedPlan } from './agent-story.ts'
import type { Knowledge } from './definitions.ts'
import { unknownSpans } from './known-gaps.ts'

/** How he kept to his plan, by each basis. */
export type AgentAdherence = Readonly<Record<Basis, readonly AdherenceSpan[]>>

export const noAdherence: AgentAdherence = { final: [], known: [] }

/** Whether anything is planned for him that his window knows of. */
export function isPlanned({ plans, window }: AgentStory): boolean {
  return plans.length > 0 || window.carry.plan !== null
}

/** The plan as far as the window knows of it. */
export function agentPlans(story: AgentStory): Readonly<Record<Basis, readonly PlanPiece[]>> {
  const { from, carry } = story.window
  const pieces = (basis: Basis) =>
    planPieces(story.plans, basis, carry.plan?.[basis]?.plannedSince ?? from)
  return { final: pieces('final'), known: pieces('known') }
}

export function agentAdherence(
  story: AgentStory,
  did: Did,
  knowledge: Knowledge,
  asOf: Instant,
): AgentAdherence {
  if (!isPlanned(story)) return noAdherence
  const { from, carry } = story.window
  const spans = (basis: Basis) =>
    adherenceSpans(measured(story, basis, did, knowledge), from, asOf, carry.plan?.[basis] ?? null)
  return { final: spans('final'), known: spans('known') }
}

/** What of it a window that begins at a border must know; null: nothing is planned there. */
export function planCarry(
  story: AgentStory,
  did: Did,
  knowledge: Knowledge,
  border: Instant,
): CarriedPlan | null {
  if (!isPlanned(story)) return null
  const carried = (basis: Basis) => carriedAt(story, basis, did, knowledge, border)
  const own = {
    events: plansOver(story.plans, border),
    final: carried('final'),
    known: carried('known'),
  }
  const isNothing = own.events.length === 0 && bases.every((basis) => own[basis] === null)
  return isNothing ? null : own
}

function carriedAt(
  story: AgentStory,
  basis: Basis,
  did: Did,
  knowledge: Knowledge,
  border: Instant,
): CarriedAdherence | null {
  const { from, carry } = story.window
  const time = measured(story, basis, did, knowledge)
  const { pieces, runs } = runsIn(time, from, border, carry.plan?.[basis] ?? null)
  const [piece, run] = [pieces.at(-1), runs.at(-1)]
  if (piece?.to !== border || (piece.planned === null && !piece.isPlanRead && !piece.isExcluded))
    return null
  return {
    plannedSince: time.plan.find((one) => one.from < border && one.to >= border)?.from ?? border,
    piece,
    run: run?.to === border ? toCarriedRun(run) : null,
  }
}

/**
 * How far before an event what is told of adherence may change: a short stretch out of it may be forgiven or not, a short
 * state may be told or not.
 */
export function adherenceReachMs({ definitions, mappings }: Knowledge): number {
  let [grace, dwell] = [0, 0]
  for (const { of } of definitions) grace = Math.max(grace, of.adherence.graceMs)
  for (const { of } of mappings) dwell = Math.max(dwell, of.minimumDwellMs)
  return grace + dwell
}

/**
 * When time alone changes next how he keeps to his plan, though he does nothing: at `asOf` or where something is planned
 * next; `Infinity`: never.
 */
export function adherenceChangesAt(
  story: AgentStory,
  did: Did,
  knowledge: Knowledge,
  asOf: Instant,
): Instant {
  const isFreeTimeTold = isToldUnplanned(did, knowledge)
  // What ends at this very instant is still told as open.
  const ahead = bases.flatMap((basis) => [
    ...planPieces(story.plans, basis, asOf - 1).filter(
      // Where a plan says that nothing is planned, most often it is told only as it begins.
      ({ segment, from }) => segment !== null || from >= asOf || isFreeTimeTold,
    ),
    ...agreedExceptions(story.plans, basis, asOf - 1),
  ])
  return Math.max(asOf, Math.min(...ahead.map(({ from }) => from)))
}

/** Whether what he does last is told also where nothing is planned: an activity may be mapped to a state that is work. */
function isToldUnplanned(did: Did, knowledge: Knowledge): boolean {
  return parametersIn(knowledge).some((by) => {
    const actual = actualSpans(did, by.of).at(-1) ?? null
    const now = adherenceNow({ segment: null }, [], actual, by.of)
    return now.isUnscheduled || now.isProductive
  })
}

/** The shortest stretch out of adherence that is in a list of exceptions, by the instant at which it begins. */
export function exceptionMinMsAt(knowledge: Knowledge): (span: AdherenceSpan) => number {
  const parameters = parametersIn(knowledge)
  return ({ run }) => (run === null ? 0 : parametersAt({ parameters }, run.from).minimumExceptionMs)
}

function measured(story: AgentStory, basis: Basis, did: Did, knowledge: Knowledge): MeasuredTime {
  const { from, carry } = story.window
  return {
    plan: planPieces(story.plans, basis, carry.plan?.[basis]?.plannedSince ?? from),
    exceptions: agreedExceptions(story.plans, basis, from),
    parameters: parametersIn(knowledge),
    gaps: unknownSpans(knowledge.gaps, story.agent),
    actual: (by) => actualSpans(did, by),
  }
}

/** In the order in which they hold. */
export function parametersIn({ definitions }: Knowledge): readonly ParametersSince[] {
  const known = parameters.get(definitions)
  if (known !== undefined) return known
  const first = { from: -Infinity, of: defaultDefinitions.adherence }
  const all = [first, ...definitions.map(({ from, of }) => ({ from, of: of.adherence }))]
  // Of two for one instant the later holds.
  const found = all.filter(({ from }, index) => all[index + 1]?.from !== from)
  parameters.set(definitions, found)
  return found
}

const parameters = new WeakMap<Knowledge['definitions'], readonly ParametersSince[]>()

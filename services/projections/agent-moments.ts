import type { MomentSpan } from '../../connectors/mapping/mapped-spans.ts'
import type { AgentMoment, OpenContact } from '../../connectors/mapping/moment.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import type { ContactPhase } from '../../schemas/events/mapping.ts'
import type { AgentStory } from './agent-story.ts'
import { acwSpan, holdSpans, talkSpans } from './leg-cells.ts'
import type { Leg } from './leg.ts'

/**
 * What an agent is and does, for mappings to look at: one stretch for as long as nothing of it changes, without gaps from the
 * first that is heard of him, or the window's beginning, on. The last goes on.
 */
export function agentMoments(story: AgentStory): readonly MomentSpan[] {
  const beginning = beginningOf(story)
  if (beginning === null) return []
  const phases = phasesOf(story)
  const tellers = tellersIn(story)
  const borders = [
    beginning,
    ...story.activities.flatMap(({ from, to }) => [from, to ?? beginning]),
    ...phases.flatMap(({ from, to }) => [from, to]),
    ...tellers.map(({ at }) => at),
  ].filter((at) => at >= beginning && at < Infinity)
  const at = [...new Set(borders)].sort((a, b) => a - b)
  const momentAt = createMoments(story, beginning, phases, tellers)
  return at.map((from, index) => ({ moment: momentAt(from), from, to: at[index + 1] ?? null }))
}

/** Since when he has had no contact in hand or ringing, as of an instant; null: nothing had been heard of him. */
export function freeSinceAt(story: AgentStory, at: Instant): Instant | null {
  const beginning = beginningOf(story)
  if (beginning === null || beginning > at) return null
  const ends = phasesOf(story).flatMap(({ to }) => (to <= at ? [to] : []))
  return Math.max(story.window.carry.moments?.freeSince ?? beginning, ...ends)
}

/** The event that told what a worker's attributes are at an instant. */
export function attributesTold({ events }: AgentStory, before: Instant): LedgerEvent | null {
  return events.findLast((event) => event.at < before && tellsAttributes(event)) ?? null
}

/**
 * Null: nothing has been heard of him. What the hub derives of his reservations is told to them alone: it may be of before
 * them, or follow from what turned out not to be.
 */
function beginningOf({ window, events, activities, legs }: AgentStory): Instant | null {
  if (window.carry.moments?.freeSince != null) return window.from
  const heard = events.find(({ road }) => road !== 'hub')
  const begun = [heard?.at, activities[0]?.from, legs[0]?.offered]
  const first = Math.min(...begun.map((at) => at ?? Infinity))
  return first === Infinity ? null : Math.max(first, window.from)
}

interface Phase {
  readonly of: Leg
  readonly phase: ContactPhase
  readonly from: Instant
  /** Infinity: it lasts. */
  readonly to: Instant
}

/** By their beginnings. What has no length is none. */
function phasesOf({ legs }: AgentStory): readonly Phase[] {
  return legs
    .flatMap((of): readonly Phase[] => {
      const ringing = { from: of.offered, to: of.offerEnded ?? Infinity }
      const handle = of.accepted === null ? [] : handlePhases(of)
      return [{ of, phase: 'ringing' as const, ...ringing }, ...handle]
    })
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from)
}

function handlePhases(of: Leg): readonly Phase[] {
  return [
    ...talkSpans(of, Infinity).map((span) => ({ of, phase: 'talk' as const, ...span })),
    ...holdSpans(of, Infinity).map((span) => ({ of, phase: 'hold' as const, ...span })),
    { of, phase: 'acw', ...acwSpan(of, Infinity) },
  ]
}

function tellersIn({ events }: AgentStory): readonly LedgerEvent[] {
  return events.filter(tellsAttributes)
}

export function tellsAttributes({
  type,
  attributes,
}: Pick<LedgerEvent, 'type' | 'attributes'>): boolean {
  return type.startsWith('worker.') && attributes !== null
}

/** Asked for one instant after the other, each later than the one before. */
function createMoments(
  story: AgentStory,
  beginning: Instant,
  phases: readonly Phase[],
  tellers: readonly LedgerEvent[],
): (at: Instant) => AgentMoment {
  let [activity, phase, teller] = [0, 0, 0]
  let open: readonly Phase[] = []
  let freeSince = story.window.carry.moments?.freeSince ?? beginning
  let told: string | null = null
  let attributes: AgentMoment['attributes'] = {}

  function passTo(at: Instant): void {
    while ((story.activities[activity]?.to ?? Infinity) <= at) activity++
    const begun: Phase[] = []
    for (let next = phases[phase]; next !== undefined && next.from <= at; next = phases[++phase]) {
      begun.push(next)
    }
    const all = [...open, ...begun]
    open = all.filter(({ to }) => to > at)
    for (const { to } of all) if (to <= at) freeSince = Math.max(freeSince, to)
    let text = told
    for (
      let next = tellers[teller];
      next !== undefined && next.at <= at;
      next = tellers[++teller]
    ) {
      text = next.attributes
    }
    if (text !== told) attributes = parsed(text)
    told = text
  }

  return (at) => {
    passTo(at)
    const now = story.activities[activity]
    const contacts = open.map(contactOf).sort(byTask)
    return {
      agent: story.agent,
      activity:
        now === undefined || now.from > at
          ? null
          : {
              ...{ id: now.id, name: now.name, class: now.class },
              since: contacts.length > 0 ? now.from : Math.max(now.from, freeSince),
            },
      contacts,
      attributes,
    }
  }
}

function contactOf({ of, phase, from }: Phase): OpenContact {
  const { task, channel, direction, queue, workflow } = of
  return { task, channel, phase, direction, queue, workflow, since: from }
}

function byTask(a: OpenContact, b: OpenContact): number {
  return a.task < b.task ? -1 : a.task > b.task ? 1 : a.since - b.since
}

/** Attributes that are no object are none. */
function parsed(text: string | null): AgentMoment['attributes'] {
  if (text === null) return {}
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

function isRecord(value: unknown): value is AgentMoment['attributes'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { Instant } from '../../schemas/events/instant.ts'
import { intervalsOf } from '../time/interval.ts'
import type { AgentStory } from './agent-story.ts'
import { createCells, type Cell, type Cells } from './cells.ts'
import { addLeg } from './leg-cells.ts'
import type { Leg } from './leg.ts'
import { dimensionsOf, transferMetric } from './queue-intervals.ts'

/** One worker's rows in `agent_queue_intervals`: section 8 of the dictionary. */
export function agentQueueIntervals(
  story: AgentStory,
  asOf: Instant,
  intervalMs: number,
): ReadonlyMap<string, Cell> {
  const cells = createCells(intervalMs)
  const legs = new Map(story.legs.map((leg) => [leg.reservation, leg]))
  for (const leg of story.legs) {
    addLeg(cells, { agent: story.agent, ...dimensionsOf(leg) }, leg, asOf)
  }
  for (const event of story.transfers) {
    const metric = transferMetric(event.type)
    if (metric === null) continue
    const leg = event.reservation === null ? undefined : legs.get(event.reservation)
    const place =
      leg === undefined
        ? {
            queue: event.queue ?? '',
            channel: event.channel ?? 'unknown',
            direction: event.direction ?? 'unknown',
          }
        : dimensionsOf(leg)
    cells.add(event.at, { agent: story.agent, ...place }, metric, 1)
  }
  addFocus(cells, story, asOf)
  return cells.all
}

/**
 * One person's time divided among the contacts that he has in hand: in a slice of length L with n handles open each gets
 * floor(L / n) and the first L mod n of them, by acceptance and id, one millisecond more. Adds up to the wall clock.
 */
function addFocus(cells: Cells, story: AgentStory, asOf: Instant): void {
  const handles = story.legs
    .flatMap((leg) => {
      const to = leg.ended ?? asOf
      return leg.accepted === null || to <= leg.accepted ? [] : [{ leg, from: leg.accepted, to }]
    })
    .sort((a, b) => a.from - b.from || (a.leg.reservation < b.leg.reservation ? -1 : 1))
  const borders = new Set<Instant>()
  for (const { from, to } of handles) {
    borders.add(from).add(to)
    for (const start of intervalsOf({ from, to }, cells.intervalMs))
      if (start > from) borders.add(start)
  }
  const cuts = [...borders].sort((a, b) => a - b)
  let first = 0
  for (const [index, from] of cuts.entries()) {
    const to = cuts[index + 1]
    if (to === undefined) break
    while ((handles[first]?.to ?? Infinity) <= from) first++
    const open: Leg[] = []
    for (let at = first; at < handles.length; at++) {
      const handle = handles[at]
      if (handle === undefined || handle.from > from) break
      if (handle.to > from) open.push(handle.leg)
    }
    share(cells, story.agent, open, from, to - from)
  }
}

function share(
  cells: Cells,
  agent: string,
  open: readonly Leg[],
  from: Instant,
  length: number,
): void {
  const each = Math.floor(length / open.length)
  const rest = length % open.length
  open.forEach((leg, index) => {
    const amount = each + (index < rest ? 1 : 0)
    cells.add(from, { agent, ...dimensionsOf(leg) }, 'focus_tti_ms', amount)
  })
}

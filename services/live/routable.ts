import { activityClass, type Knowledge } from '../projections/definitions.ts'
import type { LiveAgent } from '../projections/live-agent.ts'
import type { LegPhase } from '../projections/live-task.ts'
import type { LiveReservation, RoutableWorker } from '../routing/routable-worker.ts'
import type { Names } from './names.ts'
import type { RoutingFacts } from './routing-facts.ts'

const statusIn: Record<LegPhase, LiveReservation['status']> = {
  ringing: 'pending',
  talk: 'accepted',
  hold: 'accepted',
  acw: 'wrapping',
}

/** An agent as TaskRouter looks at him. One whose activity nobody has told is in none, and so not available. */
export function routableWorker(
  { id, activity, legs }: LiveAgent,
  routing: RoutingFacts,
  names: Names,
  knowledge: Knowledge,
): RoutableWorker {
  return {
    sid: id,
    friendlyName: names.agent(id),
    activity: {
      sid: activity?.id ?? '',
      name: activity?.name ?? '',
      isAvailable: activity !== null && isAvailable(activity, knowledge),
    },
    attributes: routing.attributesOf(id),
    channels: routing.channelsOf(id),
    reservations: legs.map(({ leg, phase }) => ({
      sid: leg.reservation,
      task: leg.task,
      channel: leg.channel,
      status: statusIn[phase],
    })),
  }
}

/** By the activity's own flag, which definitions may class otherwise: they are about what counts, not about routing. */
function isAvailable(
  activity: { readonly id: string; readonly name: string; readonly since: number },
  knowledge: Knowledge,
): boolean {
  return (
    knowledge.available.get(activity.id) ??
    activityClass(knowledge, activity, activity.since) === 'available'
  )
}

import type { Instant } from '../../../schemas/events/instant.ts'
import type { CallState, ConferenceState } from './call-state.ts'
import { chance, integer } from './draws.ts'
import { say } from './speech.ts'
import { later, type World } from './world.ts'

/** Ten to thirty minutes after a call Voice Insights tells of a share of them what has become of it. */
export function summariseCall(world: World, call: CallState, endedAt: Instant): void {
  const random = call.random.split('insights')
  if (!chance(random, world.behaviour.insights)) return
  const { group, startedAt, answeredAt } = call
  later(world, integer(random, 600_000, 1_800_000), () =>
    say(world, {
      source: 'insights',
      type: 'call-summary',
      call: group,
      state: answeredAt === null ? 'noanswer' : 'completed',
      startedAt,
      answeredAt,
      endedAt,
      isInConference: call.conference !== null,
    }),
  )
}

/** The same of the customer in a conference: his holds again, as the conference has told them. */
export function summariseParticipant(
  world: World,
  call: CallState,
  conference: ConferenceState,
  leftAt: Instant,
): void {
  const { speech } = world
  const random = call.random.split('participant')
  if (speech === null || !chance(random, world.behaviour.insights)) return
  const { joinedAt, sid, holds, unholds } = conference
  if (joinedAt === null) return
  later(world, integer(random, 600_000, 1_800_000), () =>
    say(world, {
      source: 'insights',
      type: 'conference-participant-summary',
      participant: speech.sids.conferenceParticipant(),
      conference: sid,
      label: call.hasLabels ? 'customer' : null,
      call: call.group,
      joinedAt,
      leftAt,
      holds: [...holds],
      unholds: [...unholds],
    }),
  )
}

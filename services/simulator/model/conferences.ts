import type { Instant } from '../../../schemas/events/instant.ts'
import type { CallState, ConferenceState } from './call-state.ts'
import { summariseParticipant } from './insights.ts'
import type { ConferenceProgress, ParticipantGroup } from './said-in-calls.ts'
import { say, speaks, type Speech } from './speech.ts'
import type { LegState, TaskState, World } from './world.ts'

/** Whoever is there comes into the conference: the customer as soon as he is on the line, the agent if he is not in it. */
export function joinConference(world: World, speech: Speech, call: CallState, leg: LegState): void {
  if (call.ended) return
  const conference = (call.conference ??= openConference(speech, leg.task))
  if (call.answeredAt !== null && conference.joinedAt === null) {
    conference.joinedAt = world.now
    tell(world, conference, 'participant-join', customerOf(call))
  }
  if (!conference.workers.has(leg)) {
    const worker = speech.sids.call()
    conference.workers.set(leg, worker)
    tell(world, conference, 'participant-join', workerOf(call, worker))
  }
  if (conference.isStarted || conference.joinedAt === null) return
  conference.isStarted = true
  tell(world, conference, 'conference-start', null)
}

export function leaveConference(world: World, call: CallState, leg: LegState): void {
  const { conference } = call
  const worker = conference?.workers.get(leg)
  if (conference === null || worker === undefined) return
  conference.workers.delete(leg)
  tell(
    world,
    conference,
    'participant-leave',
    workerOf(call, worker),
    'participant_updated_via_api',
  )
}

/** The customer hangs up; everybody else goes too, and what was on hold is no more. */
export function endConference(world: World, call: CallState): void {
  const { conference } = call
  if (conference === null) return
  if (conference.joinedAt !== null) {
    const customer = customerOf(call)
    tell(world, conference, 'participant-leave', customer, 'participant_hung_up')
    closeHold(world, call)
    summariseParticipant(world, call, conference, world.now)
  }
  for (const worker of conference.workers.values()) {
    const reason = 'moderator_ended_conference'
    tell(world, conference, 'participant-leave', workerOf(call, worker), reason)
  }
  conference.workers.clear()
  tell(world, conference, 'conference-end', null, 'last-participant-left')
}

/** Only at a whole second: the stamps of a conference know no other. */
export function holdCustomer(
  world: World,
  task: TaskState,
  because: 'agent' | 'transfer',
): Instant | null {
  const { call } = task
  const conference = call?.conference ?? null
  if (call === null || conference === null || call.ended) return null
  if (conference.joinedAt === null || conference.onHold !== null) return null
  const from = world.now
  if (from % 1000 !== 0) throw new Error('a hold begins at a whole second')
  conference.onHold = { because, from }
  conference.holds.push(from)
  if (speaks(world, 'voice')) {
    const { record } = task
    record.customerHolds = [...record.customerHolds, { from, to: null }]
  }
  tell(world, conference, 'participant-hold', customerOf(call))
  return from
}

/** Takes the customer off the hold that began at a moment, if he is on it still. */
export function unholdCustomer(world: World, task: TaskState, from: Instant): void {
  const { call } = task
  const conference = call?.conference ?? null
  if (call === null || conference === null || call.ended) return
  if (conference.onHold?.from !== from) return
  conference.unholds.push(world.now)
  closeHold(world, call, task)
  tell(world, conference, 'participant-unhold', customerOf(call))
}

/** A hold that nobody takes back ends with the second in which the customer leaves. */
function closeHold(world: World, call: CallState, task?: TaskState): void {
  const { conference } = call
  if (conference?.onHold == null) return
  conference.onHold = null
  const record = task?.record ?? call.record.tasks.at(-1)
  if (record === undefined || record.customerHolds.length === 0) return
  const to = world.now - (world.now % 1000)
  record.customerHolds = record.customerHolds.map((hold) =>
    hold.to === null ? { ...hold, to } : hold,
  )
}

function openConference(speech: Speech, task: TaskState): ConferenceState {
  return {
    sid: speech.sids.conference(),
    name: task.group.sid,
    sequence: 0,
    joinedAt: null,
    isStarted: false,
    workers: new Map(),
    onHold: null,
    holds: [],
    unholds: [],
  }
}

function customerOf(call: CallState): ParticipantGroup {
  return {
    call: call.group.sid,
    label: call.hasLabels ? 'customer' : null,
    isOnHold: call.conference?.onHold != null,
    endsConference: false,
  }
}

function workerOf(call: CallState, worker: string): ParticipantGroup {
  const label = call.hasLabels ? 'worker' : null
  return { call: worker, label, isOnHold: false, endsConference: false }
}

function tell(
  world: World,
  conference: ConferenceState,
  type: ConferenceProgress['type'],
  participant: ParticipantGroup | null,
  reason: string | null = null,
): void {
  conference.sequence++
  const { sid, name, sequence } = conference
  say(world, { source: 'voice', type, conference: { sid, name }, sequence, participant, reason })
}

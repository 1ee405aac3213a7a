import type { Instant } from '../../../schemas/events/instant.ts'
import type { CallState } from './call-state.ts'
import { endConference, joinConference, leaveConference } from './conferences.ts'
import { knownAs, phoneOf } from './customer.ts'
import { chance, integer } from './draws.ts'
import { endFlow, type FlowState } from './flows.ts'
import { planHolds } from './holds.ts'
import { summariseCall } from './insights.ts'
import type { CallGroup, CallProgress } from './said-in-calls.ts'
import { noteIdentities, say, type Speech } from './speech.ts'
import { isWaiting } from './visits.ts'
import { later, type LegState, type TaskState, type World } from './world.ts'

/** The centre's number, and what a new call begins with. */
const ours = '+15550100100'

export interface CallOptions {
  readonly customer: number
  readonly direction: CallGroup['direction']
  readonly sid: string
  readonly flow?: FlowState
}

/** A call that has not begun to ring yet. */
export function openCall(world: World, speech: Speech, options: CallOptions): CallState {
  const { customer, direction, sid } = options
  const random = speech.random.split('call', sid)
  const phone = phoneOf(customer)
  const group = {
    sid,
    from: direction === 'inbound' ? phone : ours,
    to: direction === 'inbound' ? ours : phone,
    direction,
  }
  const record: CallState['record'] = {
    kind: 'call',
    sid,
    channel: 'voice',
    customer,
    startedAt: world.now,
    endedAt: null,
    tasks: [],
    messages: [],
  }
  if (speech.sources.has('voice')) world.chronicle.contacts.push(record)
  return {
    group,
    customer,
    record,
    random,
    flow: options.flow ?? null,
    hasLabels: !chance(random, world.behaviour.unlabelled),
    sequence: 0,
    startedAt: world.now,
    answeredAt: null,
    ended: false,
    conference: null,
  }
}

/** It rings; what comes in is answered by the flow, what goes out by the customer, if he is there. */
export function ring(
  world: World,
  call: CallState,
  isAnswered: boolean,
  onAnswer: () => void,
): void {
  call.startedAt = world.now
  noteIdentities(world, 'voice', call.customer, [knownAs.phone(call.customer)], call.group.sid)
  progress(world, call, 'call.initiated', 'initiated')
  const isInbound = call.group.direction === 'inbound'
  later(world, integer(call.random, 200, 900), () => {
    if (call.ended) return
    progress(world, call, 'call.ringing', 'ringing')
    later(world, integer(call.random, isInbound ? 100 : 3_000, isInbound ? 700 : 12_000), () => {
      if (call.ended || !isAnswered) return
      call.answeredAt = world.now
      progress(world, call, 'call.answered', 'in-progress')
      onAnswer()
    })
  })
}

/** The call of a task that was not made from one: the agent dials when he has the task in hand. */
export function callOfTask(world: World, speech: Speech, task: TaskState): void {
  const sid = callSidOf(task)
  task.call ??= openCall(world, speech, {
    customer: task.party.customer,
    direction: task.record.direction === 'inbound' ? 'inbound' : 'outbound-api',
    sid,
  })
  task.call.record.tasks.push(task.record)
}

export function agentTook(world: World, speech: Speech, leg: LegState): void {
  const { call } = leg.task
  if (call === null || call.ended) return
  const isDialled = call.group.direction === 'outbound-api' && call.sequence === 0
  joinConference(world, speech, call, leg)
  if (isDialled) {
    const isReached = chance(call.random, 0.7)
    ring(world, call, isReached, () => {
      if (leg.phase === 'talking') joinConference(world, speech, call, leg)
    })
  }
  planHolds(world, call, leg)
}

/** The agent leaves; with the last of them, and nobody else to come, the customer too. */
export function agentLeft(world: World, leg: LegState, goesBack: boolean): void {
  const { task } = leg
  const { call } = task
  if (call === null || call.ended) return
  const others = task.legs.some((other) => other !== leg && other.phase === 'talking')
  const isOver = !goesBack && !others && !isWaiting(task)
  if (isOver) hangUp(world, call)
  else leaveConference(world, call, leg)
}

export function hangUp(world: World, call: CallState): void {
  if (call.ended) return
  const isReached = call.answeredAt !== null
  endConference(world, call)
  call.ended = true
  call.record.endedAt = world.now
  // An agent who could not be had has not dialled.
  if (call.sequence === 0) return
  progress(world, call, 'call.completed', isReached ? 'completed' : 'no-answer')
  if (call.flow !== null) endFlow(world, call.flow, 'contact hung up')
  if (isReached) record(world, call, world.now)
  summariseCall(world, call, world.now)
}

function progress(
  world: World,
  call: CallState,
  type: CallProgress['type'],
  status: CallProgress['status'],
): void {
  const isEnd = type === 'call.completed'
  say(world, {
    source: 'voice',
    type,
    call: call.group,
    sequence: call.sequence++,
    status,
    durationSeconds: isEnd ? secondsBetween(call.startedAt, world.now) : null,
  })
}

function record(world: World, call: CallState, endedAt: Instant): void {
  const { speech } = world
  const startedAt = call.answeredAt
  if (speech === null || startedAt === null || !chance(call.random, world.behaviour.recorded))
    return
  later(world, integer(call.random, 1_500, 9_000), () =>
    say(world, {
      source: 'voice',
      type: 'recording.completed',
      recording: speech.sids.recording(),
      call: call.group.sid,
      startedAt,
      durationSeconds: secondsBetween(startedAt, endedAt),
    }),
  )
}

/** Of two moments as they are told: in whole seconds. */
function secondsBetween(from: Instant, to: Instant): number {
  return Math.floor(to / 1000) - Math.floor(from / 1000)
}

function callSidOf(task: TaskState): string {
  const found = /"call_sid":"(CA[0-9a-f]{32})"/.exec(task.group.attributes)
  if (found?.[1] === undefined) throw new Error(`no call is in the attributes of ${task.group.sid}`)
  return found[1]
}

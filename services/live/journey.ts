import type { JourneyStep } from '../../schemas/feeds/customers.ts'

/** By what a customer's step became known, joined with what became of it. */
export interface Touch {
  readonly at: number
  readonly type: string
  readonly id: string
  readonly task: string
  readonly conversation: string
  readonly call: string
  readonly message: string
  readonly execution: string
  readonly channel: string
  readonly direction: string
  readonly reason: string
}

/** What the facts say of a task, conversation, call or run of a flow. */
export interface Fate {
  readonly id: string
  readonly channel: string
  readonly queue: string
  readonly endedAt: number | null
  readonly outcome: string
  readonly waitMs: number | null
  readonly handleMs: number | null
}

const dayMs = 86_400_000

/** A contact within so much time after another is a repeat. */
export const repeatWithinMs = 7 * dayMs

/** The steps of a customer in order of time, each once, with what is told of each by its id. */
export function journeySteps(
  touches: readonly Touch[],
  fates: ReadonlyMap<string, Fate>,
): readonly JourneyStep[] {
  const steps = new Map<string, JourneyStep>()
  for (const touch of [...touches].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    const step = stepOf(touch, fates)
    if (step !== null && !steps.has(step.id)) steps.set(step.id, step)
  }
  return withRepeats([...steps.values()])
}

function stepOf(touch: Touch, fates: ReadonlyMap<string, Fate>): JourneyStep | null {
  const what = subjectOf(touch)
  if (what === null) return null
  const fate = fates.get(what.id)
  return {
    at: new Date(touch.at).toISOString(),
    ...what,
    contact: firstOf(touch.conversation, touch.call, touch.task, what.id),
    channel: firstOf(fate?.channel ?? '', touch.channel, channels[what.kind]),
    direction: touch.direction === '' ? null : touch.direction,
    queue: fate === undefined || fate.queue === '' ? null : fate.queue,
    endedAt: fate?.endedAt == null ? null : new Date(fate.endedAt).toISOString(),
    outcome: firstOf(fate?.outcome ?? '', what.kind === 'profile' ? touch.reason : '') || null,
    waitMs: fate?.waitMs ?? null,
    handleMs: fate?.handleMs ?? null,
    isRepeat: false,
    isOtherChannel: false,
  }
}

const channels: Record<JourneyStep['kind'], string> = {
  task: 'unknown',
  conversation: 'chat',
  call: 'voice',
  message: 'sms',
  self_service: 'self_service',
  email: 'email',
  profile: 'web',
}

function subjectOf(touch: Touch): Pick<JourneyStep, 'kind' | 'id'> | null {
  if (touch.type === 'task.created') return { kind: 'task', id: touch.task }
  if (touch.type === 'conversation.started') return { kind: 'conversation', id: touch.conversation }
  if (touch.type.startsWith('participant.')) return { kind: 'conversation', id: touch.conversation }
  if (touch.type.startsWith('call.')) return { kind: 'call', id: touch.call }
  if (touch.type.startsWith('message.')) return { kind: 'message', id: touch.message }
  if (touch.type.startsWith('studio.')) return { kind: 'self_service', id: touch.execution }
  if (touch.type.startsWith('email.')) return { kind: 'email', id: touch.id }
  if (touch.type.startsWith('profile.')) return { kind: 'profile', id: touch.id }
  return null
}

function withRepeats(steps: readonly JourneyStep[]): readonly JourneyStep[] {
  let before: JourneyStep | null = null
  return steps.map((step) => {
    if (step.kind !== 'task') return step
    const last: JourneyStep | null = before
    before = step
    if (last === null) return step
    return {
      ...step,
      isRepeat: Date.parse(step.at) - Date.parse(last.at) <= repeatWithinMs,
      isOtherChannel: last.channel !== step.channel,
    }
  })
}

function firstOf(...texts: readonly string[]): string {
  return texts.find((text) => text !== '') ?? ''
}

import type { Instant } from '../../../schemas/events/instant.ts'
import { chance, integer, pick } from './draws.ts'
import type { FlowGroup } from './happening.ts'
import type { Random } from './random.ts'
import { say, type Speech } from './speech.ts'
import { later, type World } from './world.ts'

/** A run of a Studio flow, around a call or a conversation. */
export interface FlowState {
  readonly group: FlowGroup
  readonly random: Random
  previous: string | null
  widget: string
  isEnded: boolean
}

export interface FlowOptions {
  readonly flow: string
  readonly address: string
  readonly startedBy: string
  readonly random: Random
}

export function openFlow(world: World, speech: Speech, options: FlowOptions): FlowState {
  return {
    group: {
      sid: options.flow,
      execution: speech.sids.execution(),
      address: options.address,
      startedBy: options.startedBy,
      startedAt: world.now,
    },
    random: options.random.split('flow'),
    previous: null,
    widget: 'Trigger',
    isEnded: false,
  }
}

/**
 * The flow begins, and its menus last until a moment: then it goes where the contact goes, to the agents or, contained, to
 * its goodbye.
 */
export function runFlow(
  world: World,
  speech: Speech,
  flow: FlowState,
  until: Instant,
  last: 'send_to_flex' | 'goodbye',
): void {
  say(world, { source: 'studio', type: 'execution.started', flow: flow.group })
  const isCall = flow.group.startedBy.startsWith('CA')
  const path = ['main_menu', ...pathOf(flow.random, last)]
  const each = Math.max(0, until - world.now) / (path.length + 1)
  path.forEach((widget, index) => {
    const spread = integer(flow.random, 0, Math.floor(each / 2))
    later(world, index === 0 ? Math.min(60, each) : each * index + spread, () =>
      step(world, speech, flow, widget, transitionTo(widget, index, isCall)),
    )
  })
  later(world, until - world.now, () =>
    step(world, speech, flow, last, transitionTo(last, path.length, isCall)),
  )
}

export function endFlow(world: World, flow: FlowState, reason: string): void {
  if (flow.isEnded) return
  flow.isEnded = true
  say(world, { source: 'studio', type: 'execution.ended', flow: flow.group, reason })
}

/** Who ends in self-service has found what he wanted; most of the others have looked for it too. */
function pathOf(random: Random, last: 'send_to_flex' | 'goodbye'): readonly string[] {
  const found = pick(random, ['balance', 'order_status', 'opening_hours']) ?? 'balance'
  if (last === 'goodbye') return [found]
  return chance(random, 0.4) ? [found, 'main_menu'] : []
}

function transitionTo(widget: string, index: number, isCall: boolean): string {
  if (index === 0) return isCall ? 'incomingCall' : 'incomingConversationMessage'
  if (widget === 'goodbye' || widget === 'main_menu') return 'audioComplete'
  return isCall ? 'keypress' : 'reply'
}

function step(world: World, speech: Speech, flow: FlowState, to: string, transition: string): void {
  if (flow.isEnded) return
  const { group, previous, widget: from } = flow
  const sid = speech.sids.step()
  say(world, {
    source: 'studio',
    type: 'step.ended',
    flow: group,
    step: sid,
    previous,
    transition,
    from,
    to,
  })
  flow.previous = sid
  flow.widget = to
}

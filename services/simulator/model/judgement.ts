import type { ChatState } from './chat-state.ts'
import { chance, integer, pick } from './draws.ts'
import { say } from './speech.ts'
import { later, type World } from './world.ts'

/** After a share of the conversations Conversational Intelligence says in which mood the customer was. */
export function judgeConversation(world: World, { random, group }: ChatState): void {
  if (!chance(random, world.behaviour.judged)) return
  const label = pick(random, ['positive', 'neutral', 'negative'] as const) ?? 'neutral'
  later(world, integer(random, 4_000, 60_000), () =>
    say(world, { source: 'intelligence', type: 'operator.result', conversation: group, label }),
  )
}

import type { ChatState } from './chat-state.ts'
import { agentJoins, agentLeaves, closeConversation, setState, write } from './conversations.ts'
import { chance, integer, logNormal } from './draws.ts'
import type { Speech } from './speech.ts'
import { isWaiting } from './visits.ts'
import { later, type LegState, type TaskState, type World } from './world.ts'

/** A task was made of the conversation; while nobody has taken it, its customer asks whether anybody is there. */
export function chatHasTask(world: World, chat: ChatState, task: TaskState): void {
  chat.openTasks.add(task)
  chat.isHandedOver = false
  chat.record.tasks.push(task.record)
  if (!chance(chat.random, 0.35)) return
  later(world, integer(chat.random, 8_000, 60_000), () => {
    if (isWaiting(task)) write(world, chat, 'customer')
  })
}

/** The agent comes in, greets, and the two of them write to each other until his talk ends. */
export function chatTalk(world: World, speech: Speech, chat: ChatState, leg: LegState): void {
  agentJoins(world, speech, chat, leg)
  const random = chat.random.split('talk', leg.record.reservation)
  const mayWrite = (): boolean => leg.phase === 'talking' && chat.state !== 'closed'
  later(world, integer(random, 3_000, 25_000), agentWrites)

  function agentWrites(): void {
    if (!mayWrite()) return
    write(world, chat, 'agent', leg)
    if (chance(random, 0.3)) {
      later(world, integer(random, 2_000, 12_000), () => {
        if (mayWrite()) write(world, chat, 'agent', leg)
      })
    }
    later(world, logNormal(random, 55_000, 0.8), customerWrites)
  }

  function customerWrites(): void {
    if (!mayWrite()) return
    write(world, chat, 'customer')
    if (chance(random, 0.35)) {
      later(world, integer(random, 1_500, 15_000), () => {
        if (mayWrite()) write(world, chat, 'customer')
      })
    }
    later(world, logNormal(random, 40_000, 0.7), agentWrites)
  }
}

export function chatLeft(world: World, chat: ChatState, leg: LegState): void {
  agentLeaves(world, chat, leg)
}

/**
 * A task of the conversation has ended. Unless another goes on with it, it is closed; it stays open, sleeping, where nobody
 * thinks of closing it, or where its customer comes back to it later: with a task of its own.
 */
export function chatTaskEnded(world: World, chat: ChatState, task: TaskState): void {
  chat.openTasks.delete(task)
  if (chat.openTasks.size > 0 || chat.isHandedOver || chat.state === 'closed') return
  const { random } = chat
  const { comesBack, staysOpen } = world.behaviour
  if (chat.returnsCount < 2 && chance(random, comesBack)) {
    chat.returnsCount++
    comeBack(world, chat, task)
  } else if (chance(random, staysOpen)) {
    later(world, sleepsAfterMs, () => {
      if (chat.openTasks.size === 0) setState(world, chat, 'inactive', 'TIMER')
    })
  } else {
    closeConversation(world, chat)
  }
}

/** Longer after the end of the task than a transfer takes: this is another visit, in the same conversation. */
function comeBack(world: World, chat: ChatState, task: TaskState): void {
  const { random } = chat
  const afterMs = integer(random, returnsAfterMs, 40 * 60_000)
  if (afterMs > sleepsAfterMs) {
    later(world, sleepsAfterMs, () => setState(world, chat, 'inactive', 'TIMER'))
  }
  chat.isHandedOver = true
  later(world, afterMs, () => {
    write(world, chat, 'customer')
    later(world, integer(random, 1_000, 5_000), () =>
      world.rules.openContact(world, {
        origin: task.origin,
        direction: 'inbound',
        party: task.party,
        chat,
      }),
    )
  })
}

const returnsAfterMs = 35_000
const sleepsAfterMs = 15 * 60_000

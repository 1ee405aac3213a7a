import { chance, integer, logNormal } from './draws.ts'
import { change, emitTask } from './emit.ts'
import { withConference, withoutConference } from './attributes.ts'
import { complete, endTalk, fallBack } from './handling.ts'
import { snapped } from './moments.ts'
import { completeTransfer, startQueueTransfer, startWorkerTransfer } from './transfers.ts'
import { later, type LegState, type NewContact, type World } from './world.ts'

/** A leg begins to be handled: here is decided what will come of it. */
export function beginHandle(world: World, leg: LegState): void {
  const { task } = leg
  const { talkMs, talkSigma } = leg.queue.definition.traits
  const random = task.random.split('course', leg.record.reservation)
  if (leg.transfer !== null) completeTransfer(world, leg)
  world.rules.talkBegan(world, leg)
  if (task.record.channel === 'voice') settle(world, leg, integer(random, 1_100, 1_900))
  const slowness = 1 + 0.1 * (leg.worker.handles.size - 1)
  const talk = Math.max(1_000, logNormal(random, talkMs * slowness * shareOf(leg), talkSigma))
  const part = 2_500 + Math.round(talk * (0.2 + 0.5 * random.next()))
  const [afterMs, action] = next(courseOf(world, leg, random.next()))
  later(world, afterMs, action)

  function next(course: Course): readonly [afterMs: number, action: () => void] {
    switch (course) {
      case 'talk': {
        const at = snapped(world.now + talk, random, world.behaviour.snap)
        return [at - world.now, () => endTalk(world, leg)]
      }
      case 'empty':
        return [0, () => complete(world, leg)]
      case 'fall back':
        return [integer(random, 3_000, 8_000), () => fallBack(world, leg)]
      case 'cold transfer':
        return [part, () => startQueueTransfer(world, leg, 'COLD')]
      case 'warm queue transfer':
        return [part, () => startQueueTransfer(world, leg, 'WARM')]
      case 'warm transfer':
        return [part, () => startWorkerTransfer(world, leg)]
      case 'chat transfer':
        return [part, () => handOver(world, leg)]
    }
  }
}

type Course =
  | 'talk'
  | 'empty'
  | 'fall back'
  | 'cold transfer'
  | 'warm transfer'
  | 'warm queue transfer'
  | 'chat transfer'

/** A task is transferred once at most, and only what came in is transferred at all. */
function courseOf(world: World, leg: LegState, draw: number): Course {
  const { behaviour } = world
  const { task } = leg
  if (task.record.direction !== 'inbound' || task.transfersCount > 0) return 'talk'
  const isVoice = task.record.channel === 'voice'
  const isChat = task.record.channel === 'chat'
  const shares: readonly (readonly [Course, number])[] = [
    ['empty', behaviour.sameMoment / 50],
    ['fall back', behaviour.fallBack],
    ['cold transfer', isVoice ? behaviour.coldTransfer : 0],
    ['warm transfer', isVoice ? behaviour.warmTransfer : 0],
    ['warm queue transfer', isVoice ? behaviour.warmQueueTransfer : 0],
    ['chat transfer', isChat ? behaviour.chatTransfer : 0],
  ]
  let upTo = 0
  for (const [course, share] of shares) {
    upTo += share
    if (draw < upTo) return course
  }
  return 'talk'
}

/** The second agent of a contact has less to ask; most outbound calls reach nobody. */
function shareOf(leg: LegState): number {
  if (leg.transfer !== null) return 0.8
  if (leg.task.record.direction !== 'outbound') return 1
  return chance(leg.task.random.split('reached'), 0.55) ? 0.12 : 0.7
}

/** The conference stands, and Flex writes it into the task's attributes. */
function settle(world: World, leg: LegState, afterMs: number): void {
  later(world, afterMs, () => {
    const { task } = leg
    if (leg.phase !== 'talking' || task.inTransit || task.transfer?.giver === leg) return
    const known = conferenceOf(leg)
    const attributes =
      known === null
        ? withConference(task.group.attributes, { sid: world.sids.call().replace('CA', 'CF') })
        : withConference(withoutConference(task.group.attributes), known)
    change(task, { attributes })
    emitTask(world, 'task.updated', task, {
      description: `Task ${task.group.sid} attributes updated`,
    })
  })
}

/** Flex hands a chat over by a new task in the same conversation, and completes the old one. */
function handOver(world: World, leg: LegState): void {
  if (leg.phase !== 'talking') return
  if (leg.worker.deleted) {
    endTalk(world, leg)
    return
  }
  const { task } = leg
  const { chat } = task
  const chats = [...world.queues.values()].filter(
    (queue) => queue.definition.channel.uniqueName === 'chat',
  )
  task.transfersCount++
  const isTold = chat === null || chance(chat.random, 0.3)
  const next: NewContact = {
    origin: chats.find((queue) => queue !== leg.queue) ?? leg.queue,
    direction: 'inbound',
    entry: 'transfer',
    party: task.party,
    ...(chat === null ? {} : { chat }),
    // Where nobody writes it down, only the conversation tells that the second task goes on with the first.
    ...(isTold ? { attributes: { continuesTask: task.record.sid } } : {}),
  }
  if (chat !== null) chat.isHandedOver = true
  if (chat !== null && chance(chat.random, 0.4)) {
    complete(world, leg)
    later(world, integer(chat.random, 500, 20_000), () => world.rules.openContact(world, next))
    return
  }
  world.rules.openContact(world, next)
  later(world, integer(task.random, 200, 1_500), () => endTalk(world, leg))
}

/** As Flex writes it: who is in it, by their legs of the call. */
function conferenceOf({ task, ...leg }: LegState): object | null {
  const conference = task.call?.conference ?? null
  if (task.call === null || conference === null) return null
  const workers = [...conference.workers]
  const worker = workers.find(([{ record }]) => record === leg.record)?.[1]
  return { sid: conference.sid, participants: { customer: task.call.group.sid, worker } }
}

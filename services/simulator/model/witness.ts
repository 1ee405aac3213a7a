import { agentLeft, agentTook, callOfTask, hangUp } from './calls.ts'
import { chatHasTask, chatLeft, chatTalk, chatTaskEnded } from './chat-talk.ts'
import { namesOf } from './attributes.ts'
import { openConversation } from './conversations.ts'
import { endTransferHold, holdForTransfer } from './holds.ts'
import { sendAnswer } from './mail.ts'
import { comes } from './prelude.ts'
import { noteIdentities, type Speech } from './speech.ts'
import type { Rules, TaskState, World } from './world.ts'

/** What the routing of a contact means for its call, its conversation and its e-mail. Without speech, nothing. */
export const witness: Pick<
  Rules,
  | 'comes'
  | 'taskCreated'
  | 'talkBegan'
  | 'talkEnded'
  | 'transferBegan'
  | 'transferTakenBack'
  | 'taskEnded'
> = {
  comes(world, queue, at) {
    if (world.speech !== null) comes(world, world.speech, queue, at)
  },
  taskCreated(world, task) {
    if (world.speech !== null) attend(world, world.speech, task)
  },
  talkBegan(world, leg) {
    const { speech } = world
    const { task } = leg
    if (speech === null) return
    if (task.call !== null) agentTook(world, speech, leg)
    if (leg.transfer !== null) endTransferHold(world, leg.transfer)
    if (task.chat !== null) chatTalk(world, speech, task.chat, leg)
  },
  talkEnded(world, leg, goesBack) {
    const { task } = leg
    if (world.speech === null) return
    agentLeft(world, leg, goesBack)
    if (task.chat !== null) chatLeft(world, task.chat, leg)
    if (task.record.channel === 'email') sendAnswer(world, world.speech, leg)
  },
  transferBegan(world, transfer) {
    if (world.speech !== null) holdForTransfer(world, transfer)
  },
  transferTakenBack(world, transfer) {
    if (world.speech !== null) endTransferHold(world, transfer)
  },
  taskEnded(world, task) {
    if (task.call !== null) hangUp(world, task.call)
    if (task.chat !== null) chatTaskEnded(world, task.chat, task)
    if (task.mail !== null) task.mail.endedAt = world.now
  },
}

/** The call or conversation that a task was made of; what none was made of has one from now on. */
function attend(world: World, speech: Speech, task: TaskState): void {
  const { party, record } = task
  const { customer } = party
  switch (record.channel) {
    case 'voice':
      callOfTask(world, speech, task)
      break
    case 'email':
      task.mail = {
        kind: 'email',
        sid: record.sid,
        channel: 'email',
        customer,
        startedAt: world.now,
        endedAt: null,
        tasks: [record],
        messages: [],
      }
      world.chronicle.contacts.push(task.mail)
      break
    default: {
      const sid = party.conversation ?? speech.sids.conversation()
      const binding = record.channel === 'sms' ? 'sms' : 'web'
      task.chat ??= openConversation(world, speech, { customer, binding, sid, hasFlow: false })
      chatHasTask(world, task.chat, task)
    }
  }
  const contact = task.call?.record ?? task.chat?.record ?? task.mail
  noteIdentities(world, 'taskrouter', customer, namesOf(record, party), contact?.sid)
}

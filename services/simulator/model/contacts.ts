import type { Instant } from '../../../schemas/events/instant.ts'
import { drawParty, writeAttributes } from './attributes.ts'
import { none, type TaskRecord } from './chronicle.ts'
import { openArrivals } from './demand.ts'
import { chance, integer } from './draws.ts'
import { change, emitTask } from './emit.ts'
import { snapped } from './moments.ts'
import { watchPatience } from './patience.ts'
import { preludeMaxMs } from './prelude-length.ts'
import { watchStep } from './steps.ts'
import { enterQueue } from './visits.ts'
import { later, type NewContact, type QueueState, type TaskState, type World } from './world.ts'

/** Lets the contacts of a queue come, one after the other. */
export function openDoors(world: World, queue: QueueState): void {
  const { definition } = queue
  const random = world.random.split('queue', definition.name)
  const arrivals = openArrivals(world.centre, definition, random)
  scheduleNext(world.startAt + 1000)

  function scheduleNext(after: Instant): void {
    const at = arrivals(after)
    if (at === null) return
    const moment = Math.max(after, snapped(at, random, world.behaviour.snap))
    if (world.speech === null) {
      world.agenda.add(moment, () => {
        openContact(world, { origin: queue, direction: 'inbound' })
        scheduleNext(Math.max(at, moment))
      })
      return
    }
    // Before there is a task its customer has looked at a website, listened to a menu, written to a bot.
    world.agenda.add(Math.max(world.now, moment - preludeMaxMs), () => {
      world.rules.comes(world, queue, moment)
      scheduleNext(Math.max(at, moment))
    })
  }
}

/** A contact that goes through its workflow into a queue. */
export function openContact(world: World, contact: NewContact): void {
  enterWorkflow(world, createTask(world, contact), contact.entry ?? 'new')
}

/** A task is added to the workspace; it is in no queue yet. */
export function createTask(world: World, options: NewContact): TaskState {
  const { origin, direction } = options
  const { channel, workflow } = origin.definition
  const sid = world.sids.task()
  const random = world.random.split('task', world.tasksCount++)
  const record: TaskRecord = {
    sid,
    channel: channel.uniqueName,
    direction,
    createdAt: world.now,
    requestedAt: options.requestedAt ?? null,
    endedAt: null,
    customerHolds: none,
  }
  world.chronicle.tasks.push(record)
  const routingTarget = options.routingTarget ?? null
  const party = drawParty(world, origin.definition, random, options.party)
  const task: TaskState = {
    record,
    random,
    origin,
    group: {
      sid,
      attributes: writeAttributes(world, record, origin.definition, party, {
        ...options.attributes,
        requestedAt: record.requestedAt,
      }),
      createdAt: world.now,
      priority: options.priority ?? 0,
      status: 'pending',
      version: 0,
      ignoreCapacity: routingTarget !== null,
      channelSid: channel.sid,
      channel: channel.uniqueName,
      workflowSid: workflow.sid,
      workflowName: workflow.name,
      queue: null,
      canceledReason: null,
      completedReason: null,
      routingTarget,
    },
    queue: null,
    visit: null,
    legs: [],
    step: 0,
    filterEnteredAt: world.now,
    stepIsDue: false,
    inTransit: false,
    transfer: null,
    transfersCount: 0,
    refusedBy: null,
    ended: false,
    party,
    call: options.call ?? null,
    chat: options.chat ?? null,
    mail: null,
  }
  emitTask(world, 'task.created', task, { description: `Task ${sid} created` })
  world.rules.taskCreated(world, task)
  return task
}

/** Workflow, filter, queue: three events a few milliseconds apart, and sometimes in one. */
function enterWorkflow(world: World, task: TaskState, entry: 'new' | 'transfer'): void {
  const { random, group, origin } = task
  const pause = chance(random, world.behaviour.sameMoment) ? 0 : integer(random, 5, 25)
  later(world, pause, () => {
    emitTask(world, 'workflow.entered', task, {
      description: `Task ${group.sid} entered Workflow ${group.workflowName}`,
    })
    later(world, pause / 2, matched)
  })

  function matched(): void {
    const first = origin.definition.steps[0]
    if (first !== undefined) change(task, { priority: first.priority + group.priority }, false)
    task.filterEnteredAt = world.now
    emitTask(world, 'workflow.target-matched', task, {
      description: `Task ${group.sid} matched a workflow target`,
      filter: {
        name: origin.definition.name,
        expression: origin.definition.filterExpression,
        target: origin.definition.name,
      },
    })
    later(world, pause / 2, () => {
      enterQueue(world, task, origin, entry)
      watchStep(world, task)
      watchPatience(world, task)
    })
  }
}

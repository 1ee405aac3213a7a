import type { Instant, Span } from '../../schemas/events/instant.ts'
import { workersDocument } from '../routing/documents.ts'
import { passedOverMs } from '../routing/eligibility.ts'
import type { QueueDefinition } from '../routing/queue-definition.ts'
import type { LiveReservation } from '../routing/routable-worker.ts'
import { standingAt, type WorkflowStep } from '../routing/workflow-walk.ts'
import { createAgenda } from './agenda.ts'
import { openFloor, type FloorTask, type FloorWorker } from './floor.ts'
import { openLines } from './lines.ts'
import type { PlannedContact, Ring } from './plan.ts'
import type { RoutingTable } from './routing-table.ts'
import type { Outcome, StaffedWorker, Stay, Work } from './stretch.ts'

export interface ReplayOptions {
  readonly span: Span
  readonly contacts: readonly PlannedContact[]
  readonly workers: readonly StaffedWorker[]
  /** Has every workflow and every queue that contacts, filters and targets name. */
  readonly routing: RoutingTable
}

/** A task in the replay: what routing sees of it, and what becomes of it. */
interface ReplayedTask extends FloorTask {
  readonly stays: OpenStay[]
  /** Offers that ring. */
  readonly offers: Set<Offer>
  ringsUsed: number
  /** Of its steps with a `skip_if`, which it has come to: whether they were skipped. */
  readonly skipped: Map<string, boolean>
  /** Grows with each step, so that the time-out of a step that is over does nothing. */
  stepNumber: number
  /** The step's time is up, and an offer rings still. */
  isStepOver: boolean
  isOver: boolean
}

type OpenStay = { -readonly [Name in keyof Stay]: Stay[Name] }

interface Offer {
  readonly worker: FloorWorker
  readonly reservation: LiveReservation
  readonly since: Instant
}

/** Before its workflow has sent it somewhere. Nobody is in it. */
const nowhere: QueueDefinition = {
  ...{ sid: '', friendlyName: '', targetWorkers: null, maxReservedWorkers: 1, taskOrder: 'FIFO' },
  ...{ assignmentActivity: null, reservationActivity: null },
}

/**
 * What becomes of contacts when they meet these workers under these workflows: from event to event, each in the order of
 * time, with the same expressions, eligibility and walks as everywhere in the hub. The same options give the same outcome.
 */
export function replay({ span, contacts, workers: staff, routing }: ReplayOptions): Outcome {
  const agenda = createAgenda()
  const lines = openLines<ReplayedTask>()
  const channels = new Set(contacts.map(({ channel }) => channel))
  const floor = openFloor(staff, channels)
  const activities = activitySids(staff)
  const stays = new Map<string, readonly Stay[]>()
  const work: Work[] = []
  let now = span.from
  let reservations = 0

  staff.forEach(({ changes, commitments }, index) => {
    const worker = floor.workers[index]
    if (worker === undefined) throw new Error('a worker is not on the floor')
    for (const change of changes) {
      agenda.add(Math.max(change.at, span.from), () => {
        floor.change(worker, change)
        becameFree(worker)
      })
    }
    for (const { from, to, channel } of commitments) {
      agenda.add(Math.max(from, span.from), () => handle(worker, reserve(worker, '', channel), to))
    }
  })
  for (const contact of contacts) agenda.add(Math.max(contact.at, span.from), () => arrive(contact))

  for (let next = agenda.next(); next !== undefined && next.at < span.to; next = agenda.next()) {
    now = next.at
    next.action()
  }
  return { stays, work }

  function arrive(plan: PlannedContact): void {
    const { id, channel, attributes, priority, into } = plan
    const own: OpenStay[] = []
    stays.set(id, own)
    const task: ReplayedTask = {
      ...{ plan, sid: id, channel, attributes, priority, stays: own },
      ...{ queue: nowhere, step: null, pendingReservations: 0, rejections: [] },
      ...{ ignoresCapacity: false, offers: new Set<Offer>(), ringsUsed: 0 },
      ...{ skipped: new Map(), stepNumber: 0, isStepOver: false, isOver: false },
    }
    if (plan.patienceMs < Infinity) {
      agenda.add(plan.at + plan.patienceMs, () => end(task, plan.leavesAs))
    }
    if (into.kind === 'queue') stand(task, queueOf(into.queue), null, null)
    else walk(task, into.workflow)
  }

  /** To the step at which the task stands now. */
  function walk(task: ReplayedTask, workflowSid: string): void {
    const workflow = routing.workflows.get(workflowSid)
    if (workflow === undefined) throw new Error('the workflow of a contact is not in the table')
    const { plan, attributes } = task
    const standing = standingAt(workflow, {
      ...{ attributes, enteredAt: plan.at, at: now },
      isSkipped: (step) => isSkipped(task, step),
    })
    if (standing.kind === 'left') {
      end(task, standing.why === 'timed_out' ? 'flowed_out_timeout' : 'flowed_out_canceled')
      return
    }
    const { step, until } = standing
    stand(task, queueOf(step.queue), step, until)
  }

  /** Asked once a step, at the moment when the task comes to it. */
  function isSkipped(task: ReplayedTask, step: WorkflowStep): boolean {
    const place = JSON.stringify([step.filter, step.target])
    const known = task.skipped.get(place)
    if (known !== undefined) return known
    const queue = queueOf(step.queue)
    const there: FloorTask = { ...task, queue, step, rejections: [] }
    const isSkippedNow =
      floor.candidatesFor(there, now).length === 0 &&
      (step.rules.skipIf?.holds({
        task: task.attributes,
        workers: workersDocument(
          floor.membersOf(queue, now).map(({ activity }) => activity),
          activities,
        ),
      }) ??
        false)
    task.skipped.set(place, isSkippedNow)
    return isSkippedNow
  }

  function stand(
    task: ReplayedTask,
    queue: QueueDefinition,
    step: WorkflowStep | null,
    until: Instant | null,
  ): void {
    lines.leave(task)
    const stay = task.stays.at(-1)
    if (stay?.queue !== queue.sid) {
      // What goes on in the same queue is one stay, though its priority changes.
      if (stay !== undefined) close(stay, 'flowed_out_timeout')
      task.stays.push({ queue: queue.sid, enteredAt: now, exitedAt: null, disposition: 'waiting' })
    }
    task.queue = queue
    task.step = step
    task.priority = step?.priority ?? task.priority
    task.rejections = []
    task.isStepOver = false
    const number = ++task.stepNumber
    lines.join(task)
    if (until !== null) {
      agenda.add(until, () => {
        if (task.isOver || task.stepNumber !== number) return
        task.isStepOver = true
        moveOn(task)
      })
    }
    seek(task)
  }

  /** When the step's time is up and nothing rings any more. */
  function moveOn(task: ReplayedTask): void {
    const { into } = task.plan
    if (task.isOver || !task.isStepOver || task.offers.size > 0 || into.kind === 'queue') return
    walk(task, into.workflow)
  }

  /** Offers the task to as many workers as its queue allows. */
  function seek(task: ReplayedTask): void {
    while (wantsOffer(task)) {
      const [worker] = floor.candidatesFor(task, now)
      if (worker === undefined) return
      offer(task, worker)
    }
  }

  /** A worker may have room: who waits is asked in turn. */
  function becameFree(worker: FloorWorker): void {
    if (!worker.activity.isAvailable) return
    for (const task of lines.inTurn()) {
      if (wantsOffer(task) && floor.isCandidate(worker, task, now)) offer(task, worker)
    }
  }

  function offer(task: ReplayedTask, worker: FloorWorker): void {
    const reservation = reserve(worker, task.sid, task.channel)
    const made: Offer = { worker, reservation, since: now }
    task.offers.add(made)
    task.pendingReservations = task.offers.size
    const ring: Ring | undefined = task.plan.rings[task.ringsUsed++]
    if (ring === undefined) return
    agenda.add(now + ring.ms, () => {
      if (!task.offers.has(made)) return
      if (ring.isAnswered) accept(task, made)
      else refuse(task, made)
    })
  }

  function accept(task: ReplayedTask, made: Offer): void {
    const { worker, reservation } = made
    stopRinging(task, made)
    handle(worker, reservation, now + task.plan.handleMs)
    end(task, 'answered')
    // There may be room for another one.
    becameFree(worker)
  }

  function refuse(task: ReplayedTask, made: Offer): void {
    const { worker, reservation } = made
    stopRinging(task, made)
    release(worker, reservation)
    const rejection = { worker: worker.sid, reservation: reservation.sid }
    task.rejections = [...task.rejections, rejection]
    agenda.add(now + passedOverMs, () => {
      task.rejections = task.rejections.filter((one) => one !== rejection)
      seek(task)
    })
    moveOn(task)
    seek(task)
    becameFree(worker)
  }

  /** The wait is over; whoever is rung still is free again. */
  function end(task: ReplayedTask, disposition: Stay['disposition']): void {
    if (task.isOver) return
    task.isOver = true
    lines.leave(task)
    const stay = task.stays.at(-1)
    if (stay !== undefined) close(stay, disposition)
    const rung = [...task.offers]
    for (const made of rung) {
      stopRinging(task, made)
      release(made.worker, made.reservation)
    }
    rung.forEach(({ worker }) => becameFree(worker))
  }

  function close(stay: OpenStay, disposition: Stay['disposition']): void {
    stay.exitedAt = now
    stay.disposition = disposition
  }

  function stopRinging(task: ReplayedTask, made: Offer): void {
    task.offers.delete(made)
    task.pendingReservations = task.offers.size
    work.push({ worker: made.worker.sid, kind: 'ring', from: made.since, to: now })
  }

  function reserve(worker: FloorWorker, task: string, channel: string): LiveReservation {
    const made: LiveReservation = { sid: `${++reservations}`, task, channel, status: 'pending' }
    worker.reservations = [...worker.reservations, made]
    return made
  }

  function release(worker: FloorWorker, { sid }: LiveReservation): void {
    worker.reservations = worker.reservations.filter((one) => one.sid !== sid)
  }

  /** Who goes off meanwhile goes on with it until it is done. */
  function handle(worker: FloorWorker, reservation: LiveReservation, until: Instant): void {
    release(worker, reservation)
    worker.reservations = [...worker.reservations, { ...reservation, status: 'accepted' }]
    worker.lastAssignedAt = now
    work.push({ worker: worker.sid, kind: 'handle', from: now, to: until })
    agenda.add(until, () => {
      release(worker, reservation)
      worker.lastAssignedAt = now
      becameFree(worker)
    })
  }

  function queueOf(sid: string): QueueDefinition {
    const queue = routing.queues.get(sid)
    if (queue === undefined) throw new Error('the queue of a contact is not in the table')
    return queue
  }
}

function wantsOffer(task: ReplayedTask): boolean {
  return !task.isOver && !task.isStepOver && task.offers.size < task.queue.maxReservedWorkers
}

/** All that anybody is ever in: an activity in which nobody is at the moment counts nobody, and is not unknown. */
function activitySids(staff: readonly StaffedWorker[]): ReadonlySet<string> {
  const changes = staff.flatMap((worker) => worker.changes)
  return new Set(
    changes.flatMap((change) => (change.kind === 'activity' ? [change.activity.sid] : [])),
  )
}

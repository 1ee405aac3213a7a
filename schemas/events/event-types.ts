/**
 * The names of everything that the ledger remembers. They are the source's names where it has one: TaskRouter's (TaskRouter
 * Events reference), Conversations' and Voice's put into the same form. `reservation.hold`, `task.preceded`,
 * `task.reopened`, `identity.labelled`, `identity.assigned` and the `clock`, `source`, `definitions`, `mapping`, `identities`, `forecast` events are ours.
 */
export const taskEventTypes = [
  'task.created',
  'task.updated',
  'task.wrapup',
  'task.completed',
  'task.canceled',
  'task.deleted',
  'task.system-deleted',
  /** The hub has given up waiting for the end of a task; derived, and no end where a real one comes. */
  'task.force-closed',
  /** Told to a conversation: what the hub has closed of it does not hold, for a source has told more since; derived. */
  'task.reopened',
  'task-queue.entered',
  'task-queue.moved',
  'task-queue.timeout',
  'workflow.entered',
  'workflow.target-matched',
  'workflow.timeout',
  'workflow.skipped',
  'workflow.rejected',
  /** What a conversation knows of its earlier tasks: derived, for the later one to judge whether it goes on with them. */
  'task.preceded',
] as const

/** Events of a transfer concern the task and the worker who gives it. */
export const transferEventTypes = [
  'task.transfer-initiated',
  'task.transfer-completed',
  'task.transfer-failed',
  'task.transfer-attempt-failed',
  'task.transfer-canceled',
] as const

/** Events of a reservation concern a task and a worker, and stand in the ledger under both. */
export const reservationEventTypes = [
  'reservation.created',
  'reservation.accepted',
  'reservation.rejected',
  'reservation.timeout',
  'reservation.canceled',
  'reservation.rescinded',
  'reservation.failed',
  'reservation.hold',
  'reservation.unhold',
  'reservation.wrapup',
  'reservation.completed',
  'reservation.force-closed',
] as const

export const workerEventTypes = [
  'worker.created',
  'worker.activity.update',
  'worker.attributes.update',
  'worker.capacity.update',
  'worker.channel.availability.update',
  'worker.deleted',
] as const

/** What the customer has set up: names and definitions with their history. */
export const configEventTypes = [
  'activity.created',
  'activity.updated',
  'activity.deleted',
  'task-queue.created',
  'task-queue.deleted',
  'task-queue.expression.updated',
  /** As it is set up, by TaskRouter's REST resource in `attributes`: imported. */
  'task-queue.configured',
  'workflow.created',
  'workflow.updated',
  'workflow.deleted',
  /** As it is set up, by TaskRouter's REST resource in `attributes`: imported. */
  'workflow.configured',
  'task-channel.created',
  'task-channel.updated',
  'task-channel.deleted',
  'workspace.created',
  'workspace.updated',
  'workspace.deleted',
  'definitions.set',
  /** The mapping of one target, in `attributes`. */
  'mapping.set',
  /** What one target knows agents and queues by, in `attributes`: all that the customer says of it. */
  'identities.set',
  /** What is forecast of a queue, a channel or the skill `label` for a day or a part of it, in `attributes`: one reading. */
  'forecast.set',
] as const

/** What is said in a conversation, and by whom. */
export const conversationEventTypes = [
  'conversation.started',
  'conversation.updated',
  'conversation.ended',
  'participant.added',
  'participant.updated',
  'participant.removed',
] as const

/** Messages of a conversation, or of no conversation: an SMS that is sent by itself is one too. */
export const messageEventTypes = [
  'message.added',
  'message.updated',
  'message.removed',
  /** What the carrier says of it, in `status`: queued, sent, delivered, read, undelivered, failed, … */
  'message.status',
] as const

/** Legs of calls. A busy or failed call ends with `call.completed` too; its `status` says how. */
export const callEventTypes = [
  'call.initiated',
  'call.ringing',
  'call.answered',
  'call.completed',
  /** What Voice Insights says of a whole call some minutes after its end. */
  'call.summary',
] as const

export const conferenceEventTypes = [
  'conference.start',
  'conference.end',
  'conference.participant.join',
  'conference.participant.leave',
  'conference.participant.hold',
  'conference.participant.unhold',
  'conference.participant.mute',
  'conference.participant.unmute',
  'conference.participant.modify',
  'conference.participant.speech-start',
  'conference.participant.speech-stop',
  'conference.participant.summary',
  'conference.announcement.end',
  'conference.announcement.fail',
  'conference.summary',
] as const

/** Self-service: a run of a flow, and each of its steps. */
export const flowEventTypes = [
  'studio.execution.started',
  'studio.execution.ended',
  'studio.step.ended',
] as const

/** Who a customer is, and what he does elsewhere. `identity.labelled` is derived: one identity tells another of a third. */
export const profileEventTypes = [
  'profile.identified',
  'profile.aliased',
  'profile.grouped',
  'profile.tracked',
  'profile.viewed',
  'identity.labelled',
] as const

/** What else is said of a contact: e-mail, video, recordings, what machines have heard in it or answered. */
export const contactEventTypes = [
  'email.received',
  /** What SendGrid says of a sent one, in `status`: processed, delivered, open, click, bounce, … */
  'email.status',
  'recording.updated',
  'video.room.updated',
  'video.participant.updated',
  'transcript.available',
  'operator.result',
  'assistant.message',
] as const

/** What is planned for a worker, and what is agreed beside the plan: imported, each as it was read. */
export const scheduleEventTypes = [
  /** What is planned from `since` to `until`, in `attributes`; it takes the place of what was read before. */
  'schedule.set',
  /** What else is agreed for `since` to `until`, in `attributes`; told again, the later holds. */
  'schedule.excepted',
] as const

/** What the hub itself appends so that time, and nothing but the ledger, moves a row; and the faults that sources report. */
export const hubEventTypes = [
  'clock.ticked',
  'source.gap',
  'source.error',
  /** What a table says of the time before `until` is complete, as far as anybody can tell: changes are restatements from here. */
  'interval.finalised',
  /** What a table says of `since` to `until` has left the house. */
  'export.delivered',
  /** The number by which the target `label` knows a queue in a channel and direction, for good; in `attributes`. */
  'identity.assigned',
] as const

/** A type that this version does not know: kept as it came, under its own name in `sourceType`. */
export const unknownEventTypes = ['unknown'] as const

/** All that is said in and about contacts, beside their routing. */
export const saidEventTypes = [
  ...conversationEventTypes,
  ...messageEventTypes,
  ...callEventTypes,
  ...conferenceEventTypes,
  ...flowEventTypes,
  ...profileEventTypes,
  ...contactEventTypes,
] as const

export const eventTypes = [
  ...taskEventTypes,
  ...transferEventTypes,
  ...reservationEventTypes,
  ...workerEventTypes,
  ...configEventTypes,
  ...saidEventTypes,
  ...scheduleEventTypes,
  ...hubEventTypes,
  ...unknownEventTypes,
] as const

export type EventType = (typeof eventTypes)[number]

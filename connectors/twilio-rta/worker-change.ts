import type { Instant } from '../../schemas/events/instant.ts'
import type { ContactPhase } from '../../schemas/events/mapping.ts'
import type { AgentMoment, OpenContact } from '../mapping/moment.ts'

/** Whose workers they are, and which event was the last that was looked at. */
export interface WorkerChangeSource {
  readonly account: string
  readonly workspace: string
}

export interface WorkerMoment {
  readonly moment: AgentMoment
  /** When he went into the activity; a moment tells only since when he is free in it. */
  readonly activityAt: Instant | null
  readonly lastEvent: { readonly id: string; readonly at: Instant } | null
}

/**
 * The message that Twilio's WFM feed for real-time adherence sends: each record is all that an agent is and does. Its consumers
 * know that almost anything may be null, and what the ledger does not keep of a moment is: reservations' and channels' own ids,
 * capacities, when a reservation was created. A contact on hold is an accepted reservation, as it is to TaskRouter.
 */
export function workerChange(workers: readonly WorkerMoment[], source: WorkerChangeSource) {
  return {
    ...{ product: 'Flex', object: 'WFMWorkerChange', version: 1 },
    records: workers.map(({ moment, activityAt, lastEvent }) => ({
      worker: {
        sid: moment.agent,
        activity_sid: moment.activity?.id ?? null,
        activity_name: moment.activity?.name ?? null,
        date_activity_updated: activityAt === null ? null : iso(activityAt),
      },
      channels: channelsOf(moment.contacts),
      account_sid: source.account,
      workspace_sid: source.workspace,
      last_processed_event_sid: lastEvent?.id ?? null,
      date_last_processed_event: lastEvent === null ? null : iso(lastEvent.at),
    })),
  }
}

function channelsOf(contacts: readonly OpenContact[]) {
  const names = [...new Set(contacts.map(({ channel }) => channel))].sort()
  if (names.length === 0) return null
  return names.map((name) => ({
    reservations: contacts.filter(({ channel }) => channel === name).map(reservationOf),
    ...{ worker_channel_sid: null, task_channel_sid: null, task_channel_name: name },
    ...{ available: null, available_capacity: null, capacity: null, date_capacity_updated: null },
  }))
}

const statuses: Readonly<Record<ContactPhase, readonly [reservation: string, task: string]>> = {
  ringing: ['pending', 'reserved'],
  talk: ['accepted', 'assigned'],
  hold: ['accepted', 'assigned'],
  acw: ['wrapping', 'wrapping'],
}

function reservationOf({ task, workflow, queue, phase, since, direction }: OpenContact) {
  const [status, assignment] = statuses[phase]
  const at = iso(since)
  return {
    ...{ sid: null, status, workflow_sid: workflow, task_sid: task, task_queue_sid: queue },
    ...{ task_assignment_status: assignment, date_created: null, date_updated: at },
    // A hold does not change a reservation, and when it was accepted the moment does not say.
    date_reservation_status_updated: phase === 'hold' || phase === 'talk' ? null : at,
    direction: direction === 'inbound' || direction === 'outbound' ? direction : null,
  }
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}

import type { Zone } from './zone.ts'

/** A contact centre as its owner has set it up: what is there before the first contact arrives. */
export interface Centre {
  readonly seed: string | number
  readonly accountSid: string
  readonly accountName: string
  readonly operatingUnitSid: string
  readonly workspaceSid: string
  readonly workspaceName: string
  /** The zone of its opening hours. */
  readonly zone: Zone
  /** `office`: shifts and arrivals by the hour of the day. `always`: busy at any hour, for a demonstration. */
  readonly hours: 'office' | 'always'
  readonly activities: readonly Activity[]
  readonly channels: readonly TaskChannel[]
  readonly workflows: readonly Workflow[]
  readonly queues: readonly Queue[]
  readonly agents: readonly Agent[]
}

export const activityNames = [
  'Offline',
  'Available',
  'Unavailable',
  'Break',
  'Lunch',
  'Meeting',
  'Training',
  'Coaching',
  'System Issue',
  'Outbound Campaign',
] as const

export type ActivityName = (typeof activityNames)[number]

export interface Activity {
  readonly sid: string
  readonly name: ActivityName
  /** TaskRouter may offer tasks to a worker who is in it. */
  readonly available: boolean
}

export const channelNames = ['voice', 'chat', 'sms', 'email'] as const
export type ChannelName = (typeof channelNames)[number]

export interface TaskChannel {
  readonly sid: string
  readonly uniqueName: ChannelName
  readonly name: string
}

export interface Workflow {
  readonly sid: string
  readonly name: string
}

export interface Queue {
  readonly sid: string
  readonly name: string
  readonly channel: TaskChannel
  readonly skill: string
  /** Which workers it may use, in TaskRouter's language. */
  readonly expression: string
  /** How many workers are offered one task at the same time. */
  readonly maxReservedWorkers: number
  readonly workflow: Workflow
  readonly filterExpression: string
  readonly steps: readonly RoutingStep[]
  readonly traits: QueueTraits
  /** Contacts a week divided by contacts of an average hour is in `shape`; how many there are is this. */
  readonly contactsPerDay: number
}

/** A target of the workflow's filter. The first step's queue is where its contacts arrive. */
export interface RoutingStep {
  /** The name of the queue, because steps refer to queues that are defined later. */
  readonly queue: string
  /** How long the task stays in the step; `null` = for ever. */
  readonly timeoutMs: number | null
  readonly priority: number
  /** TaskRouter's `skip_if: workers.available == 0`. Only on the last step. */
  readonly skipIfNobody: boolean
}

/** How contacts of a queue behave. */
export interface QueueTraits {
  /** 24 weights, by hour of the wall clock. */
  readonly shape: readonly number[]
  readonly talkMs: number
  readonly talkSigma: number
  readonly wrapMs: number
  /** How long a customer waits before he gives up; `null` = he does not. */
  readonly patienceMs: number | null
  /** How long an agent lets it ring. */
  readonly ringMs: number
  readonly reservationTimeoutMs: number
  /** Offers a callback to those who wait. */
  readonly callbacks: boolean
  /** A task that nobody took lives this long. */
  readonly timeToLiveMs: number
  /** The share of signed-in time that this queue's contacts are meant to fill. */
  readonly occupancy: number
}

export interface Agent {
  readonly sid: string
  /** TaskRouter's friendly name. */
  readonly name: string
  readonly fullName: string
  readonly team: string
  readonly zone: Zone
  readonly home: Queue
  readonly queues: readonly Queue[]
  /** How many tasks of each channel at once; 0 = none. */
  readonly capacity: Readonly<Record<ChannelName, number>>
  /** JSON, as Flex keeps it on the worker. */
  readonly attributes: string
  readonly roster: Roster
}

/** An agent's week: the same hours on every day that is not off. */
export interface Roster {
  /** 0 = Sunday. */
  readonly daysOff: readonly number[]
  readonly startMinute: number
  readonly lengthMinutes: number
}

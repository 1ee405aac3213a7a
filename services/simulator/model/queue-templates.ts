import type { ChannelName, QueueTraits } from './centre.ts'

/** What a queue is like before it has sids; a centre of many queues repeats the list, block after block. */
export interface QueueTemplate {
  readonly name: string
  readonly skill: string
  readonly channel: ChannelName
  /** Its share of the agents. */
  readonly weight: number
  readonly maxReservedWorkers?: number
  /** Minutes, priority and queue of each step; by default one step without end. */
  readonly steps?: readonly TemplateStep[]
  readonly traits?: Partial<QueueTraits>
}

export interface TemplateStep {
  readonly queue: string
  readonly seconds: number | null
  readonly priority?: number
  readonly skipIfNobody?: boolean
}

/** The order is that of importance: a centre of six queues has the first six. */
export const queueTemplates: readonly QueueTemplate[] = [
  {
    name: 'Support EN',
    skill: 'support',
    channel: 'voice',
    weight: 22,
    // The second step stays in the queue with a higher priority: TaskRouter says so with a time-out and a new entry.
    steps: [
      { queue: 'Support EN', seconds: 45 },
      { queue: 'Support EN', seconds: 60, priority: 10 },
      { queue: 'Everyone', seconds: 180, priority: 20 },
    ],
    traits: { callbacks: true },
  },
  {
    name: 'Billing',
    skill: 'billing',
    channel: 'voice',
    weight: 14,
    steps: [
      { queue: 'Billing', seconds: 60 },
      { queue: 'Everyone', seconds: 240, priority: 10 },
    ],
    traits: { talkMs: 240_000, wrapMs: 50_000, occupancy: 0.87 },
  },
  {
    name: 'Webchat',
    skill: 'chat',
    channel: 'chat',
    weight: 12,
    traits: { occupancy: 0.75 },
  },
  {
    name: 'Sales',
    skill: 'sales',
    channel: 'voice',
    weight: 12,
    maxReservedWorkers: 2,
    steps: [
      { queue: 'Sales', seconds: 40 },
      { queue: 'Everyone', seconds: 120, priority: 5, skipIfNobody: true },
    ],
    traits: { talkMs: 330_000, talkSigma: 0.8, wrapMs: 60_000, callbacks: true },
  },
  { name: 'SMS', skill: 'sms', channel: 'sms', weight: 6 },
  {
    name: 'Everyone',
    skill: 'general',
    channel: 'voice',
    weight: 8,
    traits: { occupancy: 0.6 },
  },
  { name: 'Email', skill: 'email', channel: 'email', weight: 8 },
  {
    name: 'Support ES',
    skill: 'spanish',
    channel: 'voice',
    weight: 8,
    steps: [{ queue: 'Support ES', seconds: 300 }],
  },
  {
    name: 'Tech',
    skill: 'tech',
    channel: 'voice',
    weight: 8,
    traits: { talkMs: 480_000, wrapMs: 75_000, occupancy: 0.72, callbacks: true },
  },
  {
    name: 'Sales Chat',
    skill: 'sales-chat',
    channel: 'chat',
    weight: 5,
    steps: [
      { queue: 'Sales Chat', seconds: 90 },
      { queue: 'Webchat', seconds: 300, priority: 5 },
    ],
    traits: { talkMs: 420_000, occupancy: 0.75 },
  },
]

/** From eight in the morning, with a morning and an afternoon hump. */
const officeHours = [
  0, 0, 0, 0, 0, 0, 0, 0.25, 0.75, 1.05, 1.15, 1.1, 0.95, 0.9, 1, 1.05, 1, 0.85, 0.55, 0.3, 0, 0, 0,
  0,
]

/** Text is written in the evening too. */
const longHours = [
  0, 0, 0, 0, 0, 0, 0, 0.3, 0.6, 0.85, 1, 1, 0.95, 0.95, 1, 1, 1, 0.95, 0.85, 0.75, 0.6, 0.35, 0.15,
  0,
]

const voice: QueueTraits = {
  shape: officeHours,
  talkMs: 270_000,
  talkSigma: 0.7,
  wrapMs: 40_000,
  patienceMs: 190_000,
  ringMs: 5_000,
  reservationTimeoutMs: 20_000,
  callbacks: false,
  timeToLiveMs: 4 * 3_600_000,
  occupancy: 0.84,
}

export const channelTraits: Readonly<Record<ChannelName, QueueTraits>> = {
  voice,
  chat: {
    ...voice,
    shape: longHours,
    talkMs: 560_000,
    talkSigma: 0.6,
    wrapMs: 35_000,
    patienceMs: 300_000,
    ringMs: 6_000,
    reservationTimeoutMs: 30_000,
    occupancy: 0.75,
  },
  sms: {
    ...voice,
    shape: longHours,
    talkMs: 480_000,
    talkSigma: 0.8,
    wrapMs: 20_000,
    patienceMs: null,
    ringMs: 8_000,
    reservationTimeoutMs: 60_000,
    occupancy: 0.85,
  },
  email: {
    ...voice,
    shape: longHours,
    talkMs: 360_000,
    wrapMs: 15_000,
    patienceMs: null,
    ringMs: 10_000,
    reservationTimeoutMs: 120_000,
    timeToLiveMs: 12 * 3_600_000,
    occupancy: 0.8,
  },
}

/** How many tasks of a channel an agent who works in it takes at once. */
export const channelCapacity: Readonly<Record<ChannelName, readonly number[]>> = {
  voice: [1],
  chat: [2, 3, 3],
  sms: [3],
  email: [1],
}

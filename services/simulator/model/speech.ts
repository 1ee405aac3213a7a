import type { Centre } from './centre.ts'
import type { KnownAs } from './customer.ts'
import type { Saying } from './happening.ts'
import { integer } from './draws.ts'
import type { Random } from './random.ts'
import { createSids } from './sids.ts'
import type { SourceName } from './sources.ts'
import type { World } from './world.ts'

/**
 * What the centre's sources say beside TaskRouter: chance and sids of their own, so that TaskRouter's events are the same
 * whether anybody else speaks or not.
 */
export interface Speech {
  readonly sources: ReadonlySet<SourceName>
  readonly random: Random
  readonly sids: Readonly<Record<SaidSid, () => string>>
  readonly eventSids: Readonly<Record<Saying['source'], () => string>>
  readonly voiceFlow: string
  readonly textFlow: string
  /** So many people call and write: few enough that some come more than once. */
  readonly customersCount: number
  contactsCount: number
}

type SaidSid = keyof typeof prefixes

const prefixes = {
  call: 'CA',
  conference: 'CF',
  conferenceParticipant: 'CP',
  recording: 'RE',
  conversation: 'CH',
  participant: 'MB',
  message: 'IM',
  receipt: 'DY',
  text: 'SM',
  execution: 'FN',
  step: 'FT',
  mail: 'ML',
} as const

/** `null` if nobody but TaskRouter speaks. */
export function openSpeech(
  centre: Centre,
  sources: readonly SourceName[],
  random: Random,
): Speech | null {
  if (sources.every((source) => source === 'taskrouter')) return null
  const own = random.split('speech')
  const sid = (prefix: string): (() => string) => createSids(own, prefix)
  const event = (source: string, prefix: string): (() => string) =>
    createSids(own.split(source), prefix)
  const flow = createSids(own.split('flows'), 'FW')
  const contactsPerDay = centre.queues.reduce((sum, queue) => sum + queue.contactsPerDay, 0)
  return {
    sources: new Set(sources),
    random: own,
    sids: {
      call: sid(prefixes.call),
      conference: sid(prefixes.conference),
      conferenceParticipant: sid(prefixes.conferenceParticipant),
      recording: sid(prefixes.recording),
      conversation: sid(prefixes.conversation),
      participant: sid(prefixes.participant),
      message: sid(prefixes.message),
      receipt: sid(prefixes.receipt),
      text: sid(prefixes.text),
      execution: sid(prefixes.execution),
      step: sid(prefixes.step),
      mail: sid(prefixes.mail),
    },
    eventSids: {
      voice: event('voice', 'VW'),
      insights: event('insights', 'EZ'),
      studio: event('studio', 'EZ'),
      conversations: event('conversations', 'EZ'),
      messaging: event('messaging', 'EZ'),
      intelligence: event('intelligence', 'intelligence_operatorresult_'),
      'error-logs': event('error-logs', 'NO'),
      sendgrid: event('sendgrid', ''),
      segment: event('segment', 'ajs-'),
    },
    voiceFlow: flow(),
    textFlow: flow(),
    customersCount: Math.min(99_999, Math.max(20, Math.round(contactsPerDay * 0.6))),
    contactsCount: 0,
  }
}

export function speaks(world: World, source: SourceName): boolean {
  return world.speech?.sources.has(source) === true
}

/** Says something now, if its source speaks at all. */
export function say(world: World, saying: Saying): void {
  const { speech } = world
  if (speech?.sources.has(saying.source) !== true) return
  world.outbox.push({ ...saying, sid: speech.eventSids[saying.source](), at: world.now })
}

/** Names that a source has used of one person, in one breath. */
export function noteIdentities(
  world: World,
  source: SourceName,
  customer: number,
  names: readonly KnownAs[],
  contact: string | null = null,
): void {
  if (!speaks(world, source) || names.length === 0) return
  world.chronicle.ties.push({ customer, at: world.now, names, contact })
}

export function drawCustomer(speech: Speech, random: Random): number {
  return integer(random, 1, speech.customersCount)
}

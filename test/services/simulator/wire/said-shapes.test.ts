import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { packageRoot } from '../../../../services/runtime/package-root.ts'
import { webhookParcel } from '../../../../services/simulator/delivery/said-parcels.ts'
import { isOfTaskRouter, type SaidEvent } from '../../../../services/simulator/model/happening.ts'
import { sourceNames } from '../../../../services/simulator/model/sources.ts'
import { isStreamedSaying } from '../../../../services/simulator/wire/said-cloud-event.ts'
import { eventful, simulateDay } from '../../../support/simulated-day.ts'
import { saidParcels } from '../../../support/simulated-ledger.ts'

// What the simulator says beside TaskRouter must look like what was recorded, or written down, of the real thing.

const { happenings, simulation } = simulateDay({
  ...{ seed: 'said shapes', behaviour: eventful, hours: 16, agents: 40 },
  sources: sourceNames,
})
const said = samplesOf(happenings.filter((one): one is SaidEvent => !isOfTaskRouter(one)))
const { centre } = simulation.options

describe('forms', () => {
  test.each([
    ['voice-callbacks/call_0_initiated', 'call.initiated', []],
    ['voice-callbacks/call_1_ringing', 'call.ringing', []],
    ['voice-callbacks/call_2_in-progress', 'call.answered', []],
    // A recording is told of in a callback of its own.
    [
      'voice-callbacks/call_3_completed',
      'call.completed',
      ['RecordingUrl', 'RecordingSid', 'RecordingDuration'],
    ],
    ['voice-callbacks/conference_1_participant-join', 'participant-join', []],
    [
      'voice-callbacks/conference_3_conference-start',
      'conference-start',
      ['CallSidEndingConference', 'ParticipantLabelEndingConference'],
    ],
    ['voice-callbacks/conference_4_participant-hold', 'participant-hold', []],
    ['voice-callbacks/conference_5_participant-unhold', 'participant-unhold', []],
    ['voice-callbacks/conference_6_participant-leave', 'participant-leave', []],
    [
      'voice-callbacks/conference_8_conference-end',
      'conference-end',
      ['CallSidEndingConference', 'ParticipantLabelEndingConference'],
    ],
    ['voice-callbacks/recording_completed', 'recording.completed', []],
    ['conversations-webhooks/01_onConversationAdded', 'conversation.added', []],
    ['conversations-webhooks/02_onParticipantAdded_customer_sms', 'participant.added', []],
    ['conversations-webhooks/04_onMessageAdded', 'message.added', []],
    ['conversations-webhooks/07_onDeliveryUpdated', 'delivery.updated', []],
    ['conversations-webhooks/08_onConversationStateUpdated', 'state.updated', []],
    ['conversations-webhooks/09_onParticipantRemoved', 'participant.removed', []],
  ] as const)('%s is the shape of %s', (file, type, notSent) => {
    const recorded = parse(readFileSync(join(folder, `${file}.form`), 'utf8'))
    const wanted = [...recorded.keys()].filter((name) => !notSent.some((one) => one === name))
    const forms = said
      .filter((one) => one.type === type)
      .map((one) => parse(saidParcels(one, centre)[0]?.post.body ?? ''))
    expect(forms.length).toBeGreaterThan(0)
    const like = forms.filter((form) => sameNames([...form.keys()], wanted))
    expect(like.length, [...(forms[0]?.keys() ?? [])].join(' ')).toBeGreaterThan(0)
    for (const form of like.slice(0, 50)) {
      for (const name of wanted) {
        expect(kindOf(form.get(name) ?? ''), name).toBe(kindOf(recorded.get(name) ?? ''))
      }
    }
  })

  test('a label, a binding and an author who takes part are the only things that may be missing', () => {
    const optional = new Set([
      ...['ParticipantLabel', 'ParticipantSid', 'Identity', 'ParticipantCallStatus'],
      ...['MessagingBinding.Address', 'MessagingBinding.ProxyAddress', 'MessagingBinding.Type'],
      ...['CallDuration', 'Duration', 'SipResponseCode', 'ReasonParticipantLeft', 'Source'],
    ])
    const shapes = new Map<string, Set<string>>()
    for (const one of said) {
      if (one.source !== 'voice' && one.source !== 'conversations') continue
      const form = parse(saidParcels(one, centre)[0]?.post.body ?? '')
      const names = [...form.keys()].filter((name) => !optional.has(name)).sort()
      const known = shapes.get(one.type) ?? new Set()
      shapes.set(one.type, known.add(names.join(' ')))
    }
    for (const [type, own] of shapes) expect([type, own.size]).toEqual([type, 1])
  })
})

describe('Event Streams', () => {
  test.each([
    ['conversations_batch', 0, 'conversation.added'],
    ['conversations_batch', 2, 'message.added'],
    ['conversations_batch', 4, 'state.updated'],
    ['studio_execution_batch', 0, 'execution.started'],
    ['studio_execution_batch', 1, 'step.ended'],
    ['studio_execution_batch', 2, 'execution.ended'],
    ['voice_conference_participant_hold', 0, 'participant-hold'],
    ['voice_insights_call_summary_complete', 0, 'call-summary'],
    ['voice_insights_conference_participant_summary', 0, 'conference-participant-summary'],
    ['messaging_inbound_message', 0, 'text.received'],
    ['messaging_delivered_before_sent_batch', 0, 'text.status'],
    ['error_logs_info_level', 0, 'error.logged'],
  ] as const)('%s, its element %i, is the shape of %s', (file, index, type) => {
    const recorded = elements(readFileSync(join(folder, `event-streams/${file}.json`), 'utf8'))
    const shape = shapeOf(recorded[index])
    const sent = said.filter((one) => one.type === type).flatMap(streamed)
    expect(sent.length).toBeGreaterThan(0)
    const likes = sent.filter((one) => sameNames(shapeOf(one), shape))
    const [first] = sent
    expect(likes.length > 0 ? shape : shapeOf(first)).toEqual(shape)
    expect(likes[0]?.['type']).toBe(recorded[index]?.['type'])
    expect(pattern(likes[0]?.['source'])).toBe(pattern(recorded[index]?.['source']))
  })

  test("an event of a call has all the callback's parameters, also those that were recorded", () => {
    const recorded = elements(
      readFileSync(join(folder, 'event-streams/voice_call_completed.json'), 'utf8'),
    )
    const event = said.find(({ type }) => type === 'call.completed')
    const [sent] = event === undefined ? [] : streamed(event)
    const parametersOf = (one: unknown): string[] =>
      shapeOf(one).filter((line) => line.startsWith('data.request.parameters.'))
    const around = (one: unknown): string[] =>
      shapeOf(one).filter((line) => !parametersOf(one).includes(line))
    expect(around(sent)).toEqual(around(recorded[0]))
    expect(parametersOf(sent)).toEqual(expect.arrayContaining(parametersOf(recorded[0])))
    const names = parametersOf(sent).map((line) => line.split(/[.:]/)[3] ?? '')
    expect(names).toEqual([...parse(bodyOf(event)).keys()].sort())
  })

  test('a participant is who the recorded one is, and of his binding tells the type', () => {
    const recorded = elements(
      readFileSync(join(folder, `event-streams/conversations_batch.json`), 'utf8'),
    )
    const agents = said.filter((one) => one.type === 'participant.added').flatMap(streamed)
    const alike = agents.filter((one) => sameNames(shapeOf(one), shapeOf(recorded[1])))
    expect(alike.length).toBeGreaterThan(0)
  })

  test('deliveries, mails and profiles have their own ways', () => {
    const kept = said
      .filter((one) => !isStreamedSaying(one))
      .map(({ source, type }) => `${source} ${type}`)
    expect([...new Set(kept)].filter((one) => !one.startsWith('se')).sort()).toEqual([
      'conversations delivery.updated',
      'intelligence operator.result',
    ])
  })
})

describe('the others', () => {
  test.each(['processed', 'delivered', 'open', 'click', 'bounce', 'deferred'] as const)(
    "SendGrid's %s",
    (type) => {
      const recorded = elements(readFileSync(join(folder, 'sendgrid/event_batch.json'), 'utf8'))
      const shape = shapeOf(recorded.find((one) => one['event'] === type))
      const body = bodyOf(said.find((one) => one.type === type))
      expect(body.endsWith(']\r\n')).toBe(true)
      const sent = elements(body)[0]
      // Every mail of ours bears its task.
      expect(shapeOf({ ...sent, task_sid: '' })).toEqual(
        [...new Set([...shape, 'task_sid: string'])].sort(),
      )
    },
  )

  test.each(['identify', 'page', 'track'] as const)("Segment's %s", (type) => {
    const recorded = objectSchema.parse(
      JSON.parse(readFileSync(join(folder, `segment/${type}.json`), 'utf8')),
    )
    const known = said.find((one) => one.type === type && (type === 'page' || 'userId' in one))
    const sent = objectSchema.parse(JSON.parse(bodyOf(known)))
    expect(Object.keys(sent).sort()).toEqual(Object.keys(recorded).sort())
    expect(shapeOf(sent['context'])).toEqual(shapeOf(recorded['context']))
  })

  test('operator results', () => {
    const recorded = readFileSync(join(folder, 'intelligence/v3_operator_results.json'), 'utf8')
    const sent = bodyOf(said.find(({ type }) => type === 'operator.result'))
    expect(shapeOf(JSON.parse(sent))).toEqual(shapeOf(JSON.parse(recorded)))
  })

  test.each(['inbound_sms', 'inbound_whatsapp', 'status_2_sent', 'status_4_undelivered'])(
    'a text outside of conversations: %s',
    (file) => {
      const recorded = parse(readFileSync(join(folder, `messaging-callbacks/${file}.form`), 'utf8'))
      const forms = said
        .flatMap((one) => (one.source === 'messaging' ? [one] : []))
        .map((one) => parse(webhookParcel(one, centre, nowhere).post.body))
      expect(forms.some((form) => sameNames([...form.keys()], [...recorded.keys()]))).toBe(true)
    },
  )
})

const nowhere = { target: 'https://hub.example.com', authToken: 'a-token-of-nobody' }
const folder = join(packageRoot, 'test/fixtures/twilio')
const objectSchema = z.record(z.string(), z.unknown())

/** So many of each type that all of its shapes are among them. */
function samplesOf(all: readonly SaidEvent[]): readonly SaidEvent[] {
  const counts = new Map<string, number>()
  return all.filter(({ source, type }) => {
    const count = (counts.get(`${source} ${type}`) ?? 0) + 1
    counts.set(`${source} ${type}`, count)
    return count <= 150
  })
}

function elements(body: string): z.infer<typeof objectSchema>[] {
  return z.array(objectSchema).parse(JSON.parse(body))
}

function parse(body: string): URLSearchParams {
  return new URLSearchParams(body)
}

function bodyOf(event: SaidEvent | undefined): string {
  if (event === undefined) throw new Error('nobody said it')
  return saidParcels(event, centre)[0]?.post.body ?? ''
}

function streamed(event: SaidEvent): z.infer<typeof objectSchema>[] {
  const parcel = saidParcels(event, centre).find(({ post }) => post.url.includes('event-streams'))
  return parcel === undefined ? [] : elements(parcel.post.body)
}

function sameNames(names: readonly string[], wanted: readonly string[]): boolean {
  return [...new Set(names)].sort().join() === [...new Set(wanted)].sort().join()
}

/** Names and kinds of members, down to the leaves; what a list holds is shown by its first. */
function shapeOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : shapeOf(value[0], `${at}[]`)
  const members = objectSchema.safeParse(value)
  if (value === null || !members.success)
    return [`${at}: ${value === null ? 'nothing' : typeof value}`]
  return Object.entries(members.data)
    .flatMap(([name, inner]) => shapeOf(inner, at === '' ? name : `${at}.${name}`))
    .sort()
}

/** A sid is a sid, a number a number, an instant of the kind that it is. */
function kindOf(text: string): string {
  if (/^[A-Z]{2}[0-9a-f]{32}$/.test(text)) return text.slice(0, 2)
  if (/^\d+$/.test(text)) return 'number'
  if (/^\w{3}, \d+ \w{3} \d{4} [\d:]{8} \+0000$/.test(text)) return 'RFC 2822'
  if (/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/.test(text)) return 'ISO 8601'
  return text === '' ? 'nothing' : 'text'
}

function pattern(source: unknown): string {
  return String(source).replaceAll(/([A-Z]{2})[0-9a-f]{32}/g, '$1…')
}

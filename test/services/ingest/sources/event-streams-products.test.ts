import { describe, expect, test } from 'vitest'
import type { LedgerEvent } from '../../../../schemas/events/ledger-event.ts'
import { eventsIn, jsonSending, read, recorded } from '../../../support/source-fixtures.ts'

const receivedAt = Date.UTC(2026, 2, 11)
const moment = (time: string) => Date.parse(`2026-03-10T${time}Z`)
const account = 'ACfa4e0000000000000000000000000001'
const stream = 'twilio-event-streams'

const inStream = (name: string) => eventsIn(stream, recorded(`event-streams/${name}`), receivedAt)
const say = (type: string, data: object, envelope: object = {}) =>
  eventsIn(stream, jsonSending({ id: 'EZ1', type, data, ...envelope }), receivedAt)

describe('Studio', () => {
  const ofFlow = {
    ...{ source: 'twilio-studio', account, road: 'stream' },
    flow: 'FWfa4e0000000000000000000000000001',
    execution: 'FNfa4e0000000000000000000000000001',
  }
  const ofCaller = {
    ...{ ...ofFlow, call: 'CAfa4e000000000000000000000000000a', channel: 'voice' },
    ...{ address: '+15550101001', subjects: ['phone:+15550101001'] },
  }

  test('tells the run of a flow and its steps', async () => {
    expect(await inStream('studio_execution_batch.json')).toMatchObject([
      {
        ...{ ...ofCaller, type: 'studio.execution.started', status: 'started' },
        ...{ id: 'EZfa4e000000000000000000000000001e', at: moment('14:12:45') },
      },
      {
        ...{ ...ofFlow, type: 'studio.step.ended', reason: 'keypress' },
        ...{ id: 'EZfa4e000000000000000000000000001f', at: moment('14:13:19') },
        ...{ step: 'main_menu', nextStep: 'send_to_flex' },
      },
      {
        ...{ ...ofCaller, type: 'studio.execution.ended', status: 'ended' },
        ...{ id: 'EZfa4e0000000000000000000000000020', at: moment('14:18:03') },
        reason: 'Flow Execution Ended: contact hung up',
      },
    ])
  })

  test.each<[string, Partial<LedgerEvent>]>([
    ['CA1', { call: 'CA1', conversation: null, message: null }],
    ['CH1', { call: null, conversation: 'CH1', message: null }],
    ['SM1', { call: null, conversation: null, message: 'SM1' }],
    ['IM1', { call: null, conversation: null, message: 'IM1' }],
    ['FN0', { call: null, conversation: null, message: null }],
  ])('knows what %s began', async (begunBy, expected) => {
    const data = { execution_sid: 'FN1', started_by: begunBy, date_created: '2026-03-10T12:00:00Z' }
    const events = await say('com.twilio.studio.flow.execution.started', data)
    expect(events).toMatchObject([expected])
  })

  test('without an execution is refused', async () => {
    const sent = { type: 'com.twilio.studio.flow.step.ended', time: '2026-03-10T12:00:00Z' }
    const [judged] = await read(stream, jsonSending(sent), receivedAt)
    expect(judged?.verdict).toMatchObject({ reason: { code: 'missing', detail: 'execution' } })
  })
})

describe('Video', () => {
  const room = 'RMfa4e0000000000000000000000000001'
  const participant = 'PAfa4e0000000000000000000000000001'
  const ofRoom = {
    ...{ source: 'twilio-video', account, road: 'callback', channel: 'video' },
    conversation: room,
  }
  const ofVisitor = { ...ofRoom, participant, identity: 'imani-web' }

  test.each<[string, Partial<LedgerEvent> | object]>([
    [
      '1_room-created',
      { ...ofRoom, type: 'video.room.updated', id: `${room}/0`, at: moment('17:00:00.100') },
    ],
    [
      '2_participant-connected',
      { ...ofVisitor, type: 'video.participant.updated', id: `${room}/1`, sequence: 1 },
    ],
    [
      '3_track-added',
      { ...ofVisitor, type: 'video.participant.updated', id: `${room}/2`, status: 'track-added' },
    ],
    [
      '4_participant-disconnected',
      {
        ...{ ...ofVisitor, type: 'video.participant.updated', id: `${room}/3` },
        ...{ status: 'participant-disconnected', durationMs: 300_000 },
      },
    ],
    [
      '5_room-ended',
      { ...ofRoom, type: 'video.room.updated', id: `${room}/4`, durationMs: 310_000 },
    ],
  ])('tells what happened in a room: %s', async (name, expected) => {
    const sending = recorded(`video-callbacks/${name}.form`)
    expect(await eventsIn('twilio-video', sending, receivedAt)).toMatchObject([expected])
  })

  test('sums up a room and who was in it', async () => {
    expect(await inStream('video_room_summary.json')).toMatchObject([
      {
        ...{ ...ofRoom, road: 'stream', type: 'video.room.updated', id: `${room}/summary` },
        ...{ reason: 'timeout', durationMs: 310_000, at: moment('17:20:00') },
      },
    ])
    expect(await inStream('video_participant_summary.json')).toMatchObject([
      {
        ...{ ...ofVisitor, road: 'stream', type: 'video.participant.updated' },
        ...{ id: `${room}/${participant}/summary`, durationMs: 300_000 },
      },
    ])
  })
})

describe('the error log', () => {
  test('is a source’s own fault', async () => {
    expect(await inStream('error_logs_info_level.json')).toMatchObject([
      {
        ...{ type: 'source.error', source: 'twilio-error-logs', account, road: 'stream' },
        ...{ id: 'NOfa4e0000000000000000000000000001', at: moment('14:00:00') },
        ...{ reason: '11200', status: 'ERROR', cause: 'programmable-voice' },
      },
    ])
  })
})

test('a type of each product that nobody reads is kept as it came', async () => {
  const types = ['conversations.user.added', 'voice.media.fetched', 'studio.flow.paused']
  const more = ['video.insights.track-summary.complete', 'intelligence.new', 'error-logs.other']
  for (const name of [...types, ...more, 'voice.twiml.dial.finished', 'iam.ip.blocked']) {
    const type = `com.twilio.${name}`
    const time = '2026-03-10T12:00:00Z'
    expect(await say(type, { hello: 'world' }, { time })).toMatchObject([
      { type: 'unknown', sourceType: type, id: 'EZ1', source: stream, at: moment('12:00:00') },
    ])
  }
})

test('one broken event of a batch spoils no event of another product', async () => {
  const studio = recorded('event-streams/studio_execution_batch.json').body.toString().trim()
  const error = recorded('event-streams/error_logs_info_level.json').body.toString().trim()
  const body = `${studio.slice(0, -1)},{"type":"com.twilio.studio.flow.step.ended"},${error.slice(1)}`
  const sending = { body: Buffer.from(body), contentType: 'application/json' }
  const judged = await read(stream, sending, receivedAt)
  expect(judged.map(({ verdict }) => verdict.kind)).toEqual([
    ...['understood', 'understood', 'understood', 'refused', 'understood'],
  ])
})

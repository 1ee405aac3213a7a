import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listDeadLetters } from '../../../services/ingest/dead-letters.ts'
import { sources } from '../../../services/ingest/sources.ts'
import { recordedBy, sourceNamed } from '../../support/source-fixtures.ts'
import { fuzz, recordsIn } from '../../support/source-fuzz.ts'
import { createSender, knowing, requestOf } from '../../support/source-sender.ts'
import { openDoor, type Door } from './door.ts'

/** The same bodies in every run; set FUZZ_RUNS to look further, or run test/long/fuzz.test.ts. */
const settings = { seed: 20260310, numRuns: Number(process.env['FUZZ_RUNS'] ?? 60) }
const sender = createSender('the sender')

let door: Door
beforeAll(async () => void (door = await openDoor({ config: knowing(sender) })))
afterAll(() => door.close())

test.each(sources)(
  'whatever $name sends is stored if it is signed, and nothing of it if not',
  (source) => fuzz(door, source, sender, settings),
)

test('what was not understood can be read by a person', async () => {
  const letters = await listDeadLetters(door.log)
  expect(letters.length).toBeGreaterThan(0)
  for (const { detail } of letters) expect(detail).not.toBe('')
})

const stream = sourceNamed('twilio-event-streams')

/** One of each product. */
const types = [
  'com.twilio.taskrouter.reservation.created',
  'com.twilio.conversations.message.added',
  'com.twilio.voice.status-callback.call.completed',
  'com.twilio.voice.insights.conference-participant-summary.complete',
  'com.twilio.messaging.message.sent',
  'com.twilio.studio.flow.step.ended',
  'com.twilio.video.insights.room-summary.complete',
  'com.twilio.intelligence.operator-result.created',
  'com.twilio.error-logs.error.logged',
]

test('whatever JSON stands in the place of an event or of its members', async () => {
  const member = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('', 0, -1, 1e300, null, '9'.repeat(40)),
  )
  const members = fc.dictionary(
    fc.constantFrom(
      ...['ConversationSid', 'MessageSid', 'ParticipantSid', 'Author', 'MessagingBinding', 'Index'],
      ...['DateCreated', 'CallSid', 'CallStatus', 'ConferenceSid', 'StatusCallbackEvent', 'From'],
      ...['SequenceNumber', 'Timestamp', 'call_sid', 'conference_sid', 'participant_sid', 'events'],
      ...['properties', 'duration', 'messageSid', 'messageStatus', 'timestamp', 'execution_sid'],
      ...['started_by', 'room_sid', 'operatorResults', 'operator', 'id', 'sid', 'date_created'],
    ),
    fc.oneof(
      member,
      fc.constantFrom(
        '2026-03-10T12:00:00Z',
        'completed',
        'participant-hold',
        'CA1',
        '+15550101001',
      ),
      fc.array(fc.oneof(member, fc.constant(1_773_152_110_000)), { maxLength: 3 }),
      fc.constant({ hold: [1_773_152_110_000, null, 'x'], unhold: 7 }),
    ),
  )
  const event = fc.record(
    {
      type: fc.oneof(fc.constantFrom(...types), member),
      id: member,
      time: member,
      datacontenttype: member,
      data: fc.oneof(
        member,
        fc.record({
          payload: fc.dictionary(
            fc.constantFrom(
              ...['eventtype', 'sid', 'timestamp', 'task_sid', 'reservation_sid', 'worker_sid'],
              ...['task_attributes', 'transfer_to', 'worker_time_in_previous_activity_ms'],
              ...['task_version', 'activity_available', 'account_sid', 'workspace_sid'],
            ),
            fc.oneof(member, fc.constantFrom('reservation.created', '2026-03-10T12:00:00Z', 'WT1')),
          ),
        }),
        fc.record({ request: fc.record({ parameters: members }) }),
        members,
      ),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
      const before = await recordsIn(door)
      const sending = { body: Buffer.from(JSON.stringify(events)), contentType: 'application/json' }
      const answer = await door.app.inject(requestOf(stream, sending, sender))
      expect(answer.statusCode).toBe(204)
      expect(await recordsIn(door)).toBeGreaterThan(before)
    }),
    settings,
  )
})

test('whatever is sent to the API is taken or told what is wrong with it', async () => {
  const given = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(...recordedBy(stream)).map(({ body }) => body.toString()),
  )
  const type = fc.constantFrom(
    ...['application/json', 'application/cloudevents+json', 'application/cloudevents-batch+json'],
    ...['text/plain', 'application/json; charset=utf-8', 'x'],
  )
  const headers = fc.dictionary(
    fc.constantFrom('ce-specversion', 'ce-type', 'ce-id', 'ce-source', 'ce-time'),
    fc.stringMatching(/^[ -~]{0,20}$/),
  )
  await fc.assert(
    fc.asyncProperty(given, type, headers, async (payload, contentType, extra) => {
      const answer = await door.app.inject({
        method: 'POST',
        url: '/events',
        headers: { ...extra, 'content-type': contentType },
        payload,
      })
      expect([202, 400, 415]).toContain(answer.statusCode)
    }),
    settings,
  )
})

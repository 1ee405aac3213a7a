import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { topics } from '../../../services/log/topics.ts'
import { openDoor, type Door } from './door.ts'
import { fixturesIn, readFixture } from './fixtures.ts'

/** The same bodies in every run; set FUZZ_RUNS to look further. */
const settings = { seed: 20260310, numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) }

let door: Door
beforeAll(async () => void (door = await openDoor()))
afterAll(() => door.close())

const small = (folder: string) =>
  fixturesIn(folder).filter((path) => readFixture(path).length < 20_000)

/** One change to a body: what networks, proxies and careless programs do to one. */
const change = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.double({ min: 0, max: 1 }),
    byte: fc.nat(255),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.double({ min: 0, max: 1 }) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.double({ min: 0, max: 1 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.double({ min: 0, max: 1 }),
    text: fc.constantFrom(
      ...['"', '{', '}', '[', ']', ',', ':', '\\', '&', '=', '%', '%00', '%ff', '+', '\u0000'],
      ...['\ud800', '\ufeff', '-', '1e999', 'null', '__proto__', '"__proto__":{},', '▸', '\r\n'],
    ),
  }),
)

function mutate(
  body: Buffer,
  changes: readonly (typeof change extends fc.Arbitrary<infer C> ? C : never)[],
) {
  return changes.reduce((bytes, step) => {
    const at = Math.floor(step.at * bytes.length)
    const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)]
    switch (step.kind) {
      case 'flip':
        return Buffer.concat([head, Buffer.from([step.byte]), tail.subarray(1)])
      case 'cut':
        return head
      case 'double':
        return Buffer.concat([bytes, tail])
      case 'insert':
        return Buffer.concat([head, Buffer.from(step.text), tail])
    }
  }, body)
}

async function recordsInLog(): Promise<number> {
  const ends = await Promise.all(topics.map((topic) => door.log.end(topic)))
  return ends.flat().reduce((sum, end) => sum + end, 0)
}

const isNothing = (body: Buffer) => /^\s*\[[\s,]*\]\s*$/.test(body.toString())

test('whatever a signed stream holds is stored or a dead letter, and never an error', async () => {
  const paths = small('event-streams').filter((path) => !path.includes('sink_test'))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (path, changes) => {
        const mutant = mutate(readFixture(path), changes)
        const before = await recordsInLog()
        expect((await door.postStream(mutant)).statusCode).toBe(204)
        if (!isNothing(mutant)) expect(await recordsInLog()).toBeGreaterThan(before)
      },
    ),
    settings,
  )
})

test('whatever a signed callback holds is stored or a dead letter, and never an error', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...small('taskrouter-callbacks')),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (path, changes) => {
        const mutant = mutate(readFixture(path), changes)
        const before = await recordsInLog()
        const { statusCode } = await door.postForm(mutant)
        // What is no longer UTF-8 cannot be signed as a form: the test's signature is over something else then.
        expect([204, 403]).toContain(statusCode)
        if (statusCode === 204) expect(await recordsInLog()).toBeGreaterThan(before)
      },
    ),
    settings,
  )
})

test('whatever JSON stands in the place of an event or of its members', async () => {
  const member = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('', 0, -1, 1e300, null, '9'.repeat(40)),
  )
  const event = fc.record(
    {
      type: fc.oneof(fc.constant('com.twilio.taskrouter.reservation.created'), member),
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
      ),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 5 }), async (events) => {
      const before = await recordsInLog()
      expect((await door.postStream(JSON.stringify(events))).statusCode).toBe(204)
      expect(await recordsInLog()).toBeGreaterThan(before)
    }),
    settings,
  )
})

test('whatever is sent to the API is taken or told what is wrong with it', async () => {
  const given = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom(...small('event-streams')).map((path) => readFixture(path).toString()),
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

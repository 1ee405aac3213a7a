import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  agentLoginData,
  agentStatusData,
  type AgentSpans,
  type ToldSpan,
} from '../../connectors/argus/answers.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { createToldSpans } from '../../services/feeds/told-spans.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import type { Row } from '../../services/warehouse/warehouse.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'

let engine: TestEngine

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const start = Date.parse('2026-03-02T00:00:00Z')
const at = (day: number, hour = 0) => start + day * dayMs + hour * hourMs

beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
})
afterAll(() => engine.close())

/** As the table has them: each version of a row, and a row is deleted where it is not any more. */
function rowsOf(
  target: string,
  { agent, spans }: AgentSpans,
  version: number,
  isDeleted = false,
): readonly Row[] {
  return spans.map(({ from, to, state }) => ({
    ...{ workspace: 'WS1', target, agent, started_at: from, code: state.code, text: state.text },
    ...{ is_logged_on: state.loggedOn, ended_at: to, is_open: to === null },
    ...{ version, is_deleted: isDeleted ? 1 : 0 },
  }))
}

function span(code: string, from: Instant, to: Instant | null): ToldSpan {
  return { from, to, state: { code, text: code.toLowerCase(), loggedOn: code !== 'OUT' } }
}

/**
 * Two inserts, lest the engine makes one row of two versions before anybody reads them: what was told first, when each stretch went on and
 * something else was thought to have been in it, and what came of it.
 */
async function plant(target: string, agents: readonly AgentSpans[]): Promise<void> {
  const thought = agents.map(({ agent, spans }) => ({ agent, spans: spans.flatMap(thoughtIn) }))
  const begun = agents.map(({ agent, spans }) => ({
    agent,
    spans: spans.map((one) => ({ ...one, to: null })),
  }))
  const { warehouse } = engine
  await warehouse.insert(
    'agent_wfm_states',
    [...begun, ...thought].flatMap((one) => rowsOf(target, one, 1)),
  )
  await warehouse.insert('agent_wfm_states', [
    ...agents.flatMap((one) => rowsOf(target, one, 2)),
    ...thought.flatMap((one) => rowsOf(target, one, 2, true)),
  ])
}

function thoughtIn({ from, to, state }: ToldSpan): readonly ToldSpan[] {
  const middle = from + Math.floor(((to ?? from) - from) / 2)
  return middle === from ? [] : [span(state.loggedOn ? 'OUT' : 'READY', middle, to)]
}

const codesOf = (found: readonly AgentSpans[] | 'too many') =>
  found === 'too many'
    ? found
    : found.map(({ agent, spans }) => [agent, spans.map(({ state }) => state.code)])

test('a stretch that only touches a span has no time in it, and one that reaches into it is whole', async () => {
  await plant('borders', [
    {
      agent: 'ann',
      spans: [
        span('BEFORE', at(-400), at(0, 1)),
        span('WITHIN', at(0, 1), at(0, 2)),
        span('AFTER', at(0, 2), null),
      ],
    },
    { agent: 'bob', spans: [span('OUT', at(-400), at(0, 1)), span('READY', at(0, 1), at(9))] },
  ])
  const told = createToldSpans(engine.warehouse)
  const asked = (span: Span, agents: readonly string[] | null = null) =>
    told.within({ mapping: 'borders', agents, span })
  expect(codesOf(await asked({ from: at(0, 1), to: at(0, 2) }))).toEqual([
    ['ann', ['WITHIN']],
    ['bob', ['READY']],
  ])
  const before = await asked({ from: at(0), to: at(0, 1) })
  expect(before).toEqual([
    { agent: 'ann', spans: [span('BEFORE', at(-400), at(0, 1))] },
    { agent: 'bob', spans: [span('OUT', at(-400), at(0, 1))] },
  ])
  expect(codesOf(await asked({ from: at(20), to: at(21) }))).toEqual([['ann', ['AFTER']]])
  expect(codesOf(await asked({ from: at(-500), to: at(-400) }))).toEqual([])
  expect(codesOf(await asked({ from: at(0), to: at(1) }, ['bob']))).toEqual([
    ['bob', ['OUT', 'READY']],
  ])
  expect(codesOf(await asked({ from: at(0), to: at(1) }, []))).toEqual([])
})

test('only the newest version of a row counts, and a row that fell back to nothing is none', async () => {
  const first = { agent: 'ann', spans: [span('READY', at(0), at(1)), span('BREAK', at(1), at(2))] }
  await plant('restated', [first])
  const asked = { mapping: 'restated', agents: null, span: { from: at(1), to: at(3) } }
  const told = createToldSpans(engine.warehouse)
  expect(codesOf(await told.within(asked))).toEqual([['ann', ['BREAK']]])

  // A late event: he went on to be ready for longer, then to lunch.
  const late = [span('READY', at(0), at(1, 12)), span('LUNCH', at(1, 12), at(2))]
  const gone = { agent: 'ann', spans: first.spans.slice(1) }
  await engine.warehouse.insert('agent_wfm_states', [
    ...rowsOf('restated', { agent: 'ann', spans: late }, 10),
    ...rowsOf('restated', gone, 10, true),
  ])
  expect(codesOf(await told.within(asked))).toEqual([['ann', ['READY', 'LUNCH']]])
})

test('a log-on is found however long ago it was', async () => {
  const on = (from: number, days: number) =>
    Array.from({ length: days * 4 }, (_, n) =>
      span(n % 2 === 0 ? 'READY' : 'BREAK', at(from + n / 4), at(from + (n + 1) / 4)),
    )
  await plant('long', [
    { agent: 'three', spans: [span('OUT', at(-9), at(-3)), ...on(-3, 4)] },
    { agent: 'twenty', spans: [span('OUT', at(-90), at(-20)), ...on(-20, 21)] },
    { agent: 'hundred', spans: [span('OUT', at(-300), at(-100)), ...on(-100, 101)] },
    { agent: 'always', spans: on(-80, 81) },
    { agent: 'gap', spans: [...on(-8, 2), ...on(-5, 6)] },
    { agent: 'now', spans: [span('OUT', at(-2), at(0)), ...on(0, 1)] },
    { agent: 'later', spans: [span('OUT', at(-2), at(0, 6)), span('READY', at(0, 6), null)] },
    { agent: 'gone', spans: [...on(-8, 8), span('OUT', at(0), null)] },
  ])
  const asked = { mapping: 'long', agents: null, span: { from: at(0), to: at(0, 12) } }
  const found = await createToldSpans(engine.warehouse).withinLogOns(asked)
  if (found === 'too many') throw new Error(found)
  const logins = agentLoginData(found, asked.span, (agent) => [agent], at(0, 12))
  const since = logins.map(({ agentId, logins }) => [
    ...[agentId, logins.map(({ loginDate }) => (Date.parse(loginDate) - start) / dayMs)],
  ])
  expect(Object.fromEntries(since)).toEqual({
    ...{ always: [-80], hundred: [-100], twenty: [-20], three: [-3] },
    ...{ gap: [-5], now: [0], later: [0.25] },
  })
})

test('who stays logged on after a span is so until he logs off, however late that is', async () => {
  const until = (agent: string, days: number, next: ToldSpan) => ({
    agent,
    spans: [
      span('OUT', at(-1), at(0, 6)),
      ...Array.from({ length: days }, (_, n) =>
        span(n % 2 === 0 ? 'READY' : 'BREAK', at(n, 6), at(n + 1, 6)),
      ),
      next,
    ],
  })
  await plant('late', [
    until('hundred', 100, span('OUT', at(100, 6), null)),
    until('still', 100, span('READY', at(100, 6), null)),
    until('gap', 20, span('READY', at(21), null)),
    until('one', 1, span('OUT', at(1, 6), null)),
    until('last', 1, span('OUT', at(1, 6), at(1, 7))),
    // He has not come again, and of the time after nothing is known.
    { agent: 'lost', spans: [span('READY', at(-1), at(2))] },
  ])
  const asked = { mapping: 'late', agents: null, span: { from: at(0), to: at(1) } }
  const found = await createToldSpans(engine.warehouse).withinLogOns(asked)
  if (found === 'too many') throw new Error(found)
  const ends = found.map(({ agent, spans }) => {
    const to = spans.at(-1)?.to ?? null
    return [agent, to === null ? null : (to - start) / dayMs]
  })
  expect(Object.fromEntries(ends)).toEqual({
    ...{ hundred: 100.25, still: null, gap: 20.25, one: 1.25, last: 1.25, lost: 2 },
  })
})

test('more stretches than may be in memory are not answered', async () => {
  const spans = [1, 2, 3].map((day) => span(`D${day}`, at(day), at(day + 1)))
  await plant('many', [{ agent: 'ann', spans }])
  const asked = { mapping: 'many', agents: null, span: { from: at(0), to: at(9) } }
  expect(await createToldSpans(engine.warehouse, 2).within(asked)).toBe('too many')
  expect(await createToldSpans(engine.warehouse, 2).withinLogOns(asked)).toBe('too many')
  expect(codesOf(await createToldSpans(engine.warehouse, 3).within(asked))).toEqual([
    ['ann', ['D1', 'D2', 'D3']],
  ])
})

const shortMs = fc.constantFrom(1, 60_000, hourMs, 7 * hourMs, dayMs)
const lengths = fc.oneof(
  { weight: 9, arbitrary: shortMs },
  { weight: 1, arbitrary: fc.constantFrom(9 * dayMs, 70 * dayMs) },
)

/** Of one agent, up to about the start: stretches and, now and then, a time of which nothing is known. */
const history = fc
  .record({
    steps: fc.array(
      fc.record({
        code: fc.constantFrom('OUT', 'READY', 'BREAK', 'CALL'),
        ms: lengths,
        gapMs: fc.constantFrom(0, 0, 0, 0, 0, hourMs),
      }),
      { maxLength: 25 },
    ),
    aheadMs: fc.oneof(fc.constantFrom(0, dayMs), fc.nat(3 * dayMs)),
    isOpen: fc.boolean(),
  })
  .map(({ steps, aheadMs, isOpen }) => {
    const spans: ToldSpan[] = []
    let from = start + aheadMs - steps.reduce((sum, { ms, gapMs }) => sum + ms + gapMs, 0)
    for (const [index, { code, ms, gapMs }] of steps.entries()) {
      const isLast = index === steps.length - 1
      spans.push(span(code, from, isLast && isOpen ? null : from + ms))
      from += ms + gapMs
    }
    return spans
  })

test('what is read of a span answers it as the whole history does', async () => {
  let [planted, beyond] = [0, 0]
  const lengthMs = fc.constantFrom(1, hourMs, dayMs, 31 * dayMs)
  await fc.assert(
    fc.asyncProperty(
      fc.array(history, { minLength: 4, maxLength: 10 }),
      fc.array(fc.record({ agoMs: fc.oneof(fc.constant(0), fc.nat(dayMs), lengths), lengthMs }), {
        minLength: 1,
        maxLength: 3,
      }),
      async (histories, spans) => {
        const target = `law-${planted++}`
        const agents = histories.map((spans, n) => ({ agent: `agent-${n}`, spans }))
        await plant(target, agents)
        const told = createToldSpans(engine.warehouse)
        const by = (agent: string) => [agent]
        for (const { agoMs, lengthMs } of spans) {
          const span = { from: start - agoMs, to: start - agoMs + lengthMs }
          const asked = { mapping: target, agents: null, span }
          const [within, logOns] = [await told.within(asked), await told.withinLogOns(asked)]
          if (within === 'too many' || logOns === 'too many') throw new Error('too many')
          expect(agentStatusData(within, span, by)).toEqual(agentStatusData(agents, span, by))
          const asOf = start + 9 * dayMs
          const expected = agentLoginData(agents, span, by, asOf)
          expect(agentLoginData(logOns, span, by, asOf)).toEqual(expected)
          const short = agentLoginData(within, span, by, asOf)
          if (JSON.stringify(short) !== JSON.stringify(expected)) beyond += 1
        }
      },
    ),
    { numRuns: 12, endOnFailure: true },
  )
  // As many as it takes for the law to say something, whatever the seed.
  expect(beyond).toBeGreaterThan(5)
})

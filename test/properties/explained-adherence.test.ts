import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import { intervalMetrics } from '../../schemas/metrics/catalogue.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { actualSpans } from '../../services/projections/actual-spans.ts'
import { metricsOf } from '../../services/projections/adherence-intervals.ts'
import { adherenceNow, isOut } from '../../services/projections/adherence-now.ts'
import { adherenceParts, type AdherencePart } from '../../services/projections/adherence-parts.ts'
import { parametersAt } from '../../services/projections/adherence-spans.ts'
import { parametersIn } from '../../services/projections/agent-adherence.ts'
import { learn, nothingKnown, type Knowledge } from '../../services/projections/definitions.ts'
import { explainCell, type CellQuestion } from '../../services/projections/explanation.ts'
import { decidingTime } from '../../services/runner/deciding-time.ts'
import { refoldable, type RefoldablePart } from '../../services/runner/ledger-part.ts'
import { partOfAgent } from '../../services/runner/ledger-reading.ts'
import { arbitraryAdherence } from '../support/arbitrary-adherence.ts'
import { arbitraryLog, logEnd, logStart } from '../support/arbitrary-log.ts'
import { arbitraryMappings, withAttributes } from '../support/arbitrary-mapping.ts'
import { arbitraryPlans } from '../support/arbitrary-plan.ts'
import {
  endOf,
  intervalMs,
  less,
  readingOf,
  someCell,
  valueIn,
  type Tables,
} from '../support/explained-log.ts'
import { anEvent, foldAll } from '../support/fold-all.ts'

/** Two of its rules give the same, so that another may speak though nothing else changes. */
const longSince = toMappingEvent({
  mapping: mappingFileSchema.parse({
    target: 'calabrio',
    rules: [
      { when: { activityClass: ['available'] }, give: { code: 'READY', class: 'available' } },
      { when: { activity: ['Break'] }, give: { code: 'BREAK', class: 'signed_on' } },
      {
        when: { activity: ['Meeting'] },
        give: { code: 'BREAK', reason: 'meeting', class: 'signed_on' },
      },
    ],
  }),
  ...{ version: 1, from: logStart - 100 * 3_600_000, now: logStart },
})

/** What plans are held against: logs with more plans, attributes, parameters, mappings, and gaps of all or of one. */
const heldAgainstPlans = fc
  .record({
    log: arbitraryLog.chain(withAttributes),
    more: arbitraryPlans(['ann', 'bob'], logStart, { prefix: 'more' }),
    adherence: arbitraryAdherence,
    isByTarget: fc.boolean(),
    mappings: fc.option(arbitraryMappings),
    gaps: fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(null, 'ann', 'bob'),
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ log, more, adherence: { target, ...by }, isByTarget, mappings, gaps }) => {
    const told = gaps.map(([after, minutes, worker], n) => {
      const gapFrom = logStart + after * 60_000
      const gap = { gapFrom, gapTo: gapFrom + minutes * 60_000, status: 'open', worker }
      return anEvent({
        ...{ ...gap, type: 'source.gap', id: `GAP${n}`, source: 'twilio-taskrouter', at: logEnd },
      })
    })
    const definitions = anEvent({
      ...{ type: 'definitions.set', id: 'DE', at: logStart - 100 * 3_600_000 },
      attributes: JSON.stringify({
        adherence: { ...by, ...(isByTarget ? { target: 'calabrio' } : { target }) },
      }),
    })
    const known = [definitions, longSince, ...(mappings ?? []), ...told].reduce(learn, nothingKnown)
    return { log: [...log, ...more], known }
  })

/** The agent of a cell, with so much of the ledger as is read to explain the cell. */
async function readFor(
  { key, from }: Pick<CellQuestion, 'key' | 'from'>,
  log: readonly LedgerEvent[],
  tables: Tables,
  known: Knowledge,
): Promise<RefoldablePart> {
  const agent = key['agent'] ?? ''
  const span = decidingTime({ from, to: from + intervalMs }, known)
  const tasks = (tables.get('segments') ?? []).filter((row) => {
    const end = row['is_open'] === true ? null : (row['ended_at'] ?? row['offer_ended_at'])
    const isBegun = Number(row['offered_at']) < span.to
    return row['agent'] === agent && isBegun && Number(end ?? Infinity) >= span.from
  })
  const ids = new Set(tasks.map((row) => String(row['task'])))
  const part = await partOfAgent(readingOf(log), agent, [...ids], span)
  const own = part.events.filter(
    ({ task, worker }) => task === null || worker !== agent || ids.has(task),
  )
  return refoldable({ ...part, events: own }, known, endOf(log))
}

test('taking one of the events behind a cell out changes it, and taking another out does not', async () => {
  let removed = 0
  await fc.assert(
    fc.asyncProperty(heldAgainstPlans, fc.nat(), async ({ log, known }, seed) => {
      const asOf = endOf(log)
      const tables = foldAll(log, asOf, known)
      const cell = someCell(tables, seed, ['adherence_intervals'])
      const agent = cell?.key['agent']
      if (cell === null || agent === undefined) return
      const one = await readFor(cell, log, tables, known)
      const { value, eventIds } = explainCell([one], cell)
      const label = JSON.stringify({ ...cell, metric: cell.metric.name })
      expect(value, label).toEqual(valueIn(tables, cell))
      for (const id of one.eventIds) {
        const changed = valueIn(foldAll(less(log, id), asOf, known), cell)
        const isOther = JSON.stringify(changed) !== JSON.stringify(value)
        expect(isOther, `${id} ${label}`).toBe(eventIds.has(id))
        if (isOther) removed++
      }
    }),
    { numRuns: 15 },
  )
  expect(removed).toBeGreaterThan(0)
})

test('the stretches of a number of adherence add up to it, and each follows from what is told of it alone', async () => {
  let [parts, mapped] = [0, 0]
  await fc.assert(
    fc.asyncProperty(heldAgainstPlans, fc.nat({ max: 3 }), async ({ log, known }, fourth) => {
      const tables = foldAll(log, endOf(log), known)
      const rows = tables.get('adherence_intervals') ?? []
      for (const row of rows.filter((_, n) => n % 4 === fourth)) {
        const from = Number(row['interval_start'])
        const interval = { from, to: from + intervalMs }
        const agent = String(row['agent'])
        const one = await readFor({ key: { agent }, from }, log, tables, known)
        for (const { name } of intervalMetrics.adherence_intervals) {
          const wanted = { ...interval, metric: name }
          const own = adherenceParts(agent, one.timeline, wanted, known, one.asOf)
          const label = JSON.stringify({ agent, ...wanted })
          expect(
            own.reduce((sum, part) => sum + part.to - part.from, 0),
            label,
          ).toBe(row[name] ?? 0)
          let reached = interval.from
          for (const part of own) {
            expect(part.from, label).toBeGreaterThanOrEqual(reached)
            expect(part.to, label).toBeGreaterThan(part.from)
            reached = part.to
            expect(following(part, known), label).toContain(name.replace(/^known_/, ''))
            parts++
            if (part.mapped !== null) mapped++
          }
          expect(reached, label).toBeLessThanOrEqual(interval.to)
        }
      }
    }),
    { numRuns: 15 },
  )
  expect(parts).toBeGreaterThan(100)
  expect(mapped).toBeGreaterThan(0)
})

/** In which numbers a stretch counts by nothing but its own plan, exceptions, state and gaps; grace alone is believed. */
function following(part: AdherencePart, known: Knowledge): readonly string[] {
  const by = parametersAt({ parameters: parametersIn(known) }, part.from)
  const { plan, exceptions, state, mapped, gaps, standing, run } = part
  const evidence = [plan, ...exceptions, state, mapped, run, ...gaps]
  for (const one of evidence.filter((each) => each !== null)) {
    expect(one.from).toBeLessThanOrEqual(part.from)
    expect(one.to ?? Infinity).toBeGreaterThanOrEqual(part.to)
  }
  const states = state === null ? [] : [state]
  const wfm = new Map(mapped === null ? [] : [[mapped.target, [mapped]]])
  const [actual = null] = actualSpans({ states, wfm }, by)
  const now = adherenceNow(plan, exceptions, actual, by)
  const isUnknown = gaps.length > 0
  expect({ planned: part.planned, actual: part.actual }).toEqual({
    ...{ planned: now.planned, actual: now.actual },
  })
  expect(run === null).toBe(!isOut(now))
  if (standing === 'graced') expect(run?.graceMs).toBeGreaterThan(0)
  return [...metricsOf({ ...part, ...now, isUnknown, standing, isOpen: false, run: null })]
}

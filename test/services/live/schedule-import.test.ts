import { expect, test } from 'vitest'
import { readCsvPlans } from '../../../connectors/schedules/csv-file.ts'
import { scheduleImportQuerySchema } from '../../../schemas/feeds/schedules.ts'
import { ProblemAnswer } from '../../../services/live/problem.ts'
import { askedImport, plansOfWorkers } from '../../../services/live/schedule-import.ts'

const ann = { worker: 'WK-ann', workspace: 'WS1' }
const bob = { worker: 'WK-bob', workspace: 'WS1' }

/** A break in a shift, and a training that lies on both. */
const rows = [
  ['2026-03-10T08:00,2026-03-10T16:00,SHIFT'],
  ['2026-03-10T12:00,2026-03-10T12:15,BREAK'],
  ['2026-03-10T12:10,2026-03-10T13:00,TRAINING'],
] as const

function planned(names: readonly string[]) {
  const lines = rows.map((row, index) => `${names[index] ?? ''},${row.join(',')}`)
  const read = readCsvPlans(['agent,start,end,code', ...lines].join('\n'), 'UTC')
  if (read.kind !== 'understood') throw new Error('was refused')
  const known = new Map([
    ...['WK-ann', 'ann', 'ann@example.com'].map((name) => [name, ann] as const),
    ['bob', bob] as const,
  ])
  return plansOfWorkers(read.plans, known)
}

test('by whichever of his names a worker is called, line by line, his plan is the same', () => {
  const byOne = planned(['ann', 'ann', 'ann'])
  expect(byOne).toMatchObject([
    { ...ann, segments: ['SHIFT', 'BREAK', 'TRAINING', 'SHIFT'].map((code) => ({ code })) },
  ])
  expect(planned(['ann', 'ann', 'ann@example.com'])).toEqual(byOne)
  expect(planned(['WK-ann', 'ann@example.com', 'ann'])).toEqual(byOne)
})

test('workers do not share plans, and of whom nobody knows there is none', () => {
  expect(planned(['ann', 'bob', 'nobody'])).toMatchObject([
    { ...ann, segments: [{ code: 'SHIFT' }] },
    { ...bob, segments: [{ code: 'BREAK' }] },
  ])
})

const json = scheduleImportQuerySchema.parse({ format: 'json' })
const segment = { from: 1_000, to: 2_000, code: 'SHIFT' }

test('in JSON an agent who is told of twice has one plan, and one without segments has an empty one', () => {
  const agents = [
    { agent: 'bob', segments: [] },
    { agent: 'ann', segments: [segment] },
    { agent: 'ann', segments: [{ ...segment, from: 2_000, to: 3_000 }] },
    { agent: 'bob', segments: [] },
  ]
  const { plans, span } = askedImport(json, { agents }, 9_000)
  expect(plans).toMatchObject([
    { agent: 'ann', named: { place: 'agents.1', field: 'agent' }, segments: [{}, {}] },
    { agent: 'bob', named: { place: 'agents.0', field: 'agent' }, segments: [] },
  ])
  expect(span).toEqual({ from: 1_000, to: 3_000 })
})

test('a segment in JSON that ends no later than it begins is refused with its place', () => {
  const agents = [{ agent: 'ann', segments: [segment, { ...segment, to: 1_000 }] }]
  const refused = () => askedImport(json, { agents }, 9_000)
  expect(refused).toThrow(ProblemAnswer)
  expect(refused).toThrow(
    expect.objectContaining({
      errors: [{ field: 'agents.0.segments.1 to', detail: 'is not after from' }],
    }),
  )
})

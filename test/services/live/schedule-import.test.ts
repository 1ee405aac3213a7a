import { expect, test } from 'vitest'
import { scheduleImportQuerySchema } from '../../../schemas/feeds/schedules.ts'
import { ProblemAnswer } from '../../../services/live/problem.ts'
import { askedImport } from '../../../services/live/schedule-import.ts'

const json = scheduleImportQuerySchema.parse({ format: 'json' })
const segment = { from: 1_000, to: 2_000, code: 'SHIFT' }

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

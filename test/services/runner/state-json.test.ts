import { expect, test } from 'vitest'
import { z } from 'zod'
import { mappingFileSchema } from '../../../schemas/events/mapping.ts'
import { toMappingEvent } from '../../../services/definitions/mapping-event.ts'
import { wholeTime } from '../../../services/projections/agent-story.ts'
import { workerFold } from '../../../services/projections/all.ts'
import { learn, nothingKnown } from '../../../services/projections/definitions.ts'
import {
  knowledgeFromJson,
  knowledgeToJson,
  windowFromJson,
} from '../../../services/runner/state-json.ts'
import { slim } from '../../../services/runner/slim.ts'
import { anEvent } from '../../support/fold-all.ts'

const mapping = mappingFileSchema.parse({
  target: 'calabrio',
  rules: [{ when: { activity: ['Break'] }, give: { code: 'BREAK', class: 'signed_on' } }],
})
const set = toMappingEvent({ mapping, version: 1, from: 0, now: 0 })
const known = learn(nothingKnown, set)
const gap = anEvent({
  ...{ type: 'source.gap', id: 'gap', source: 'twilio-taskrouter', status: 'open', at: 9 },
  ...{ gapFrom: 5, gapTo: null },
})

test('what a shard knows is read back as it was', () => {
  expect(known.mappings).toHaveLength(1)
  expect(knowledgeFromJson(knowledgeToJson(known))).toEqual(known)
  const withGap = learn(known, gap)
  expect(withGap.gaps).toHaveLength(1)
  expect(knowledgeFromJson(knowledgeToJson(withGap))).toEqual(withGap)
})

test('what a hub remembers that knew of no mappings is read as if it had none', () => {
  const stored = z.looseObject({ mappings: z.array(z.unknown()) })
  const { mappings, ...older } = stored.parse(JSON.parse(knowledgeToJson(known)))
  expect(mappings).toHaveLength(1)
  expect(knowledgeFromJson(JSON.stringify(older))).toEqual(nothingKnown)
  const { moments, ...carry } = wholeTime.carry
  expect(moments).toBeDefined()
  expect(windowFromJson(JSON.stringify({ from: 5, carry }))?.carry.moments).toBeNull()
})

test('what a hub remembers that knew of no gaps is read as if plans had been told, so that none is missed', () => {
  const stored = z.looseObject({ gaps: z.array(z.unknown()), isAnybodyPlanned: z.boolean() })
  const { gaps, isAnybodyPlanned, ...older } = stored.parse(JSON.parse(knowledgeToJson(known)))
  expect({ gaps, isAnybodyPlanned }).toEqual({ gaps: [], isAnybodyPlanned: false })
  const read = knowledgeFromJson(JSON.stringify(older))
  expect(read).toEqual({ ...known, isAnybodyPlanned: true })
})

test('a gap that a hub remembers which did not tell whose it is, is read as everybody’s', () => {
  const stored = z.looseObject({ gaps: z.array(z.looseObject({ worker: z.null() })) })
  const withGap = learn(known, gap)
  const { gaps, ...rest } = stored.parse(JSON.parse(knowledgeToJson(withGap)))
  const older = gaps.map(({ worker, ...own }) => {
    expect(worker).toBeNull()
    return own
  })
  expect(knowledgeFromJson(JSON.stringify({ ...rest, gaps: older }))).toEqual(withGap)
})

test('a window with what mappings need is read back as it was', () => {
  const events = [
    anEvent({
      ...{ id: 'EV1', type: 'worker.activity.update', worker: 'WK1', attributes: '{}' },
      ...{ activity: 'WA1', activityName: 'Break', at: 1_000 },
    }),
    anEvent({
      ...{ id: 'EV2', type: 'worker.activity.update', worker: 'WK1' },
      ...{ activity: 'WA2', activityName: 'Yoga', at: 2_000 },
    }),
  ]
  const { window } = workerFold.cut('WK1', events, wholeTime, known, 10_000, 5_000)
  expect(window.carry.moments).toMatchObject({
    ...{ attributesBy: 'EV1', freeSince: 1_000 },
    spans: [{ target: 'calabrio', told: { state: { code: 'BREAK' } }, running: { from: 2_000 } }],
  })
  expect(windowFromJson(JSON.stringify(window))).toEqual(window)
})

test('of attributes those of workers stay in memory, unless they are longer than any source allows', () => {
  const told = (type: string, attributes: string) =>
    slim(anEvent({ type, id: 'EV1', worker: 'WK1', task: 'WT1', attributes, at: 0 })).attributes
  expect(told('worker.attributes.update', '{"a":1}')).toBe('{"a":1}')
  expect(told('worker.attributes.update', `{"a":"${'x'.repeat(9_000)}"}`)).toBeNull()
  expect(told('task.created', '{"a":1}')).toBeNull()
  expect(slim(set)).toBe(set)
})

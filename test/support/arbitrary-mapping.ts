import fc from 'fast-check'
import { mappingFileSchema } from '../../schemas/events/mapping.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { toMappingEvent } from '../../services/definitions/mapping-event.ts'
import { logEnd, logStart } from './arbitrary-log.ts'

const hourMs = 3_600_000

const give = (code: string, more: object = {}) => ({ code, class: 'signed_on', ...more })

/** Rules of every sort: of contacts and activities, by time, by attributes, with effective dates, for one site and one person. */
const rules = [
  { when: { phase: ['acw'], longerThanMs: 60_000 }, give: give('LONG-WRAP') },
  { when: { phase: ['talk', 'hold'], channel: ['voice'] }, give: give('{phase}-{direction}') },
  { when: { contactsAtLeast: 2 }, give: give('BUSY-{contacts}') },
  { when: { activity: ['Break'], longerThanMs: 1_200_000 }, give: give('FORGOTTEN') },
  { when: { activity: ['Break'] }, give: give('BREAK', { reason: '{reason}', paid: false }) },
  {
    when: { activityClass: ['available'], longerThanMs: 900_000 },
    give: give('IDLE-LONG', { text: '{attributes.skill}' }),
  },
  { when: { activityClass: ['available'] }, give: give('READY', { class: 'available' }) },
  {
    when: { activity: ['Offline'] },
    until: new Date(logStart + 3 * hourMs + 1_234).toISOString(),
    give: give('OUT-EARLY', { class: 'signed_off' }),
  },
  { when: { activity: ['Offline'] }, give: give('OUT', { class: 'signed_off' }) },
]

const aMapping = fc
  .record({
    target: fc.constantFrom('calabrio', 'other'),
    contactPolicy: fc.constantFrom('contact', 'activity', 'combined'),
    minimumDwellMs: fc.constantFrom(0, 0, 30_000, 600_000),
    rules: fc.shuffledSubarray(rules, { minLength: 3 }),
    sites: fc.constantFrom({}, { Berlin: [{ give: give('BERLIN') }] }),
    people: fc.constantFrom({}, { ann: [{ when: { activity: ['Meeting'] }, give: give('ANN') }] }),
    fromMs: fc.oneof(
      fc.integer({ min: -2, max: 12 }).map((hours) => hours * hourMs),
      fc.integer({ min: 0, max: logEnd - logStart }),
    ),
  })
  .map(({ fromMs, ...file }) => ({ file: mappingFileSchema.parse(file), from: logStart + fromMs }))

/** Mappings of two targets, holding from instants before, in and after the log. */
export const arbitraryMappings: fc.Arbitrary<readonly LedgerEvent[]> = fc
  .array(aMapping, { minLength: 1, maxLength: 4 })
  .map((sets) =>
    sets.map(({ file, from }, n) =>
      toMappingEvent({ mapping: file, version: n + 1, from, now: from }),
    ),
  )

/** What workers' events tell of their attributes; some tell nothing. */
const attributes = fc.constantFrom(
  null,
  '{"site":"Berlin","reason":"lunch"}',
  '{"site":"Berlin","skill":7}',
  '{"reason":["tired","late"],"skill":"x"}',
  'no JSON',
)

/** The same log, with attributes on its workers' events and workflows on what is offered. */
export function withAttributes(log: readonly LedgerEvent[]): fc.Arbitrary<readonly LedgerEvent[]> {
  return fc.array(attributes, { minLength: log.length, maxLength: log.length }).map((told) =>
    log.map((event, n): LedgerEvent => {
      if (event.type.startsWith('worker.')) return { ...event, attributes: told[n] ?? null }
      return event.type.startsWith('reservation.') ? { ...event, workflow: 'WW1' } : event
    }),
  )
}

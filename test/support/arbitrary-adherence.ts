import fc from 'fast-check'
import { adherenceSchema } from '../../schemas/events/adherence.ts'

const minute = 60_000

/** Parameters of any sort, also such by which a mapping says what agents do. */
export const arbitraryAdherence = fc
  .record({
    target: fc.constantFrom(undefined, undefined, 'calabrio'),
    graceMs: fc.constantFrom(0, minute, 5 * minute, 15 * minute),
    graceMode: fc.constantFrom('all_or_nothing', 'deduct'),
    workOverridesActivity: fc.boolean(),
    minimumExceptionMs: fc.constantFrom(0, 3 * minute),
    offline: fc.constantFrom(null, null, 'READY'),
  })
  .map(({ target, offline, ...own }) =>
    adherenceSchema.parse({
      activityCodes: {
        ...{ Available: 'ON_QUEUE', Break: 'BREAK', Meeting: 'MEETING', Offline: offline },
      },
      accept: { MEETING: ['MEETING', 'ON_QUEUE'], ON_QUEUE: ['ON_QUEUE', 'READY', 'IDLE-LONG'] },
      productiveCodes: ['ON_QUEUE', 'READY'],
      unpaidCodes: ['BREAK'],
      ...own,
      ...(target === undefined ? {} : { target }),
    }),
  )

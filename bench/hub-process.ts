import { join } from 'node:path'
import { z } from 'zod'
import type * as Main from '../services/main.ts'
import type * as ClockModule from '../services/runtime/clock.ts'
import type * as ConfigModule from '../services/runtime/config.ts'
import type * as LoggerModule from '../services/runtime/logger.ts'
import { packageRoot } from '../services/runtime/package-root.ts'
import { enginePid, peakMemory } from './memory.ts'
import { answer, inputOf, leave, untilTold } from './parent.ts'

// A hub as its users have it, alone in its process, so that its memory and its event loop are its own; and compiled, since what runs
// TypeScript as it is gives each function its name again whenever one is made.

const { openHub, roles } = await built<typeof Main>('services/main.js')
const { createAcceleratedClock } = await built<typeof ClockModule>('services/runtime/clock.js')
const { readConfig } = await built<typeof ConfigModule>('services/runtime/config.js')
const { createLogger } = await built<typeof LoggerModule>('services/runtime/logger.js')

const input = inputOf(
  z.object({
    settings: z.record(z.string(), z.string()),
    roles: z.array(z.enum(roles)),
    /** What its clock shows at the start: the end of what was simulated. */
    startAt: z.int(),
  }),
)
const hub = await openHub(readConfig(input.settings), {
  roles: input.roles,
  clock: createAcceleratedClock(input.startAt, 1),
  logger: createLogger('error'),
})
const engine = enginePid()
answer({ url: hub.url, warehouseUrl: hub.warehouseUrl })
await Promise.race([untilTold(), hub.done])
if (enginePid() !== engine) throw new Error('the engine died while the hub was measured')
const peak = peakMemory(engine)
await hub.close()
answer(peak)
leave()

function built<T>(module: string): Promise<T> {
  return import(join(packageRoot, 'dist', module)) as Promise<T>
}

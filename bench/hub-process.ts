import { z } from 'zod'
import { openHub, roles } from '../services/main.ts'
import { createAcceleratedClock } from '../services/runtime/clock.ts'
import { readConfig } from '../services/runtime/config.ts'
import { createLogger } from '../services/runtime/logger.ts'
import { enginePid, peakMemory } from './memory.ts'
import { answer, inputOf, leave, untilTold } from './parent.ts'

// A hub as its users have it, alone in its process, so that its memory and its event loop are its own.

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

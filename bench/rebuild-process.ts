import { z } from 'zod'
import { openEmbeddedLog } from '../services/log/embedded.ts'
import { checkTables } from '../services/runner/compare.ts'
import { bareRebuild } from './bare-rebuild.ts'
import { inFreshEngine } from './fresh-engine.ts'
import { peakMemory } from './memory.ts'
import { answer, inputOf, leave } from './parent.ts'
import { endsOf, timedReplay, type Insert } from './timed-replay.ts'

// Either one rebuild, alone in its process, for its memory; or, when all has run once, some in turn with the bare work.

const { folder, rounds } = inputOf(z.object({ folder: z.string(), rounds: z.int() }))
const log = await openEmbeddedLog({ folder })
const ends = await endsOf(log)

function replayed(onInsert?: (insert: Insert) => void) {
  return inFreshEngine(async (warehouse, pid) => {
    const ms = await timedReplay(log, warehouse, ends, onInsert)
    return { ms, peak: peakMemory(pid), tables: await checkTables(warehouse) }
  })
}

async function besideBare() {
  const inserts: Insert[] = []
  const first = await replayed((insert) => inserts.push(insert))
  const bare = []
  const again = []
  for (let round = 0; round < rounds; round++) {
    bare.push(
      await inFreshEngine(async (warehouse) => ({
        ...(await bareRebuild(log, warehouse, inserts)),
        tables: await checkTables(warehouse),
      })),
    )
    again.push(await replayed())
  }
  const rows = inserts.reduce((sum, insert) => sum + insert.rows.length, 0)
  return { first, bare, again, rows, calls: inserts.length }
}

const records = [...ends.values()].reduce((sum, end) => sum + end, 0)
answer({ records, ...(rounds === 0 ? { first: await replayed() } : await besideBare()) })
await log.close()
leave()

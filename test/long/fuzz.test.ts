import { expect, test } from 'vitest'
import { sources } from '../../services/ingest/sources.ts'
import { openDoor } from '../services/ingest/door.ts'
import { createSender, knowing } from '../support/source-sender.ts'
import { fuzz } from '../support/source-fuzz.ts'

/** Another seed looks at other bodies; a failure tells the one that it was found with. */
const settings = {
  seed: Number(process.env['FUZZ_SEED'] ?? 20260310),
  numRuns: Number(process.env['FUZZ_RUNS'] ?? 100_000),
}
/** So many at a time into one log, so that no log grows beyond what a disk of this machine has. */
const runsOfDoor = 10_000
/** Together they wait for one write to the disk. */
const atOnce = 50

test.each(sources)(
  'whatever $name sends, changed at random and signed, is stored, and nothing of it unsigned',
  async (source) => {
    const sender = createSender('the sender')
    let left = settings.numRuns
    for (let part = 0; left > 0; part++) {
      const door = await openDoor({ config: knowing(sender) })
      const numRuns = Math.min(left, runsOfDoor)
      try {
        await fuzz(door, source, sender, { seed: settings.seed + part, numRuns, atOnce })
      } finally {
        await door.close()
      }
      left -= numRuns
    }
    expect(left).toBe(0)
  },
)

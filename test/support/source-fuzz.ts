import fc from 'fast-check'
import { expect } from 'vitest'
import type { Source } from '../../services/ingest/sources.ts'
import { topics } from '../../services/log/topics.ts'
import type { Door } from '../services/ingest/door.ts'
import { changes, mutate } from './mutation.ts'
import { recordedBy } from './source-fixtures.ts'
import { createSender, requestOf, type Sender } from './source-sender.ts'

const stranger = createSender('a stranger')

export interface FuzzSettings {
  readonly seed: number
  readonly numRuns: number
  /** How many bodies are on their way at the same time; what they add is counted together. */
  readonly atOnce?: number
}

/**
 * Changes what a source has sent, signs it as the source would, and sends it: it is stored, as event or as dead letter.
 * Signed by anybody else it is turned away, and nothing is stored. Nothing ever is an error of the hub.
 */
export async function fuzz(
  door: Door,
  source: Source,
  sender: Sender,
  settings: FuzzSettings,
): Promise<void> {
  const recorded = recordedBy(source)
    .filter(({ body }) => body.length < bodyBytesMax)
    // The handshake of a sink is answered and stored nowhere.
    .filter(({ path }) => !path.includes('sink_test'))
  let stored = await recordsIn(door)
  const { atOnce = 1, numRuns, seed } = settings
  const changed = fc.tuple(fc.constantFrom(...recorded), changes)
  const several = fc.array(changed, { minLength: atOnce, maxLength: atOnce })
  await fc.assert(
    fc.asyncProperty(several, async (originals) => {
      const sendings = originals.map(([{ body, contentType }, steps]) => ({
        ...{ body: mutate(body, steps), contentType },
      }))
      const answers = (by: Sender) =>
        Promise.all(
          sendings.map(
            async (sending) => (await door.app.inject(requestOf(source, sending, by))).statusCode,
          ),
        )

      expect(new Set(await answers(stranger))).toEqual(new Set([403]))
      expect(await recordsIn(door)).toBe(stored)

      expect(new Set(await answers(sender))).toEqual(new Set([source.answer.status]))
      const now = await recordsIn(door)
      const kept = sendings.filter(({ body }) => !isNothing(body)).length
      expect(now - stored).toBeGreaterThanOrEqual(kept)
      stored = now
    }),
    { seed, numRuns: Math.ceil(numRuns / atOnce) },
  )
}

/** Larger ones are the same again, and slow. */
const bodyBytesMax = 20_000

/** In the whole log. */
export async function recordsIn(door: Door): Promise<number> {
  const ends = await Promise.all(topics.map((topic) => door.log.end(topic)))
  return ends.flat().reduce((sum, end) => sum + end, 0)
}

/** An empty list of events is well formed, and there is nothing in it to keep. */
function isNothing(body: Buffer): boolean {
  return /^\ufeff?\s*\[[\s,]*\]\s*$/.test(body.toString())
}

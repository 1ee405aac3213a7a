import { z } from 'zod'
import { readReplaced, replaceFile } from '../runtime/replaced-file.ts'
import type { KeptSeen } from './snapshot-guard.ts'

/** By mapping, what its guard had seen when it was kept. */
export type GuardMemory = ReadonlyMap<string, KeptSeen>

/** Nothing when there is no file. Throws when it is of another version, or broken. */
export async function readGuardMemory(file: string): Promise<GuardMemory> {
  const text = await readReplaced(file)
  if (text === null) return new Map()
  const { mappings } = memorySchema.parse(JSON.parse(text))
  return new Map(mappings.map(({ mapping, ...seen }) => [mapping, seen]))
}

/** Writes what is new about it, and nothing while nothing is. */
export function createGuardWriter(file: string): (memory: GuardMemory) => Promise<void> {
  let written: string | null = null
  return async (memory) => {
    const mappings = [...memory].map(([mapping, seen]) => ({ mapping, ...seen }))
    const text = JSON.stringify({ version: 1, mappings })
    if (text === written) return
    await replaceFile(file, text)
    written = text
  }
}

const memorySchema = z.object({
  version: z.literal(1),
  mappings: z.array(
    z.object({
      mapping: z.string(),
      believed: z.int().nonnegative().nullable(),
      fallenForMs: z.int().nonnegative().nullable(),
    }),
  ),
})

import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../runtime/http-post.ts'
import { failed, type Answer, type Carrier, type Parcel } from './delivery.ts'
import { unfinishedName } from './file-name.ts'

/**
 * Puts files into a folder that is there. `taken`: the whole file is on the disk under its name. Until then it is called
 * `.NAME.part`. A file of the same name is replaced at one stroke.
 */
export function createDirectoryCarrier(folder: string): Carrier {
  return {
    // Two parcels of one name must not write into one another.
    parallelMax: 1,
    async send(parcel, signal) {
      const draft = join(folder, unfinishedName(parcel.name))
      try {
        await put(folder, draft, parcel, signal)
        return { kind: 'taken', detail: 'written' } satisfies Answer
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined)
        return failed(reasonOf(error))
      }
    },
    close: () => Promise.resolve(),
  }
}

async function put(folder: string, draft: string, parcel: Parcel, signal: AbortSignal) {
  const file = await open(draft, 'w')
  try {
    await file.writeFile(parcel.body, { signal })
    await file.sync()
  } finally {
    await file.close()
  }
  signal.throwIfAborted()
  await rename(draft, join(folder, parcel.name))
  // The name is in the folder, which has to reach the disk too.
  const place = await open(folder, 'r')
  try {
    await place.sync()
  } finally {
    await place.close()
  }
}

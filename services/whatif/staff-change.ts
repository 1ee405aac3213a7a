import { drawOf } from './draw.ts'
import type { StaffedWorker } from './stretch.ts'

/** So many more, or fewer, workers of a queue. */
export interface StaffChange {
  readonly queue: string
  /** A whole number; below 0: so many are left out. */
  readonly by: number
}

export type StaffChangeReading =
  | { readonly kind: 'changed'; readonly workers: readonly StaffedWorker[] }
  | {
      readonly kind: 'too_few'
      readonly change: StaffChange
      /** How many the queue has. */
      readonly has: number
    }

/**
 * The staff with some workers more or fewer. Who is added does as somebody of the queue did, drawn by the seed, with the same
 * hours and attributes, and is free of the work that came to that one by name; who is left out is drawn likewise.
 */
export function changeStaff(
  workers: readonly StaffedWorker[],
  changes: readonly StaffChange[],
  members: ReadonlyMap<string, ReadonlySet<string>>,
  seed: string,
): StaffChangeReading {
  let staff = workers
  for (const change of changes) {
    const { queue, by } = change
    const own = members.get(queue)
    const drawn = staff
      .filter(({ sid }) => own?.has(sid) === true)
      .map((worker) => ({ worker, draw: drawOf(seed, 'staff', queue, worker.sid) }))
      .sort((a, b) => a.draw - b.draw)
      .map(({ worker }) => worker)
    const has = drawn.length
    if (by < 0 ? has < -by : has === 0) return { kind: 'too_few', change, has }
    if (by < 0) {
      const without = new Set(drawn.slice(0, -by))
      staff = staff.filter((worker) => !without.has(worker))
      continue
    }
    const added = Array.from({ length: by }, (_, index) => {
      const like = drawn[index % has]
      if (like === undefined) throw new Error('nobody was drawn')
      return { ...like, sid: `${like.sid}+${queue}+${index + 1}`, commitments: [] }
    })
    staff = [...staff, ...added]
  }
  return { kind: 'changed', workers: staff }
}

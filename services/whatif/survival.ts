/** How long somebody was seen to wait. */
export interface ObservedWait {
  readonly ms: number
  /** He gave up then; else he was answered, or left otherwise, and would have waited longer: nobody knows how long. */
  readonly gaveUp: boolean
}

/** The share of those who wait that has not given up after a time: it falls at each of the times, and is 1 before. */
export interface Survival {
  readonly ms: readonly number[]
  readonly share: readonly number[]
}

/**
 * The estimate of Kaplan and Meier (1958) of how patient customers are. Who was answered counts among those who could have
 * given up until then; leaving him out would make all look less patient, and taking his wait for his patience even more so.
 */
export function survivalOf(waits: readonly ObservedWait[]): Survival {
  // At the same time, who gives up goes first: who is answered then was still there.
  const sorted = waits.toSorted((a, b) => a.ms - b.ms || Number(b.gaveUp) - Number(a.gaveUp))
  const ms: number[] = []
  const share: number[] = []
  let now = 1
  sorted.forEach((wait, index) => {
    if (!wait.gaveUp) return
    now *= 1 - 1 / (sorted.length - index)
    if (ms.at(-1) === wait.ms) share.pop()
    else ms.push(wait.ms)
    share.push(now)
  })
  return { ms, share }
}

/**
 * When somebody gives up who has waited so long already, by a draw from 0 to 1; milliseconds since the beginning of the
 * wait. Infinity: later than anybody was seen to wait, which nobody can tell of.
 */
export function patienceBeyond({ ms, share }: Survival, waitedMs: number, draw: number): number {
  const first = ms.findIndex((at) => at > waitedMs)
  if (first === -1) return Infinity
  const left = draw * (share[first - 1] ?? 1)
  const found = share.findIndex((still, index) => index >= first && still <= left)
  return ms[found] ?? Infinity
}

export interface WorkRate {
  readonly recordsPerSecond: number
  /** 0 as long as it cannot be told. */
  readonly secondsLeft: number
}

/** How fast work goes that has done so much in so many milliseconds, and how long the rest takes at that. */
export function workRate(done: number, left: number, elapsedMs: number): WorkRate {
  const recordsPerSecond = elapsedMs <= 0 ? 0 : (done * 1000) / elapsedMs
  const secondsLeft = recordsPerSecond === 0 ? 0 : Math.max(0, left) / recordsPerSecond
  return { recordsPerSecond, secondsLeft }
}

/** Null for what is no duration: below nothing, or longer than anything that a centre does. */
export function secondsAsMs(seconds: number | null): number | null {
  if (seconds === null || !(seconds >= 0 && seconds <= secondsMax)) return null
  return Math.round(seconds * 1000)
}

/** Ten years. */
const secondsMax = 315_360_000

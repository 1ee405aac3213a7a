export interface Backoff {
  readonly firstDelayMs: number
  readonly delayMaxMs: number
}

/**
 * How long to wait after so many failures: twice as long each time up to a limit, less up to a half of it by chance (0 to
 * 1), so that many who were turned away together do not come back together.
 */
export function backoffMs(
  failures: number,
  { firstDelayMs, delayMaxMs }: Backoff,
  chance: number,
): number {
  return Math.min(delayMaxMs, firstDelayMs * 2 ** (failures - 1)) * (0.5 + chance / 2)
}

import type { z } from 'zod'

/** One thing that is wrong with what was sent. */
export interface FileFault {
  /** Where: `line 3`, `Result.0.Shift.2`. */
  readonly place: string
  /** Which of its fields; empty where it is about the whole. */
  readonly field: string
  readonly detail: string
  readonly choices?: readonly string[]
}

/** What a schema finds in a body that is of another shape. */
export function shapeFaults(error: z.ZodError | undefined): readonly FileFault[] {
  return (error?.issues ?? []).map(({ path, message }) => ({
    ...{ place: path.slice(0, -1).join('.'), field: String(path.at(-1) ?? '') },
    detail: message,
  }))
}

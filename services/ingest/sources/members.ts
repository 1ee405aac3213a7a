export type Members = Readonly<Record<string, unknown>>

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An object, also where it came as text; without members where it is none. */
export function membersOf(value: unknown): Members {
  if (typeof value !== 'string') return isMembers(value) ? value : {}
  try {
    const parsed: unknown = JSON.parse(value)
    return isMembers(parsed) ? parsed : {}
  } catch {
    return {}
  }
}

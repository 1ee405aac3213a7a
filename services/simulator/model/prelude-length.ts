/** So long before a task is made its contact may have begun. */
export const preludeMaxMs = 180_000

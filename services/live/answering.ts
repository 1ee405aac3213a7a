/**
 * What a route may answer, for its description only. The answers are sent as texts that were made before: to check each of
 * thousands of agents again at every call would cost more than all the rest, so tests hold them against these schemas.
 */
export function answering(responses: Readonly<Record<number, unknown>>): {
  readonly response: unknown
} {
  return { response: responses }
}

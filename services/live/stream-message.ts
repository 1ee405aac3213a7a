/** A message of the stream, in the words of each road that it goes. Each form is made once, for the first who needs it. */
export interface StreamMessage {
  /** As a server-sent event. */
  event(): string
  /** As a JSON object `{ id, event, data }`. */
  object(): string
}

export function createStreamMessage(
  event: string,
  id: string,
  /** JSON in pieces. */
  data: readonly string[],
): StreamMessage {
  let asEvent: string | null = null
  let asObject: string | null = null
  return {
    event: () => (asEvent ??= framed(`event: ${event}\nid: ${id}\ndata: `, data, '\n\n')),
    object: () =>
      (asObject ??= framed(`{"id":${JSON.stringify(id)},"event":"${event}","data":`, data, '}')),
  }
}

function framed(head: string, data: readonly string[], tail: string): string {
  let text = head
  for (const piece of data) text += piece
  return text + tail
}

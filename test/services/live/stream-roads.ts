import { readEvents, type StreamEvent } from './event-stream-reader.ts'
import type { TestHub } from './hub-with-state.ts'
import { readMessages, refusedUpgrade } from './socket-reader.ts'
import { problemSchema, type Problem } from '../../../schemas/feeds/problem.ts'

/** A way on which the stream goes to its readers. */
export interface StreamRoad {
  readonly name: string
  open(hub: TestHub, query?: string): Promise<AsyncGenerator<StreamEvent, undefined>>
  /** What is answered instead of a stream. */
  refused(hub: TestHub, query?: string): Promise<Problem>
}

/** The roads on which what is at an address goes. */
export function roadsTo(path: string): readonly StreamRoad[] {
  return [
    {
      name: 'server-sent events',
      open: async (hub, query = '') => readEvents(await fetch(`${hub.url}${path}${query}`)),
      refused: async (hub, query = '') =>
        problemSchema.parse(await (await fetch(`${hub.url}${path}${query}`)).json()),
    },
    {
      name: 'WebSocket',
      open: (hub, query = '') => Promise.resolve(readMessages(`${hub.url}${path}${query}`)),
      refused: (hub, query = '') => refusedUpgrade(`${hub.url}${path}${query}`),
    },
  ]
}

export const streamRoads = roadsTo('/v1/state/stream')

/** The next event of one of these names. */
export async function next(
  events: AsyncGenerator<StreamEvent, undefined>,
  ...names: readonly string[]
): Promise<StreamEvent> {
  for (;;) {
    const { done, value } = await events.next()
    if (done === true) throw new Error('the stream has ended')
    if (names.includes(value.event)) return value
  }
}

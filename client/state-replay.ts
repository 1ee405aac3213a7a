import type { StateClock } from '../schemas/feeds/state.ts'
import { HubError, refusalOf } from './hub-error.ts'
import { createEventReader } from './state-stream.js'

export interface ReplayOptions {
  readonly url: string
  /** One of the hub's API tokens; not needed on the hub's own machine where it has none. */
  readonly token?: string | undefined
  readonly signal?: AbortSignal
  /** Instants in ISO 8601. */
  readonly from: string
  readonly to: string
  /** So many times as fast as it went; 0: as fast as it can be read. */
  readonly speed?: number | undefined
  readonly as?: StateClock | undefined
}

/** What a replay tells: `snapshot`, `changes`, and at last `end`. `data` is JSON, as the hub's API describes it. */
export interface ReplayEvent {
  readonly event: string
  readonly data: string
}

/** The routing state of a past stretch, as it changed. Throws a `HubError` if the hub refuses, or breaks off. */
export async function* replayState(options: ReplayOptions): AsyncGenerator<ReplayEvent, void> {
  const { url, token, signal, from, to, speed, as } = options
  const query = new URLSearchParams({ from, to })
  if (speed !== undefined) query.set('speed', String(speed))
  if (as !== undefined) query.set('as', as)
  const response = await fetch(new URL(`/v1/state/replay?${query.toString()}`, url), {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(signal === undefined ? {} : { signal }),
  })
  if (!response.ok || response.body === null) throw await refusalOf(response)
  let last = ''
  for await (const one of eventsOf(response.body)) {
    last = one.event
    yield one
  }
  if (last !== 'end') throw new HubError(200, 'the replay was broken off; ask for the rest')
}

async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReplayEvent, void> {
  let told: ReplayEvent[] = []
  const read = createEventReader(({ name: event, data }) => told.push({ event, data }))
  for await (const chunk of body) {
    read(chunk)
    yield* told
    told = []
  }
}

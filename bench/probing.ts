import { setTimeout as sleep } from 'node:timers/promises'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { inLanes } from './lanes.ts'
import type { Door } from './load.ts'
import { createProbeWorker, type ProbeWorker } from './probe-worker.ts'
import type { StreamWatch } from './stream-watch.ts'
import { asCallbacks, type Traffic } from './traffic.ts'

export interface Probe {
  /** From just before the POST to the moment at which the reader of the stream sees the change. */
  readonly seenMs: number
  /** From just before the same POST to its answer. */
  readonly answeredMs: number
}

/** Sends changes of its own workers to a hub, and waits for each at the stream. Its workers must be made known first. */
export function createProbing(
  traffic: Traffic,
  door: Door,
  watch: StreamWatch,
  workersCount: number,
) {
  const workers = Array.from({ length: workersCount }, (_, index) =>
    createProbeWorker(traffic.centre, index + 1),
  )
  const sent: Parcel[] = []
  const began = performance.now()
  // The hub's clock has begun earlier, so this is never in its future.
  const now = () => traffic.endAt + Math.floor(performance.now() - began)

  function post(parcel: Parcel): Promise<void> {
    sent.push(parcel)
    return door.post(parcel)
  }

  async function probe(worker: ProbeWorker): Promise<Probe> {
    const at = now()
    const parcel = worker.changed(at)
    const seen = watch.seen(worker.sid, at)
    const postedAt = performance.now()
    const answered = post(parcel).then(() => performance.now())
    const [seenAt, answeredAt] = await Promise.all([seen, answered])
    return { seenMs: seenAt - postedAt, answeredMs: answeredAt - postedAt }
  }

  return {
    sent,
    async setUp() {
      const created = workers.map((worker) => worker.created(now()))
      for (const parcel of [...asCallbacks(traffic.setUp, traffic.centre), ...created]) {
        await post(parcel)
      }
    },
    /** So many in all, one after the other for each worker, with rests that keep step with nothing. */
    async probes(count: number, way: { readonly workers: number; readonly restMs: number }) {
      const found: Probe[] = []
      let left = count
      await inLanes(way.workers, workers.slice(0, way.workers), async (worker) => {
        while (left-- > 0) {
          await sleep(way.restMs + 5 + Math.random() * 100)
          found.push(await probe(worker))
        }
      })
      return found
    },
  }
}

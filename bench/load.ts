import { openPoster, type Post } from '../services/simulator/delivery/post.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { inLanes } from './lanes.ts'
import { quantilesOf, type Quantiles } from './quantiles.ts'

/** Posts to the hub; what is not answered with 2xx is an error, because a rate of refusals is no rate. */
export interface Door {
  post(parcel: Parcel): Promise<void>
  close(): void
}

export function openDoor(hubUrl: string, connections: number): Door {
  const poster = openPoster(connections)
  return {
    async post({ post }) {
      const { status } = await poster.post(readdressed(post, hubUrl))
      if (status < 200 || status > 299) throw new Error(`the hub answered ${status}`)
    },
    close: () => poster.close(),
  }
}

/** It was signed for the public address and goes where the hub really is, as a proxy would hand it on. */
function readdressed(post: Post, hubUrl: string): Post {
  const { pathname, search } = new URL(post.url)
  return { ...post, url: `${hubUrl}${pathname}${search}` }
}

export interface LoadReport {
  readonly ms: number
  /** From the POST to its answer, with this many others under way. */
  readonly answeredMs: Quantiles
  /** The share of a core that sending took: near 1, the sender and not the hub was measured. */
  readonly senderBusy: number
}

/** Sends all of it as fast as the hub takes it, over so many connections. */
export async function sendAll(
  hubUrl: string,
  parcels: readonly Parcel[],
  connections: number,
): Promise<LoadReport> {
  const door = openDoor(hubUrl, connections)
  const answeredMs: number[] = []
  const cpu = process.cpuUsage()
  const began = performance.now()
  try {
    await inLanes(connections, parcels, async (parcel) => {
      const postedAt = performance.now()
      await door.post(parcel)
      answeredMs.push(performance.now() - postedAt)
    })
    const ms = performance.now() - began
    const { user, system } = process.cpuUsage(cpu)
    return { ms, answeredMs: quantilesOf(answeredMs), senderBusy: (user + system) / 1000 / ms }
  } finally {
    door.close()
  }
}

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { createOperationsClient } from '../client/operations.ts'
import { roles } from '../services/main.ts'
import { streamParcel } from '../services/simulator/delivery/parcels.ts'
import { figure, type PartReport } from './figure.ts'
import { authToken, logFolder, publicUrl, startHub } from './hub.ts'
import { openDoor, type Door } from './load.ts'
import { memoryFigures } from './memory-figures.ts'
import { startProcess } from './own-process.ts'
import { quantilesOf } from './quantiles.ts'
import { createStreamCentre, toEvent, writeCentre, type StreamCentre } from './stream-centre.ts'
import { inTempFolder } from './temp-folder.ts'

export interface FeedSize {
  readonly workers: number
  /** Changes a second. */
  readonly rate: number
  readonly seconds: number
}

const startAt = Date.UTC(2026, 2, 10, 14)
const batchSize = 50
const warmUpSeconds = 5
const reported = z.object({
  count: z.int(),
  messages: z.int(),
  arrived: z.array(z.tuple([z.string(), z.number()])),
})

/** Each change has a code of its own, so that it is known when it comes. */
const mapping = `
target: bench
rules:
  - {give: {code: 'c{attributes.change}', class: available}}
`

/** How long a change of state is on its way from a webhook to the server of a WFM product. */
export function benchFeed(size: FeedSize): Promise<PartReport> {
  const centre = createStreamCentre(size.workers, 20)
  return inTempFolder(async (folder) => {
    await writeCentre(logFolder(folder), centre, startAt)
    const vendor = startProcess('feed-vendor.ts', {})
    const { port } = await vendor.hear(z.object({ port: z.int() }))
    const targets = join(folder, 'targets.yaml')
    await writeFile(targets, targetsAt(port))
    const settings = { LEDGERLINE_TARGETS: targets }
    const hub = await startHub({ folder, roles, startAt: startAt + 60_000, settings })
    const began = performance.now()
    const now = () => startAt + 60_000 + Math.floor(performance.now() - began)
    const door = openDoor(hub.url, 32)
    try {
      await createOperationsClient({ url: hub.url }).setMapping(mapping, startAt)
      await hub.caughtUp()
      const warm = await sendChanges(door, centre, { ...size, seconds: warmUpSeconds }, 0, now)
      const { postedAt, perSecond } = await sendChanges(
        door,
        centre,
        size,
        warm.postedAt.length,
        now,
      )
      const codes = new Map(postedAt.map((at, index) => [`c${warm.postedAt.length + index}`, at]))
      await untilSettled(vendor)
      vendor.say('end')
      const { arrived, messages } = await vendor.hear(reported)
      const peak = await hub.end()
      const waysMs = arrived.flatMap(([code, at]) => {
        const posted = codes.get(code)
        return posted === undefined ? [] : [at - posted]
      })
      const { p50, p99, max } = quantilesOf(waysMs)
      const p95 = waysMs.toSorted((a, b) => a - b)[Math.ceil(0.95 * waysMs.length) - 1] ?? NaN
      const name = `feed, ${size.workers} agents, ${perSecond.toFixed(0)} changes/s`
      const note = `${waysMs.length} of ${postedAt.length} changes; the others gave way to newer ones`
      return {
        figures: [
          figure({ name: `${name}, webhook to vendor, p50`, value: p50, unit: 'ms', note }),
          figure({ name: `${name}, p95`, value: p95, unit: 'ms' }),
          figure({ name: `${name}, p99`, value: p99, unit: 'ms' }),
          figure({ name: `${name}, max`, value: max, unit: 'ms' }),
          ...memoryFigures('feed', peak),
        ],
        details: { ...size, perSecond, messages, arrived: waysMs.length, sent: postedAt.length },
      }
    } finally {
      door.close()
      await vendor.close()
      await hub.close()
    }
  })
}

function targetsAt(port: number): string {
  return `targets:
  bench:
    kind: http
    url: http://127.0.0.1:${port}/Web/Rta/State/Batch
    states:
      mapping: bench
      connector: calabrio-wfm
      form: json
      settings: { authenticationKey: none, sourceId: bench }
`
}

/** Each agent in turn changes his activity, at a steady rate, whether or not the hub keeps up. By change, when it was posted. */
async function sendChanges(
  door: Door,
  centre: StreamCentre,
  { rate, seconds }: FeedSize,
  first: number,
  now: () => number,
): Promise<{ readonly postedAt: readonly number[]; readonly perSecond: number }> {
  const workers = centre.teams.flatMap((team) => [team.probe, ...team.workers])
  const postedAt: number[] = []
  const posts: Promise<void>[] = []
  const began = performance.now()
  while (postedAt.length < rate * seconds) {
    const dueMs = began + (postedAt.length * 1_000) / rate - performance.now()
    if (dueMs > 0) await sleep(dueMs)
    const events = Array.from({ length: batchSize }, (_, index) => {
      const number = first + postedAt.length + index
      const worker = workers[number % workers.length]
      if (worker === undefined) throw new Error('a centre without workers')
      const attributes = JSON.stringify({ change: number })
      return toEvent(centre, {
        ...{ type: 'worker.activity.update', at: now(), worker: { ...worker, attributes } },
        ...{ activity: Math.floor(number / workers.length) % 2, number: 1e12 + number },
      })
    })
    const at = Date.now()
    postedAt.push(...events.map(() => at))
    posts.push(door.post(streamParcel(events, centre.centre, { target: publicUrl, authToken })))
  }
  const perSecond = (postedAt.length * 1_000) / (performance.now() - began)
  await Promise.all(posts)
  return { postedAt, perSecond }
}

/** Until nothing new comes for some seconds. */
async function untilSettled(vendor: ReturnType<typeof startProcess>): Promise<void> {
  for (let known = -1; ;) {
    await sleep(3_000)
    vendor.say('count')
    const { count } = await vendor.hear(reported)
    if (count === known) return
    known = count
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { streamParcel } from '../services/simulator/delivery/parcels.ts'
import { figure, type Figure, type PartReport } from './figure.ts'
import { authToken, logFolder, publicUrl, startHub } from './hub.ts'
import { openDoor, type Door } from './load.ts'
import { memoryFigures } from './memory-figures.ts'
import { startProcess, type OwnProcess } from './own-process.ts'
import { quantilesOf } from './quantiles.ts'
import {
  createStreamCentre,
  createTaskTraffic,
  toEvent,
  writeCentre,
  type StreamCentre,
} from './stream-centre.ts'
import { inTempFolder } from './temp-folder.ts'

export interface StreamSize {
  readonly workers: number
  readonly queues: number
  readonly readers: number
  /** Events a second. */
  readonly rate: number
  /** How often every reader waits for a change. */
  readonly turns: number
  /** Over WebSockets; else as server-sent events. */
  readonly isSocket: boolean
}

const startAt = Date.UTC(2026, 2, 10, 14)
/** Of one call, where there are so many in a tenth of a second. */
const batchMax = 100
/** About as much as the hub gathers when it is busy; for the size of what the bare limit writes. */
const gatheredMs = 100
const restMs = 400
const openedSchema = z.object({ opened: z.int() })
const lookingSchema = z.object({ looking: z.string() })
const seenSchema = z.object({ seenMs: z.array(z.number()), bytes: z.number() })

/** How long a change is on its way to many readers at once, each of whom follows his team and its queues. */
export function benchStream(size: StreamSize): Promise<PartReport> {
  const centre = createStreamCentre(size.workers, size.queues)
  return inTempFolder(async (folder) => {
    await writeCentre(logFolder(folder), centre, startAt)
    // What answers the state and takes webhooks; in a centre of this size the tables are written by other processes.
    const hub = await startHub({ folder, roles: ['ingest', 'api'], startAt: startAt + 60_000 })
    const began = performance.now()
    const now = () => startAt + 60_000 + Math.floor(performance.now() - began)
    const door = openDoor(hub.url, 32)
    const stop = new AbortController()
    let readers: OwnProcess | null = null
    try {
      await untilReady(hub.url)
      const openedAt = performance.now()
      readers = startProcess('stream-readers.ts', {
        ...{ url: hub.url, paths: pathsOf(centre), count: size.readers, isSocket: size.isSocket },
      })
      await readers.hear(openedSchema)
      const openedMs = performance.now() - openedAt

      const load = sendLoad(door, centre, size.rate, now, stop.signal)
      await sleep(3_000)
      const calls = callState(hub.url, stop.signal)
      const probing = readers
      const probe = (number: number) => {
        const at = now()
        return probeOnce(probing, `"activitySince":${at},`, () =>
          postProbe(door, centre, number, at),
        )
      }
      const { bytes: bytesBefore } = await probe(0)
      const readingSince = performance.now()
      const seenMs: number[] = []
      /** The longest wait of each turn, to tell a stall from a tail. */
      const turnsMs: number[] = []
      let bytes = 0
      for (let count = 1; count <= size.turns; count++) {
        await sleep(restMs)
        const seen = await probe(count)
        seenMs.push(...seen.seenMs)
        turnsMs.push(Math.round(Math.max(...seen.seenMs)))
        bytes = seen.bytes - bytesBefore
      }
      const readingMs = performance.now() - readingSince
      stop.abort()
      const [{ perSecond }, state] = await Promise.all([load, calls])
      await readers.close()
      readers = null
      const peak = await hub.end()

      const messageBytes = Math.round((bytes / size.readers / readingMs) * gatheredMs)
      const bareMs = await bareStream(size, messageBytes)
      const name = `stream, ${size.readers} readers, ${perSecond.toFixed(0)} events/s`
      return {
        figures: [
          ...latencyFigures(name, seenMs, bareMs, messageBytes),
          ...stateFigures(state),
          ...memoryFigures('stream', peak),
        ],
        details: {
          ...size,
          perSecond,
          turnsMs,
          openedMs,
          messageBytes,
          state,
          teams: centre.teams.length,
        },
      }
    } finally {
      stop.abort()
      door.close()
      await readers?.close()
      await hub.close()
    }
  })
}

export async function untilReady(url: string): Promise<void> {
  while (!(await fetch(`${url}/readyz`)).ok) await sleep(200)
}

/** Each reader follows one team, its queues and their tasks, as a supervisor does. */
function pathsOf({ teams }: StreamCentre): readonly string[] {
  return teams.map(({ name, queues }) => {
    const query = new URLSearchParams({
      teams: name,
      queues: queues.map(({ sid }) => sid).join(),
    })
    return `/v1/state/stream?${query.toString()}`
  })
}

interface Load {
  readonly perSecond: number
}

/** Batches of Event Streams at a steady rate, whether or not the hub keeps up. */
export async function sendLoad(
  door: Door,
  centre: StreamCentre,
  rate: number,
  now: () => number,
  signal: AbortSignal,
): Promise<Load> {
  const traffic = createTaskTraffic(centre, Math.min(3_000, centre.workersCount))
  const isStopped = () => signal.aborted
  const batchSize = Math.min(batchMax, Math.max(1, Math.round(rate / 10)))
  const began = performance.now()
  const posts: Promise<void>[] = []
  let sent = 0
  while (!isStopped()) {
    const dueMs = began + (sent * 1_000) / rate - performance.now()
    if (dueMs > 0) await sleep(dueMs)
    const events = traffic.batch(batchSize, now())
    posts.push(door.post(streamParcel(events, centre.centre, destination)))
    sent += batchSize
  }
  const perSecond = (sent * 1_000) / (performance.now() - began)
  await Promise.all(posts)
  return { perSecond }
}

const destination = { target: publicUrl, authToken }

/** In every team somebody changes his activity at the same moment, so that every reader is told of that moment. */
async function postProbe(
  door: Door,
  centre: StreamCentre,
  number: number,
  at: number,
): Promise<void> {
  const events = centre.teams.map(({ probe }, index) =>
    toEvent(centre, {
      ...{ type: 'worker.activity.update', at, worker: probe, activity: number % 2 },
      number: 1e12 + number * 1e6 + index,
    }),
  )
  await door.post(streamParcel(events, centre.centre, destination))
}

/** Has every reader look for what happens at that moment, and answers how long each has waited for it. */
async function probeOnce(
  readers: OwnProcess,
  token: string,
  post: () => Promise<void> | void,
): Promise<z.infer<typeof seenSchema>> {
  readers.say(JSON.stringify({ token }))
  await readers.hear(lookingSchema)
  await post()
  return readers.hear(seenSchema)
}

/** How long the whole state, and one queue, take to arrive, while all else goes on. */
async function callState(url: string, signal: AbortSignal) {
  const wholeMs: number[] = []
  const partMs: number[] = []
  let bytes = 0
  const isStopped = () => signal.aborted
  while (!isStopped()) {
    const began = performance.now()
    bytes = (await (await fetch(`${url}/v1/state`)).arrayBuffer()).byteLength
    wholeMs.push(performance.now() - began)
    await sleep(100)
    const partBegan = performance.now()
    await (await fetch(`${url}/v1/state/queues?limit=20`)).arrayBuffer()
    partMs.push(performance.now() - partBegan)
    await sleep(900)
  }
  return { whole: quantilesOf(wholeMs), part: quantilesOf(partMs), bytes }
}

/** The same bytes to as many readers, by a server that has them already. */
async function bareStream(size: StreamSize, bytes: number): Promise<readonly number[]> {
  const server = startProcess('bare-stream.ts', { bytes })
  const { url } = await server.hear(z.object({ url: z.string() }))
  const readers = startProcess('stream-readers.ts', {
    ...{ url, paths: ['/'], count: size.readers, isSocket: false },
  })
  try {
    await readers.hear(openedSchema)
    const seenMs: number[] = []
    for (let count = 1; count <= size.turns; count++) {
      await sleep(restMs)
      const token = `"probe":${count},`
      seenMs.push(...(await probeOnce(readers, token, () => server.say(token))).seenMs)
    }
    return seenMs
  } finally {
    await readers.close()
    await server.close()
  }
}

function latencyFigures(
  name: string,
  seenMs: readonly number[],
  bareMs: readonly number[],
  messageBytes: number,
): readonly Figure[] {
  const [seen, bare] = [quantilesOf(seenMs), quantilesOf(bareMs)]
  const note = `webhook to reader, ${seen.count} times; bare: ${messageBytes} bytes to as many`
  return (['p50', 'p99', 'max'] as const).map((quantile) =>
    figure({
      name: `${name}, ${quantile}`,
      ...{ value: seen[quantile], unit: 'ms', bare: bare[quantile] },
      note: quantile === 'p50' ? note : '',
    }),
  )
}

function stateFigures({ whole, part, bytes }: Awaited<ReturnType<typeof callState>>): Figure[] {
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`
  return (['p50', 'p99'] as const).flatMap((quantile) => [
    figure({ name: `GET /v1/state, ${quantile}`, value: whole[quantile], unit: 'ms', note: size }),
    figure({ name: `GET /v1/state/queues, ${quantile}`, value: part[quantile], unit: 'ms' }),
  ])
}

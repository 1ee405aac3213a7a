import { open, readFile, rename } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { decodeEvent, encodeEvent } from '../../schemas/avro/codec.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { allTopics, type Topic } from '../log/topics.ts'
import { wholeLife } from '../projections/live-window.ts'
import { windowSchema } from '../runner/state-json.ts'
import type { ShardMemory } from './live-shard.ts'
import type { NamesMemory } from './names.ts'
import type { RoutingMemory } from './routing-facts.ts'

/** All that live state must remember so that a start reads only the rest of the ledger. */
export interface StateMemory {
  readonly names: NamesMemory
  readonly routing: RoutingMemory
  readonly shards: readonly PlacedMemory[]
}

export interface PlacedMemory {
  readonly topic: Topic
  readonly partition: number
  readonly epoch: number
  readonly nextOffset: number
  /** By source, the newest event's time of happening and of receipt. */
  readonly newest: readonly (readonly [source: string, happenedAt: number, receivedAt: number])[]
  readonly memory: ShardMemory
}

/**
 * Writes it beside the file and puts it in its place when it is on the disk: a crash leaves the old one. The memory must
 * not change meanwhile; it is written in slices, so that other work goes on.
 */
export async function writeStateFile(file: string, state: StateMemory): Promise<void> {
  const temporary = `${file}.new`
  const handle = await open(temporary, 'w')
  try {
    let frames = [frame(Buffer.from(JSON.stringify(headerOf(state))))]
    for (const event of eventsOf(state)) {
      frames.push(frame(encodeEvent(event)))
      if (frames.length < sliceFrames) continue
      await handle.write(Buffer.concat(frames))
      frames = []
      await nextTurn()
    }
    await handle.write(Buffer.concat(frames))
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}

/** Null when there is none. Throws when it is of another version, or broken. */
export async function readStateFile(file: string): Promise<StateMemory | null> {
  const bytes = await readFile(file).catch(nullIfMissing)
  if (bytes === null) return null
  const frames = framesOf(bytes)
  const first = frames.next()
  if (first.done === true) throw new Error('the file is empty')
  const { names, routing, shards } = header.parse(JSON.parse(first.value.toString()))
  const nextEvent = (): LedgerEvent => {
    const next = frames.next()
    if (next.done === true) throw new Error('the file is too short')
    return decodeEvent(next.value)
  }
  const take = (count: number) => Array.from({ length: count }, nextEvent)
  return {
    names,
    routing,
    shards: shards.map(({ known, entities, over, horizon, time, tick, ...place }) => ({
      ...place,
      memory: {
        ...{ time, tick, over, horizon },
        known: take(known),
        entities: entities.map(([name, window, hasChange, count]) => [
          name,
          {
            window: window ?? wholeLife.window,
            lastChange: hasChange ? nextEvent() : null,
            timeline: take(count),
          },
        ]),
      },
    })),
  }
}

const version = 2
const sliceFrames = 1_000

function headerOf({ names, routing, shards }: StateMemory): z.input<typeof header> {
  return {
    version,
    names: {
      queues: [...names.queues],
      agents: [...names.agents],
      teams: [...names.teams],
      places: [...names.places],
    },
    routing: {
      attributes: [...routing.attributes],
      capacities: [...routing.capacities],
      availabilities: [...routing.availabilities],
      expressions: [...routing.expressions],
      queues: [...routing.queues],
      workflows: [...routing.workflows],
    },
    shards: shards.map(({ memory, ...place }) => ({
      ...place,
      newest: [...place.newest],
      time: memory.time,
      tick: memory.tick,
      over: [...memory.over],
      horizon: memory.horizon,
      known: memory.known.length,
      entities: memory.entities.map(([name, { window, lastChange, timeline }]) => [
        name,
        window === wholeLife.window ? null : window,
        lastChange !== null,
        timeline.length,
      ]),
    })),
  }
}

/** In the order in which they are read. */
function* eventsOf({ shards }: StateMemory): Generator<LedgerEvent> {
  for (const { memory } of shards) {
    yield* memory.known
    for (const [, { lastChange, timeline }] of memory.entities) {
      if (lastChange !== null) yield lastChange
      yield* timeline
    }
  }
}

function frame(bytes: Uint8Array): Buffer {
  const framed = Buffer.alloc(4 + bytes.length)
  framed.writeUInt32LE(bytes.length, 0)
  framed.set(bytes, 4)
  return framed
}

function* framesOf(bytes: Buffer): Generator<Buffer, undefined> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at)
    if (end > bytes.length) throw new Error('the file is torn')
    yield bytes.subarray(at + 4, end)
    at = end
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}

const heard = <T extends z.ZodType>(value: T) =>
  z.array(z.tuple([z.string(), value, z.number()]).readonly())

const header = z.object({
  version: z.literal(version),
  names: z.object({
    queues: heard(z.string()),
    agents: heard(z.string()),
    teams: heard(z.object({ id: z.string().nullable(), name: z.string() })),
    places: heard(z.string()),
  }),
  routing: z.object({
    attributes: heard(z.string()),
    capacities: heard(z.int()),
    availabilities: heard(z.boolean()),
    expressions: heard(z.string()),
    queues: heard(z.string()),
    workflows: heard(z.string()),
  }),
  shards: z.array(
    z.object({
      topic: z.enum(allTopics),
      partition: z.int(),
      epoch: z.int(),
      nextOffset: z.int(),
      newest: z.array(z.tuple([z.string(), z.number(), z.number()]).readonly()),
      time: z.number(),
      tick: z.number(),
      over: z.array(z.tuple([z.string(), z.number()]).readonly()),
      horizon: z.number(),
      known: z.int(),
      entities: z.array(z.tuple([z.string(), windowSchema.nullable(), z.boolean(), z.int()])),
    }),
  ),
})

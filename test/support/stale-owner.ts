import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseSync } from '@photostructure/sqlite'
import { z } from 'zod'
import { createOperationsClient } from '../../client/operations.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { openKafkaLog } from '../../services/log/kafka.ts'
import type { EventLog } from '../../services/log/log.ts'
import { appendEvents } from '../../services/runner/shard-runner.ts'
import { readShards, stateFile } from '../../services/runner/shards.ts'
import { createClosing, type Closing } from '../../services/runtime/closing.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { positionOf } from '../../services/runtime/position.ts'
import { sendings } from '../../services/simulator/delivery/disorder.ts'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import type { HubProcess } from './hub-process.ts'
import { openKafkaPlace, type KafkaPlace } from './kafka-place.ts'
import { ledgerEvents } from './simulated-ledger.ts'
import { expectNoDifference, tellLags, untilStill } from './still-hub.ts'
import { until } from './until.ts'

const hourMs = 3_600_000

/**
 * Two processes keep the tables of one hub. One is stopped in the midst of a batch, the other takes its shards over, and
 * then the first wakes and writes the rest of its batch. It does not win: the tables follow from the ledger.
 */
export async function staleOwnerRun(folders: 'each its own folder' | 'one folder'): Promise<void> {
  const opened = createClosing()
  try {
    const place = await openPlace(opened)
    const start = (name: string) => place.start(['projections'], name)
    const { log } = place
    const [first, second, third] = inThirds(simulatedEvents())

    await append(log, first)
    const owner = await start('owner')
    await untilStill(owner, patienceOf(owner))
    const appending = append(log, second)
    await stopInMidstOfBatch(owner, join(place.folder, 'owner', 'state'), place)
    await appending

    const heir = await start(folders === 'one folder' ? 'owner' : 'heir')
    await untilStill(heir, patienceOf(heir))
    await append(log, third)
    await untilStill(heir, patienceOf(heir))

    owner.signal('SIGCONT')
    await untilShared(owner, heir, place)
    await owner.stop()
    await untilStill(heir, patienceOf(heir))
    await expectNoDifference(heir)
  } finally {
    await opened.close()
  }
}

interface Place extends KafkaPlace {
  readonly log: EventLog
}

async function openPlace(opened: Closing): Promise<Place> {
  const place = await openKafkaPlace(opened)
  const { brokers } = place
  const options = { brokers, clientId: 'ledgerline-test', partitions: 2, logger: silentLogger }
  const log = await openKafkaLog(options)
  opened.add(() => log.close())
  return { ...place, log }
}

/** Disordered, so that rows are changed again and again. */
function simulatedEvents(): readonly LedgerEvent[] {
  const seed = 'a stale owner'
  const centre = createCentre({ seed, agents: 12, queues: 4, hours: 'always' })
  const endAt = Date.now() - hourMs
  const { events } = openSimulation({ centre, seed, startAt: endAt - 2 * hourMs, endAt })
  const disorder = { duplicates: 0.05, shuffleWithinMs: hourMs }
  return [...sendings(events, seed, disorder)].flatMap(({ event }) => ledgerEvents(event, centre))
}

function inThirds<T>(items: readonly T[]): [readonly T[], readonly T[], readonly T[]] {
  const [one, two] = [Math.ceil(items.length / 3), Math.ceil((items.length * 2) / 3)]
  return [items.slice(0, one), items.slice(one, two), items.slice(two)]
}

/** In pieces, so that they are many batches. */
async function append(log: EventLog, events: readonly LedgerEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 50) {
    await appendEvents(log, events.slice(at, at + 50))
  }
}

/** With SIGSTOP: it has written events of a batch and has not committed it, so rows of it are still to be written. */
async function stopInMidstOfBatch(
  owner: HubProcess,
  stateFolder: string,
  place: Place,
): Promise<void> {
  const [generation = ''] = readdirSync(stateFolder)
  await until(
    'a batch is under way',
    async () => {
      owner.signal('SIGSTOP')
      if (await hasUncommitted(join(stateFolder, generation), place)) return true
      owner.signal('SIGCONT')
      await sleep(Math.random() * 50)
      return false
    },
    patienceOf(owner),
  )
}

async function hasUncommitted(memory: string, { log, warehouse }: Place): Promise<boolean> {
  const written = await warehouse.query<{ topic: string; partition: number; position: number }>(
    'SELECT topic, partition, max(position) AS position FROM events GROUP BY topic, partition',
  )
  return readShards(log).some((shard) => {
    const last = written.find(
      ({ topic, partition }) => topic === shard.topic && partition === shard.partition,
    )
    const next = positionOf(log.epoch(shard.topic), committedBy(stateFile(memory, shard)))
    return last !== undefined && last.position >= next
  })
}

const progressSchema = z.object({ next_offset: z.int() })

function committedBy(file: string): number {
  const db = new DatabaseSync(file, { readOnly: true })
  try {
    return progressSchema.parse(db.prepare('SELECT next_offset FROM progress').get()).next_offset
  } finally {
    db.close()
  }
}

/** Each has shards, and no two have the same: the one that slept knows by now that it has lost what it had. */
async function untilShared(owner: HubProcess, heir: HubProcess, { log }: Place): Promise<void> {
  await until(
    'both have shards of their own',
    async () => {
      const held = [...(await shardsOf(owner)), ...(await shardsOf(heir))]
      const isShared = (await shardsOf(owner)).length > 0 && (await shardsOf(heir)).length > 0
      return (
        isShared && held.length === readShards(log).length && new Set(held).size === held.length
      )
    },
    { ...patienceOf(owner), seen: async () => `${await seenOf(owner)}\n${await seenOf(heir)}` },
  )
}

async function shardsOf({ url }: HubProcess): Promise<readonly string[]> {
  // One that has just woken finds its connections closed, and answers a little later.
  const told = await createOperationsClient({ url })
    .progress()
    .catch(() => null)
  return (told?.shards ?? [])
    .filter(({ nextOffset }) => nextOffset !== null)
    .map(({ topic, partition }) => `${topic}/${partition}`)
}

function patienceOf(hub: HubProcess) {
  return { forMs: 60_000, seen: () => seenOf(hub) }
}

async function seenOf(hub: HubProcess): Promise<string> {
  return `${await tellLags(hub)}\n${hub.report()}`
}

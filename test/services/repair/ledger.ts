import { join } from 'node:path'
import { decodeEvent } from '../../../schemas/avro/codec.ts'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import type { EventLog } from '../../../services/log/log.ts'
import { nameOf, shardsOf } from '../../../services/log/shards.ts'
import { topics, type Topic } from '../../../services/log/topics.ts'
import type { Clock } from '../../../services/runtime/clock.ts'
import type { FindKnown } from '../../../services/repair/known-events.ts'
import { createMerge } from '../../../services/repair/merging.ts'
import { openJournal } from '../../../services/repair/journal.ts'
import { createLists, type ReadableList } from '../../../services/repair/resources.ts'
import { openTwilioRest } from '../../../services/repair/twilio-rest.ts'
import { testAccount, testPassword } from '../../support/twilio-rest-server.ts'

export const workspace = 'WSfa4e0000000000000000000000000001'

/** A ledger in a folder, and what is needed to read Twilio's lists into it. */
export async function openLedger(folder: string, clock: Clock) {
  const log = await openEmbeddedLog({ folder: join(folder, 'log'), partitions: 2, clock })
  const journal = openJournal(join(folder, 'repair'))
  return {
    log,
    journal,
    merge: createMerge({ appender: log, findKnown: createKnownIn(log), clock }),
    async close() {
      journal.close()
      await log.close()
    },
  }
}

export function listsAt(
  baseUrl: string,
  clock: Clock,
  requestsPerSecond = 100,
): readonly ReadableList[] {
  const credentials = { account: testAccount, username: testAccount, password: testPassword }
  const rest = openTwilioRest({ ...credentials, baseUrl, clock, requestsPerSecond })
  return createLists({ rest, workspace, now: () => clock.now() })
}

export function listAt(name: ReadableList['name'], baseUrl: string, clock: Clock, rate = 100) {
  const list = listsAt(baseUrl, clock, rate).find((one) => one.name === name)
  if (list === undefined) throw new Error(`there is no list ${name}`)
  return list
}

/** Every record of a topic, in the order of its partitions. */
export async function eventsIn(log: EventLog, topic: Topic): Promise<readonly LedgerEvent[]> {
  const events: LedgerEvent[] = []
  for (const shard of shardsOf([topic], (one) => log.partitions(one))) {
    for await (const records of log.read(shard, 0, 1000)) {
      for (const { value } of records) events.push(decodeEvent(value))
    }
  }
  return events
}

/** What is in the log, read on from where it was read to before. */
function createKnownIn(log: EventLog): FindKnown {
  const stored = new Set<string>()
  const read = new Map<string, number>()
  const shards = shardsOf(
    topics.filter((topic) => topic !== 'ledgerline.dead-letters'),
    (topic) => log.partitions(topic),
  )
  return async (events) => {
    for (const shard of shards) {
      for await (const records of log.read(shard, read.get(nameOf(shard)) ?? 0, 1000)) {
        for (const { value, offset } of records) {
          stored.add(decodeEvent(value).id)
          read.set(nameOf(shard), offset + 1)
        }
      }
    }
    return new Set(events.map(({ id }) => id).filter((id) => stored.has(id)))
  }
}

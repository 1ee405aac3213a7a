import { addEvent, appendAll, type RecordsByTopic } from '../services/ingest/records.ts'
import { readEventStreams } from '../services/ingest/sources/twilio-event-streams.ts'
import { normaliseTaskRouter } from '../services/ingest/sources/twilio-taskrouter.ts'
import type { Verdict } from '../services/ingest/verdict.ts'
import { openEmbeddedLog } from '../services/log/embedded.ts'
import type { Parcel } from '../services/simulator/delivery/sender.ts'
import { inLanes } from './lanes.ts'

/** What one request comes to in the ledger: the records of its call, and the ids of their events. */
export interface RequestAppend {
  readonly records: RecordsByTopic
  readonly ids: readonly string[]
}

/** Of an embedded log, unless it is told otherwise. */
const partitions = 4

/** Works out, with ingest's own code, the records that the hub will append for each request. */
export function appendsOf(
  parcels: readonly Parcel[],
  receivedAt: number,
): readonly RequestAppend[] {
  return parcels.map((parcel) => {
    const records: RecordsByTopic = new Map()
    const ids: string[] = []
    for (const verdict of verdictsOn(parcel, receivedAt)) {
      if (verdict.kind === 'refused') throw new Error(`refused: ${verdict.reason.detail}`)
      for (const event of verdict.kind === 'understood' ? verdict.events : [verdict.event]) {
        const reason = addEvent(records, event, () => partitions)
        if (reason !== null) throw new Error(`not for the ledger: ${reason.detail}`)
        ids.push(event.id)
      }
    }
    return { records, ids }
  })
}

function verdictsOn({ post }: Parcel, receivedAt: number): readonly Verdict[] {
  if (post.url.includes('/twilio/event-streams')) {
    return readEventStreams(Buffer.from(post.body), receivedAt).judged.map(({ verdict }) => verdict)
  }
  return [normaliseTaskRouter(Object.fromEntries(new URLSearchParams(post.body)), receivedAt)]
}

export function eventsCount(appends: readonly RequestAppend[]): number {
  return appends.reduce((sum, { ids }) => sum + ids.length, 0)
}

export function recordsCount(appends: readonly RequestAppend[]): number {
  return appends.reduce((sum, { records }) => sum + sizeOf(records), 0)
}

function sizeOf(records: RecordsByTopic): number {
  return [...records.values()].reduce((sum, ofTopic) => sum + ofTopic.length, 0)
}

/**
 * The bare limit of ingest: the same records, in calls as large, as many at the same time, straight into an embedded log.
 * The first of the groups warms up; answers how long each took.
 */
export async function bareAppends(
  folder: string,
  groups: readonly { readonly appends: readonly RequestAppend[]; readonly atOnce: number }[],
): Promise<readonly number[]> {
  const log = await openEmbeddedLog({ folder })
  try {
    const times: number[] = []
    for (const { appends, atOnce } of groups) {
      const began = performance.now()
      await inLanes(atOnce, appends, ({ records }) =>
        appendAll(records, (topic, ofTopic) => log.append(topic, ofTopic)),
      )
      times.push(performance.now() - began)
    }
    return times
  } finally {
    await log.close()
  }
}

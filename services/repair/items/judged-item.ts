import type { Instant } from '../../../schemas/events/instant.ts'
import { restItemSchema, type RestItem } from '../../../schemas/inbound/twilio-rest.ts'
import { clockSkewMaxMsDefault } from '../../ingest/sources/twilio-taskrouter.ts'
import type { Telling } from '../../ingest/sources/told.ts'
import { refused, type Judged, type Verdict } from '../../ingest/verdict.ts'

/** What is made of one item of a list. */
export type JudgeItem = (item: unknown, receivedAt: Instant) => Judged

/** Reads an item of a source's list. What nobody can read is refused; the others stay. */
export function judgeItem(
  source: string,
  verdictOn: (item: RestItem, telling: Telling) => Verdict,
): JudgeItem {
  return (item, receivedAt) => {
    const payload = JSON.stringify(item)
    const body = Buffer.from(payload)
    const read = restItemSchema.safeParse(item)
    if (!read.success) return { verdict: refused('shape', 'the item is no object', body), body }
    const telling = { source, road: 'rest', receivedAt, payload, bytes: body } as const
    const verdict = verdictOn(read.data, { ...telling, clockSkewMaxMs: clockSkewMaxMsDefault })
    return { verdict, body }
  }
}

/** It says nothing that could stand in the ledger yet. */
export const nothingYet: Verdict = { kind: 'understood', events: [] }

import { randomUUID } from 'node:crypto'
import type { DeadLetter } from '../../schemas/avro/dead-letter.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import { toResolvedRecord } from './dead-letter-records.ts'
import { openDeadLetters, type DeadLetterFilter } from './dead-letters.ts'
import { formOf } from './received-request.ts'
import { addEvent, addRecord, appendAll, type RecordsByTopic } from './records.ts'
import { sources } from './sources.ts'
import type { Judged, RefusalCode } from './verdict.ts'

export interface Redrive {
  readonly id: string
  /** Letters whose every event is in the ledger now. */
  readonly resolved: number
  /** Letters that today's code does not understand either, or not in full. */
  readonly open: number
  readonly events: number
}

/**
 * Reads the open letters again with today's code and appends what is understood now. An event that was stored before is
 * stored again and known by its id, so a redrive may be broken off and repeated.
 */
export async function redrive(
  log: EventLog,
  clock: Clock,
  filter: DeadLetterFilter = {},
): Promise<Redrive> {
  const id = randomUUID()
  let resolved = 0
  let open = 0
  let events = 0
  for await (const letter of openDeadLetters(log, filter)) {
    const records: RecordsByTopic = new Map()
    const judged = await judgeAgain(letter, clock.now())
    let isWhole = judged.length > 0
    for (const { verdict } of judged) {
      const given = eventsOf(verdict)
      const added = given.filter(
        (event) => addEvent(records, event, (topic) => log.partitions(topic)) === null,
      )
      events += added.length
      isWhole &&= verdict.kind !== 'refused' && added.length === given.length
    }
    await appendAll(records, (topic, ofTopic) => log.append(topic, ofTopic))
    // Only when its events are durable: a letter that is settled too early is lost.
    if (isWhole) await settle(log, letter, id)
    if (isWhole) resolved += 1
    else open += 1
  }
  return { id, resolved, open, events }
}

async function settle(log: EventLog, letter: DeadLetter, redriveId: string): Promise<void> {
  const records: RecordsByTopic = new Map()
  addRecord(records, 'ledgerline.dead-letters', toResolvedRecord(letter, redriveId))
  await appendAll(records, (topic, ofTopic) => log.append(topic, ofTopic))
}

/** What one account signed about another stays out: there is no signature here that could be checked again. */
const neverAgain: RefusalCode = 'account'

async function judgeAgain(letter: DeadLetter, now: number): Promise<readonly Judged[]> {
  const { receivedAt, body } = letter
  const source = sources.find(({ name }) => name === letter.source)
  if (source === undefined || letter.reason === neverAgain) return []
  // What was to come when it was received may be past by now.
  const clockSkewMaxMs = Math.max(0, now - receivedAt)
  const fields = await formOf(letter.contentType ?? likelyType(body), body)
  return source.read({ body, fields, receivedAt, clockSkewMaxMs }).judged
}

/** Where a letter does not say what it is: what is no JSON is a form. */
function likelyType(body: Uint8Array): string | null {
  const isJson = /^\s*[[{]/.test(Buffer.from(body.subarray(0, 100)).toString('latin1'))
  return isJson ? null : 'application/x-www-form-urlencoded'
}

function eventsOf(verdict: Judged['verdict']) {
  if (verdict.kind === 'refused') return []
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

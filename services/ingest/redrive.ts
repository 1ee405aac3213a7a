import { randomUUID } from 'node:crypto'
import { parse } from 'node:querystring'
import type { DeadLetter } from '../../schemas/avro/dead-letter.ts'
import { taskRouterCallbackSchema } from '../../schemas/inbound/twilio-taskrouter.ts'
import type { EventLog } from '../log/log.ts'
import type { Clock } from '../runtime/clock.ts'
import { toResolvedRecord } from './dead-letter-records.ts'
import { openDeadLetters, type DeadLetterFilter } from './dead-letters.ts'
import { addEvent, addRecord, appendAll, type RecordsByTopic } from './records.ts'
import { eventStreamsSource, readEventStreams } from './sources/twilio-event-streams.ts'
import { normaliseTaskRouter, taskRouterSource } from './sources/twilio-taskrouter.ts'
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
    const judged = judgeAgain(letter, clock.now())
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

function judgeAgain(letter: DeadLetter, now: number): readonly Judged[] {
  const { source, receivedAt, body } = letter
  if (letter.reason === neverAgain) return []
  // What was to come when it was received may be past by now.
  const clockSkewMaxMs = Math.max(0, now - receivedAt)
  if (source === eventStreamsSource)
    return readEventStreams(body, receivedAt, clockSkewMaxMs).judged
  if (source !== taskRouterSource) return []
  const form = taskRouterCallbackSchema.safeParse({ ...parse(Buffer.from(body).toString('utf8')) })
  if (!form.success) return []
  const verdict = normaliseTaskRouter(form.data, receivedAt, { body, clockSkewMaxMs })
  return [{ verdict, body }]
}

function eventsOf(verdict: Judged['verdict']) {
  if (verdict.kind === 'refused') return []
  return verdict.kind === 'understood' ? verdict.events : [verdict.event]
}

import { encodeEvent } from '../schemas/avro/codec.ts'
import type { LedgerEvent } from '../schemas/events/ledger-event.ts'
import { formOf, isUrlencoded, urlencodedFields } from '../services/ingest/received-request.ts'
import type { SourceKind } from './source-kinds.ts'
import { received, type ReceivedPost, type SourceRoad } from './source-road.ts'

/** What was found of one kind of source, in microseconds of one core for each event that was sent. */
export interface KindReport {
  readonly name: string
  readonly way: SourceKind['way']
  readonly requests: number
  readonly events: number
  readonly bytes: number
  readonly rounds: KindRound[]
}

export interface KindRound {
  /** From the received bytes to the records for the ledger. */
  readonly whole: number
  /** The signature's part of it. */
  readonly proof: number
  /** The bytes parsed and the events encoded, which nobody can do without. */
  readonly bare: number
}

export interface TimedKind {
  readonly report: KindReport
  /** Does all of it once, and keeps what it took unless this is for warming up. */
  round(isTimed: boolean): Promise<void>
}

/** Where little was recorded it is read again and again: a turn that is too short tells nothing. */
const eventsInTurnMin = 300

export async function createTimedKind(
  { name, way, parcels }: SourceKind,
  road: SourceRoad,
): Promise<TimedKind> {
  const events = parcels.reduce((sum, { sids }) => sum + sids.length, 0)
  if (events === 0) throw new Error(`${name}: nothing was sent`)
  const posts = parcels.map(({ post }) => received(post))
  const known = await Promise.all(
    posts.map(async (post) => ({ post, form: formIn(post), told: await road.read(post) })),
  )
  const turns = Math.ceil(eventsInTurnMin / events)
  const bytes = posts.reduce((sum, { body }) => sum + body.length, 0)
  const report: KindReport = { name, way, requests: posts.length, events, bytes, rounds: [] }

  async function turn(work: (request: (typeof known)[number]) => unknown): Promise<number> {
    const before = process.cpuUsage()
    for (let count = 0; count < turns; count++) {
      for (const request of known) await work(request)
    }
    // What a core has done for this process: how long it has waited for the core does not count.
    const { user, system } = process.cpuUsage(before)
    return (user + system) / (events * turns)
  }

  async function round(isTimed: boolean): Promise<void> {
    const whole = await turn(({ post }) => road.records(post))
    const proof = await turn(({ post, form }) => road.prove(post, form))
    const bare = await turn(({ post, told }) => bareWork(post, told))
    if (isTimed) report.rounds.push({ whole, proof, bare })
  }

  return { report, round }
}

function formIn({ headers, body }: ReceivedPost) {
  return isUrlencoded(headers['content-type'] ?? null) ? urlencodedFields(body) : null
}

async function bareWork(
  { headers, body }: ReceivedPost,
  events: readonly LedgerEvent[],
): Promise<void> {
  const contentType = headers['content-type'] ?? ''
  if (contentType.includes('json')) JSON.parse(body.toString('utf8'))
  else if (isUrlencoded(contentType)) urlencodedFields(body)
  else await formOf(contentType, body)
  for (const event of events) encodeEvent(event)
}

import { z } from 'zod'
import {
  queueStatisticsSchema,
  type QueueStatistics,
} from '../../../schemas/inbound/twilio-statistics.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import type { FindKnown } from '../known-events.ts'
import type { ReadableList } from '../resources.ts'
import { listOf } from '../rest-pages.ts'
import type { TwilioRest } from '../twilio-rest.ts'
import type { Stretch } from '../windows.ts'
import { comparedCounts } from './compared.ts'
import type { ListedEvent } from './comparison.ts'

const queueSchema = z.looseObject({ sid: z.string(), friendly_name: z.string().nullish() })

/** Each queue of the workspace, with its name. */
export async function queuesThere(
  rest: TwilioRest,
  workspace: string,
): Promise<ReadonlyMap<string, string | null>> {
  const queues = await listOf(rest, queuesUrl(workspace), 'task_queues', queueSchema)
  return new Map(queues.map(({ sid, friendly_name: name }) => [sid, name ?? null]))
}

export interface Question {
  readonly piece: Stretch
  readonly queue: string
  /** Null: all channels together. */
  readonly channel: string | null
}

/** Rejects with `TWILIO_REFUSED` where the answer has another shape, or is about another time, than it ought to. */
export async function statisticsOf(
  rest: TwilioRest,
  workspace: string,
  { piece, queue, channel }: Question,
): Promise<QueueStatistics> {
  const answer = await rest.get(`${queuesUrl(workspace)}/${queue}/CumulativeStatistics`, {
    StartDate: isoSeconds(piece.from),
    EndDate: isoSeconds(piece.to),
    ...(channel === null ? {} : { TaskChannel: channel }),
  })
  const read = queueStatisticsSchema.safeParse(answer)
  if (!read.success) {
    const fields = read.error.issues.map(({ path }) => path.join('.'))
    throw refused(`the statistics of ${queue} are not what Twilio documents: ${fields.join(', ')}`)
  }
  const [began, ended] = [Date.parse(read.data.start_time), Date.parse(read.data.end_time)]
  if (Math.abs(began - piece.from) > 1_000 || Math.abs(ended - piece.to) > 1_000) {
    throw refused(`the statistics of ${queue} are about another time than was asked for`)
  }
  return read.data
}

export type ListedInQueue = ListedEvent & {
  readonly queue: string | null
  readonly channel: string | null
}

const counted = new Set<string>(comparedCounts.map(({ type }) => type))

/** What TaskRouter's list of events holds of a piece, of what its statistics count. */
export async function listedIn(
  list: ReadableList,
  findKnown: FindKnown,
  piece: Stretch,
): Promise<readonly ListedInQueue[]> {
  const listed: ListedInQueue[] = []
  for await (const page of list.pages(piece)) {
    const events = page
      .flatMap(({ verdict }) => (verdict.kind === 'understood' ? verdict.events : []))
      .filter(({ type, cause }) => counted.has(type) && cause === null)
    const known = await findKnown(events)
    for (const event of events) {
      const { id, type, at, queue, channel } = event
      listed.push({ id, type, at, queue, channel, isKnown: known.has(id) })
    }
  }
  return listed
}

function queuesUrl(workspace: string): string {
  return `https://taskrouter.twilio.com/v1/Workspaces/${workspace}/TaskQueues`
}

function isoSeconds(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}

function refused(message: string): LedgerlineError {
  return new LedgerlineError('TWILIO_REFUSED', message, { retryable: false })
}

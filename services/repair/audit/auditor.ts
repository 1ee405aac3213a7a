import type { AuditRequest, AuditResult } from '../../../schemas/feeds/audit.ts'
import type { WorkProgress } from '../../../schemas/feeds/operations.ts'
import type { QueueStatistics } from '../../../schemas/inbound/twilio-statistics.ts'
import type { Clock } from '../../runtime/clock.ts'
import { LedgerlineError } from '../../runtime/errors.ts'
import { workRate } from '../../runtime/work-rate.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { createFindKnown } from '../known-events.ts'
import { createLists } from '../resources.ts'
import type { TwilioRest } from '../twilio-rest.ts'
import type { Stretch } from '../windows.ts'
import { compare, compareWithNothing, type Compared } from './comparison.ts'
import { ourSideOf, queuesWithRows } from './our-side.ts'
import { createTally, type Tally } from './tally.ts'
import { listedIn, queuesThere, statisticsOf, type ListedInQueue } from './their-side.ts'

/** Compares our counts with TaskRouter's cumulative statistics, and says of each difference why it is there. */
export interface Auditor {
  /** Why nothing can be compared; null if it can. */
  refusal(): Promise<string | null>
  /** Rejects with `TWILIO_UNAVAILABLE` or `TWILIO_REFUSED`; nothing is changed by it, here or there. */
  audit(
    request: AuditRequest,
    onProgress: (progress: WorkProgress) => void,
    signal: AbortSignal,
  ): Promise<AuditResult>
}

export interface AuditorOptions {
  /** Null without credentials. */
  readonly rest: TwilioRest | null
  readonly workspace: string | null
  readonly warehouse: Warehouse
  readonly clock: Clock
  /** The tables tell of all that the ledger holds. */
  readonly isInStep: () => Promise<boolean>
  /** An event that happened longer ago ought to be here. */
  readonly latenessMs: number
}

/** An hour at ten a second; whoever asks for more has mistaken the time or the length of the pieces. */
const questionsMax = 36_000

export function createAuditor(options: AuditorOptions): Auditor {
  return {
    async refusal() {
      if (options.rest === null) {
        return 'set TWILIO_ACCOUNT_SID, and TWILIO_API_KEY with TWILIO_API_SECRET or an auth token'
      }
      if (options.workspace === null) return 'set TWILIO_WORKSPACE_SID to read its statistics'
      return (await options.isInStep()) ? null : 'the tables are behind the ledger; try again later'
    },
    async audit(request, onProgress, signal) {
      const { workspace, warehouse, clock, latenessMs } = options
      const rest = options.rest?.until(signal) ?? null
      if (rest === null || workspace === null) throw new Error('an audit was begun without access')
      const names = await queuesThere(rest, workspace)
      const withRows = await queuesWithRows(warehouse, workspace, request)
      const queues = queuesAsked(request, [...new Set([...names.keys(), ...withRows])])
      const channels = request.channels ?? [null]
      const places = queues.flatMap((queue) => channels.map((channel) => ({ queue, channel })))
      const pieces = piecesOf(request)
      const asking = { rest, workspace, warehouse, clock, latenessMs, names, places }
      const total = pieces.length * places.length
      if (total > questionsMax) {
        throw refused(`${total} questions where ${questionsMax} are allowed: take longer pieces`)
      }
      const tally = createTally(names)
      const onAnswer = createProgress(total, clock, onProgress)
      for (const piece of pieces) await auditPiece(asking, piece, tally, onAnswer)
      const { from, to, pieceMinutes } = request
      return { from, to, pieceMinutes, ...tally.result() }
    },
  }
}

interface Place {
  readonly queue: string
  /** Null: all channels together. */
  readonly channel: string | null
}

interface Asking {
  readonly rest: TwilioRest
  readonly workspace: string
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly latenessMs: number
  /** TaskRouter's queues. */
  readonly names: ReadonlyMap<string, string | null>
  readonly places: readonly Place[]
}

interface Answer extends Place {
  /** Null: TaskRouter has no such queue. */
  readonly theirs: QueueStatistics | null
}

/** Only where something stays unexplained is TaskRouter's list of events read, and our side again after it. */
async function auditPiece(
  asking: Asking,
  piece: Stretch,
  tally: Tally,
  onAnswer: () => void,
): Promise<void> {
  const { rest, workspace, clock, names, places } = asking
  const askedAt = clock.now()
  const answers: Answer[] = []
  for (const { queue, channel } of places) {
    const theirs = names.has(queue)
      ? await statisticsOf(rest, workspace, { piece, queue, channel })
      : null
    answers.push({ queue, channel, theirs })
    onAnswer()
  }
  const first = await compareAll(asking, piece, answers, askedAt, null)
  const isOpen = [...first.values()].flat().some(({ verdict }) => verdict.class === 'unexplained')
  const compared = isOpen
    ? await compareAll(asking, piece, answers, askedAt, await listOfPiece(asking, piece))
    : first
  for (const [place, numbers] of compared) tally.add({ piece, ...place }, numbers)
}

async function compareAll(
  { workspace, warehouse, clock, latenessMs }: Asking,
  piece: Stretch,
  answers: readonly Answer[],
  askedAt: number,
  all: readonly ListedInQueue[] | null,
): Promise<ReadonlyMap<Answer, readonly Compared[]>> {
  const side = await ourSideOf(warehouse, workspace, piece)
  const lateBefore = clock.now() - latenessMs
  return new Map(
    answers.map((answer) => {
      const { queue, channel, theirs } = answer
      const ours = side.ours(queue, channel)
      if (theirs === null) return [answer, compareWithNothing(ours)]
      const told = side.told(queue, channel)
      const listed =
        all?.filter(
          (event) => event.queue === queue && (channel === null || event.channel === channel),
        ) ?? null
      const seen = { piece, theirs, askedAt, ours, told, listed, gaps: side.gaps, lateBefore }
      return [answer, compare(seen)]
    }),
  )
}

async function listOfPiece(
  { rest, workspace, warehouse, clock }: Asking,
  piece: Stretch,
): Promise<readonly ListedInQueue[]> {
  const lists = createLists({ rest, workspace, now: () => clock.now() })
  const list = lists.find(({ name }) => name === 'taskrouter')
  if (list === undefined) throw new Error('TaskRouter has no list of events')
  return listedIn(list, createFindKnown(warehouse), piece)
}

function queuesAsked({ queues }: AuditRequest, known: readonly string[]): readonly string[] {
  if (queues === undefined) return known
  const unknown = queues.filter((queue) => !known.includes(queue))
  if (unknown.length === 0) return queues
  throw refused(`no such queue, there or here: ${unknown.join(', ')}; there is ${known.join(', ')}`)
}

function piecesOf({ from, to, pieceMinutes }: AuditRequest): readonly Stretch[] {
  const ms = pieceMinutes * 60_000
  return Array.from({ length: Math.ceil((to - from) / ms) }, (_, index) => ({
    from: from + index * ms,
    to: Math.min(to, from + (index + 1) * ms),
  }))
}

/** Called once for each question that is answered. */
function createProgress(
  total: number,
  clock: Clock,
  onProgress: (progress: WorkProgress) => void,
): () => void {
  const beganAt = clock.now()
  let done = 0
  return () => {
    done += 1
    onProgress({ done, total, ...workRate(done, total - done, clock.now() - beganAt) })
  }
}

function refused(message: string): LedgerlineError {
  return new LedgerlineError('TWILIO_REFUSED', message, { retryable: false })
}

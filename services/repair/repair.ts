import type {
  BackfillRequest,
  BackfillResult,
  WorkProgress,
} from '../../schemas/feeds/operations.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Appender } from '../log/appender.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { createAuditor, type Auditor } from './audit/auditor.ts'
import { backfill as readStretch } from './backfill.ts'
import { openJournal } from './journal.ts'
import { finalise } from './finalising.ts'
import { createFindKnown } from './known-events.ts'
import { createMerge } from './merging.ts'
import { createObservations } from './observations.ts'
import { closeGaps, reconcile } from './reconciling.ts'
import { createLists, type ReadableList } from './resources.ts'
import { startRounds } from './rounds.ts'
import type { TwilioRest } from './twilio-rest.ts'
import { watch } from './watching.ts'

/** Finds what sources have not told, and fills it where they can be asked again. */
export interface Repair {
  /** Why a stretch cannot be read again; null if it can. */
  refusal(request: Pick<BackfillRequest, 'resources'>): string | null
  backfill(
    request: BackfillRequest,
    onProgress: (progress: WorkProgress) => void,
    signal: AbortSignal,
  ): Promise<BackfillResult>
  readonly auditor: Auditor
  /** When the hub was down, for as long as the tables do not tell what that has left; none where another process looks. */
  unsettled(): readonly Span[]
  close(): Promise<void>
}

export interface RepairOptions {
  readonly appender: Appender
  readonly warehouse: Warehouse
  readonly folder: string
  readonly clock: Clock
  readonly logger: Logger
  /** Null without credentials: gaps are found then, and stay open. */
  readonly rest: TwilioRest | null
  readonly workspace: string | null
  readonly silenceMs: number
  /** How long an event may take to come before its interval is final. */
  readonly latenessMs: number
  readonly reconcileMs: number
  /** When time last passed in the ledger before this start. */
  readonly lastTickAt: Instant | null
  /** It is for this process to look, now or as soon as it may. */
  readonly isLooking: () => boolean
  /** The tables tell of all that the ledger holds, and it is for this process to look. */
  readonly mayLook: () => Promise<boolean>
}

const watchMs = 60_000

export function openRepair(options: RepairOptions): Repair {
  const { appender, warehouse, clock, logger, rest, workspace, silenceMs, latenessMs } = options
  const journal = openJournal(options.folder)
  const merge = createMerge({ appender, findKnown: createFindKnown(warehouse), clock })
  const tools = { journal, merge, clock }
  const observations = createObservations(warehouse)
  const closing = new AbortController()
  const startedAt = clock.now()
  if (options.lastTickAt !== null && startedAt - options.lastTickAt > watchMs) {
    journal.noteStart({ lastTickAt: options.lastTickAt, startedAt })
  }

  function listsUntil(signal: AbortSignal): readonly ReadableList[] {
    if (rest === null) return []
    return createLists({ rest: rest.until(signal), workspace, now: () => clock.now() })
  }

  const shared = { clock, logger, signal: closing.signal, mayBegin: options.mayLook }
  const rounds = [
    startRounds({
      ...{ ...shared, name: 'watch', everyMs: watchMs, restFactor: 20 },
      round: () => watch({ observations, journal, appender, clock, logger, silenceMs }),
    }),
    startRounds({
      ...{ ...shared, name: 'finalise', everyMs: watchMs, restFactor: 20 },
      round: () => finalise({ observations, journal, appender, clock, latenessMs }),
    }),
  ]
  const taskRouter = listsUntil(closing.signal).find(({ name }) => name === 'taskrouter')
  if (taskRouter !== undefined) {
    const goOn = () => closing.signal.throwIfAborted()
    rounds.push(
      startRounds({
        ...{ ...shared, name: 'reconcile', everyMs: options.reconcileMs, restFactor: 0 },
        round: () =>
          reconcile({ ...tools, list: taskRouter, observations, appender, logger, goOn }),
      }),
    )
  }

  function refusal({ resources }: Pick<BackfillRequest, 'resources'>): string | null {
    if (rest === null) {
      return 'set TWILIO_ACCOUNT_SID, and TWILIO_API_KEY with TWILIO_API_SECRET or an auth token'
    }
    const readable = listsUntil(closing.signal).map(({ name }) => name)
    const missing = (resources ?? []).filter((name) => !readable.includes(name))
    return missing.length === 0 ? null : `set TWILIO_WORKSPACE_SID to read ${missing.join(', ')}`
  }

  async function backfill(
    request: BackfillRequest,
    onProgress: (progress: WorkProgress) => void,
    signal: AbortSignal,
  ): Promise<BackfillResult> {
    const lists = listsUntil(AbortSignal.any([signal, closing.signal])).filter(
      ({ name }) => request.resources?.includes(name) ?? true,
    )
    const result = await readStretch(request, lists, tools, onProgress)
    const list = lists.find(({ name }) => name === 'taskrouter')
    if (list === undefined || request.dryRun) return { ...result, gapsClosed: 0 }
    const known = await observations.gaps(clock.now())
    const gapsClosed = await closeGaps({ list, journal, clock, appender }, known)
    return { ...result, gapsClosed }
  }

  return {
    refusal,
    backfill,
    auditor: createAuditor({
      rest,
      workspace,
      warehouse,
      clock,
      latenessMs,
      isInStep: options.mayLook,
    }),
    unsettled() {
      if (!options.isLooking()) return []
      return journal.starts().map(({ lastTickAt: from, startedAt: to }) => ({ from, to }))
    },
    async close() {
      closing.abort(new Error('the hub is closing'))
      await Promise.all(rounds)
      journal.close()
    },
  }
}

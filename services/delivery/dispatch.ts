import type { Instant } from '../../schemas/events/instant.ts'
import type { Appender } from '../log/appender.ts'
import type { Clock } from '../runtime/clock.ts'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Metrics } from '../runtime/metrics.ts'
import { oneByOne, type Composer } from './compose.ts'
import type { Carrier } from './delivery.ts'
import { faultOfHeaders, faultOfKey, faultOfName } from './file-name.ts'
import { startLedgerTold } from './ledger-told.ts'
import type { AgainQuery, PutAgain } from './outbox/again.ts'
import type { Document, WaitingDocuments } from './outbox/documents.ts'
import type { JournalLine, JournalQuery } from './outbox/journal.ts'
import type { Outbox } from './outbox/outbox.ts'
import type { AgentState, PutStates } from './outbox/states.ts'
import { showDelivery } from './shown-metrics.ts'
import type { Target } from './targets/target.ts'
import { startTargetRun, type TargetPolicy, type TargetRunStatus } from './target-run.ts'

/** A target as it is used: what it is called, the way there, and how much it bears. */
export interface DispatchTarget {
  readonly name: string
  readonly kind: Target['kind']
  readonly address: string
  readonly carrier: Carrier
  readonly policy: TargetPolicy
  /** What the target wants to find in a message of states; for the composer. */
  readonly bodyKey: string | null
}

export interface DispatchOptions {
  readonly targets: readonly DispatchTarget[]
  /** How a target is told of states; `oneByOne` where nothing is said. */
  readonly composers?: ReadonlyMap<string, Composer>
  readonly outbox: Outbox
  /** Where it is said that a document has left. */
  readonly appender: Appender
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * What leaves the house, for all targets. Of states the newest of each agent arrives, though not each on the way there; a
 * document arrives exactly once by its key, in the order in which documents were put, unless the target refuses it for good.
 *
 * What has been put is on the disk, and goes out whatever happens to this process. A target is sent something twice only
 * when nobody knows whether it has arrived, and then under the same key.
 */
export interface Dispatch {
  /**
   * Resolves when they are on the disk, with the position of whoever reads them for this target. A state that is not newer
   * than the one known counts as put. Throws DELIVERY_FULL, LOG_FULL or LOG_UNAVAILABLE: then nothing is put, position and all.
   */
  putStates(target: string, states: readonly AgentState[], position?: string): Promise<PutStates>
  /**
   * The same of a document. False: it is known already. Throws also DELIVERY_KEY_REUSED when the key is known with another
   * body, and a RangeError for a key or a name that nobody could be sent.
   */
  putDocument(target: string, document: Document, position?: string): Promise<boolean>
  /** Has everybody's state told at once, before any other, where the target takes that; as it is when it leaves. */
  tellEverybody(target: string): void
  /** Up to where what is put for a target has been read; null: nothing yet. */
  position(target: string): string | null
  status(): readonly DispatchStatus[]
  journal(query: JournalQuery): readonly JournalLine[]
  /** Has documents sent that have left before, or were refused. */
  again(query: AgainQuery): PutAgain
  isTarget(name: string): boolean
  close(): Promise<void>
}

export interface DispatchStatus extends TargetRunStatus {
  readonly name: string
  readonly kind: Target['kind']
  readonly address: string
  readonly lastDeliveredAt: Instant | null
  readonly states: { readonly count: number; readonly oldestAt: Instant | null }
  readonly documents: WaitingDocuments
  readonly refused: number
}

/** Of one document, which is held in memory while it leaves. */
export const documentBytesMax = 64 * 1024 * 1024
/** Of documents that wait for one target. */
export const waitingBytesMax = 2 * 1024 ** 3
/** Of one agent's state. */
export const stateBytesMax = 64 * 1024

export function startDispatch(options: DispatchOptions): Dispatch {
  const { targets, composers, outbox, clock, logger, metrics } = options
  outbox.prune(clock.now())
  let prunedAt = clock.now()
  const ledger = startLedgerTold(outbox, options.appender, clock, logger)
  const runs = new Map(
    targets.map(({ name, carrier, policy, bodyKey }) => {
      const composer = composers?.get(name) ?? oneByOne
      const shared = { outbox, clock, logger, metrics }
      const run = {
        name,
        carrier,
        policy,
        bodyKey,
        composer,
        ...shared,
        onDelivered: () => ledger.wake(),
      }
      return [name, startTargetRun(run)]
    }),
  )
  metrics.onRead(() => {
    showDelivery(metrics, status(), clock.now())
    return Promise.resolve()
  })

  function runOf(target: string) {
    const run = runs.get(target)
    if (run === undefined) throw new RangeError(`there is no target ${target}`)
    return run
  }

  function putAll<T>(target: string, position: string | undefined, put: () => T): T {
    if (clock.now() - prunedAt > pruneEveryMs) {
      prunedAt = clock.now()
      outbox.prune(prunedAt)
    }
    return outbox.transaction(() => {
      if (position !== undefined) outbox.setPosition(target, position)
      return put()
    })
  }

  function status(): readonly DispatchStatus[] {
    return targets.map(({ name, kind, address }) => ({
      ...{ name, kind, address, ...runOf(name).status() },
      lastDeliveredAt: outbox.journal.lastDeliveredAt(name),
      states: outbox.states.waiting(name),
      documents: outbox.documents.waiting(name),
      refused: outbox.documents.refused(name),
    }))
  }

  return {
    putStates: (target, states, position) =>
      promised(() => {
        const run = runOf(target)
        const bytes = states.reduce((sum, { body }) => sum + body.length, 0)
        if (states.some(({ body }) => body.length > stateBytesMax)) throw tooLarge(stateBytesMax)
        if (!states.every(({ sequence }) => Number.isSafeInteger(sequence))) {
          throw new RangeError('a sequence is a whole number')
        }
        outbox.makeRoom(bytes)
        const put = putAll(target, position, () => outbox.states.put(target, states, clock.now()))
        metrics.deliveryCoalesced.inc({ target }, put.coalesced)
        run.wake()
        return put
      }),
    putDocument: (target, document, position) =>
      promised(() => {
        const run = runOf(target)
        const fault =
          faultOfKey(document.key) ??
          faultOfName(document.name) ??
          faultOfHeaders({ ...document.headers, 'content-type': document.contentType })
        if (fault !== null) throw new RangeError(fault)
        const { length } = document.body
        if (length > documentBytesMax) throw tooLarge(documentBytesMax)
        if (outbox.documents.waiting(target).bytes + length > waitingBytesMax) {
          const message = `${waitingBytesMax} bytes wait for ${target}`
          throw new LedgerlineError('DELIVERY_FULL', message, { retryable: true })
        }
        // A transaction that throws is taken for a disk that fails, so what is wrong is found before.
        const isNew = !outbox.documents.isKnown(target, document)
        outbox.makeRoom(length)
        putAll(target, position, () => {
          if (isNew) outbox.documents.put(target, document, clock.now())
        })
        run.wake()
        return isNew
      }),
    tellEverybody: (target) => runOf(target).wantSnapshot(),
    position: (target) => outbox.position(target),
    status,
    journal: (query) => outbox.journal.read(query),
    again(query) {
      const run = runOf(query.target)
      const put = outbox.again(query, clock.now())
      run.wake()
      return put
    },
    isTarget: (name) => runs.has(name),
    async close() {
      await Promise.all([...runs.values()].map((run) => run.close()))
      await ledger.close()
      outbox.close()
    },
  }
}

const pruneEveryMs = 600_000

/** What is wrong is told in one way, though the disk is waited for here and now. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()))
}

function tooLarge(bytesMax: number): RangeError {
  return new RangeError(`it is larger than ${bytesMax} bytes`)
}

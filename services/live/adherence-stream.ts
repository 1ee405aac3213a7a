import type { AdherenceFilter } from './adherence-filter.ts'
import { createAdherenceMessages, type AdherenceHeld } from './adherence-messages.ts'
import type { ReadAdherence, ReadDay } from './adherence-day.ts'
import { createAdherenceWatch, type AdherenceWatch } from './adherence-watch.ts'
import type { LiveOptions } from './routes.ts'
import type { StreamConnection } from './stream-connection.ts'
import { createStreamReaders, type Followed } from './stream-readers.ts'

/** How agents keep to their plans, and its changes, for any number of readers at once, on whatever road they have come. */
export interface AdherenceStream {
  /** Begins with everybody, or after `lastEventId` if what came since is still known, and goes on until one side ends. */
  open(connection: StreamConnection, wish: AdherenceWish): void
  readonly readersCount: number
  /** Ends every reader's stream; they come back when there is a server again. */
  close(): void
}

/** What a reader wants of it. */
export interface AdherenceWish {
  /** An IANA zone: whose day today is. Readers of one zone share its readings. */
  readonly zone: string
  readonly filter: AdherenceFilter
  readonly lastEventId: string | undefined
}

export interface AdherenceStreamOptions extends Pick<
  LiveOptions,
  'state' | 'runnerProgress' | 'clock' | 'logger'
> {
  readonly read: ReadAdherence
  readonly held: (day: ReadDay, zone: string) => AdherenceHeld
}

interface Watched {
  readonly watch: AdherenceWatch
  readonly of: (filter: AdherenceFilter) => Followed
}

const lookEveryMs = 250

export function createAdherenceStream(options: AdherenceStreamOptions): AdherenceStream {
  const { state, runnerProgress, clock, logger, read, held } = options
  const readers = createStreamReaders()
  const zones = new Map<string, Watched>()
  let isClosed = false
  const looking = setInterval(lookAtAll, lookEveryMs)

  /** How far the tables are with what agents do and are to do; where another process writes them, how far the ledger is. */
  function tablesAt(): string | null {
    // By definitions that have not been read yet everybody would be told wrongly.
    if (!state.isCaughtUp()) return null
    return (runnerProgress?.() ?? state.shards())
      .filter(({ topic }) => topic === 'ledgerline.workers')
      .map(({ partition, nextOffset }) => `${partition}:${nextOffset}`)
      .join()
  }

  function lookAtAll(): void {
    for (const [zone, { watch }] of zones) {
      if (watch.isIdle()) zones.delete(zone)
      else watch.look()
    }
  }

  function watched(zone: string): Watched {
    const known = zones.get(zone)
    if (known !== undefined) return known
    const watch = createAdherenceWatch(zone, {
      ...{ read, tablesAt, clock, logger },
      onRead: () => {
        if (!isClosed) void readers.bringUpToDate()
      },
    })
    const messages = createAdherenceMessages(watch, held, () => clock.now())
    const opened = { watch, of: (filter: AdherenceFilter) => messages.of(filter) }
    zones.set(zone, opened)
    return opened
  }

  return {
    open(connection, { zone, filter, lastEventId }) {
      const { watch, of } = watched(zone)
      connection.onEnd(watch.listen())
      readers.open(connection, of(filter), lastEventId)
      watch.look()
    },
    get readersCount() {
      return readers.count
    },
    close() {
      isClosed = true
      clearInterval(looking)
      readers.close()
    },
  }
}

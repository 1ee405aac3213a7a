import type { Instant } from '../../../schemas/events/instant.ts'
import type { StateClock } from '../../../schemas/feeds/state.ts'
import type { Clock } from '../../runtime/clock.ts'
import { createGate } from '../../runtime/gate.ts'
import type { Logger } from '../../runtime/logger.ts'
import { readInstant } from '../../time/zone.ts'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { wrong } from '../asked.ts'
import { ProblemAnswer } from '../problem.ts'
import type { ShownState } from '../shown-state.ts'
import type { Moment } from './moment.ts'
import { openPastView, type PastView } from './past-view.ts'

export interface TravelOptions {
  readonly warehouse: Warehouse
  readonly clock: Clock
  readonly logger: Logger
  /** The time that all rows are as of at the least; null: it is not known. */
  readonly tablesAsOf: () => Promise<Instant | null>
}

/** The routing state of any other second, from what the tables have of the ledger. */
export interface Travel {
  /** An instant as a caller gives it, with his clock. Rejects with a `ProblemAnswer` that names what is wrong. */
  moment(field: string, text: string, as: StateClock | undefined): Promise<Moment>
  /** Valid until the next turn of the event loop: another call may go on with the same view. */
  at(moment: Moment): Promise<ShownState>
  /** A view of its own, for who goes on with it. */
  open(moment: Moment): Promise<PastView>
}

interface Kept {
  readonly past: PastView
  readonly openedAt: Instant
}

/** A view of thousands of agents is tens of megabytes. */
const keptMax = 4

/** Somebody who moves a slider asks for moments that are near each other. */
const nearMs = 5 * 60_000

/** What is known of what happened grows, so such a view is not for long. What was known does not. */
const happenedKeptMs = 10_000

export function createTravel({ warehouse, clock, logger, tablesAsOf }: TravelOptions): Travel {
  let kept: Kept[] = []
  // Each may go on from where the one before has come to.
  const { closed: inTurn } = createGate()

  async function find(moment: Moment): Promise<PastView> {
    kept = kept.filter(
      ({ past, openedAt }) =>
        past.moment.as === 'known' || clock.now() - openedAt <= happenedKeptMs,
    )
    const near = kept
      .filter(({ past }) => isNear(past.moment, moment))
      .sort((a, b) => b.past.moment.at - a.past.moment.at)[0]
    kept = kept.filter((one) => one !== near)
    const found = near ?? {
      past: await openPastView(warehouse, logger, moment),
      openedAt: clock.now(),
    }
    if (found.past.moment.at < moment.at) {
      const steps = await found.past.readUntil(moment.at)
      steps.goTo(moment.at)
    }
    kept = [found, ...kept].slice(0, keptMax)
    return found.past
  }

  async function askedMoment(
    field: string,
    text: string,
    as: StateClock = 'happened',
  ): Promise<Moment> {
    const read = readInstant(text, 'UTC')
    if (read.kind === 'wrong') {
      throw wrong([{ field, detail: read.detail, choices: ['2026-03-08T14:30:00Z'] }])
    }
    const { at } = read
    const now = clock.now()
    if (at > now) throw wrong([{ field, detail: `is later than now, ${iso(now)}` }])
    const begins = await beginningOf(warehouse)
    if (begins === null || at < begins) {
      const detail =
        begins === null
          ? 'is before the ledger, in whose tables nothing is yet'
          : `is before the ledger, which begins ${iso(begins)}`
      throw wrong([{ field, detail }])
    }
    const until = await tablesAsOf()
    if (until === null) {
      throw new ProblemAnswer(503, 'how far the tables are is not known yet: ask again in a minute')
    }
    if (at > until) {
      throw new ProblemAnswer(
        503,
        `the tables hold all up to ${iso(until)} and soon what came since: ask again, or for this second without ${field}`,
      )
    }
    return { at, as }
  }

  return {
    moment: (field, text, as) => askedMoment(field, text, as),
    at: (moment) => inTurn(async () => shownOf(await find(moment))),
    open: (moment) => openPastView(warehouse, logger, moment),
  }
}

function isNear(from: Moment, to: Moment): boolean {
  return from.as === to.as && from.at <= to.at && to.at - from.at <= nearMs
}

/** Null: there is nothing in the tables. */
async function beginningOf(warehouse: Warehouse): Promise<Instant | null> {
  const [row] = await warehouse.query<{ readonly begins: number }>(
    `SELECT toUnixTimestamp64Milli(min(at)) AS begins FROM events HAVING count() > 0`,
  )
  return row === undefined ? null : row.begins
}

export function shownOf({ view, moment: { at, as } }: PastView): ShownState {
  return { publication: view.publication, details: view.details, held: { asOf: at, as } }
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}

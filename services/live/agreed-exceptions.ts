import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { exceptedSchema, exceptionKinds } from '../../schemas/events/schedule.ts'
import type { ScheduleExceptionTold } from '../../schemas/feeds/schedules.ts'
import { toExceptionEvent } from '../definitions/schedule-events.ts'
import type { EventLog } from '../log/log.ts'
import { isOfPlan, lastTold } from '../projections/agent-plan.ts'
import { compareEvents } from '../projections/timeline.ts'
import { appendEvents } from '../runner/shard-runner.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { createUnshown } from './unshown.ts'

/** What is agreed beside plans, also where the tables do not show yet what the ledger holds. */
export interface AgreedExceptions {
  /** As it was told last. */
  list(asked: AskedExceptions): Promise<readonly Agreed[]>
  /** Appends what is made of all that was told of one id, and answers with what holds of it now. */
  tell(asked: AskedException, make: MakeOfKnown): Promise<readonly Agreed[]>
}

export interface AskedExceptions {
  /** Empty: of everybody. */
  readonly agent: string
  readonly from: Instant
  readonly to: Instant
}

export interface AskedException {
  /** Empty: of everybody. */
  readonly agent: string
  readonly exception: string
  readonly now: Instant
}

/** Not all is known where the tables are too far behind. */
export type MakeOfKnown = (known: readonly Agreed[], isAllKnown: boolean) => readonly ToAgree[]

export interface Agreed extends ScheduleExceptionTold {
  readonly workspace: string
}

export interface ToAgree extends Omit<Agreed, 'setAt'> {
  /** Missing: now. */
  readonly setAt: Instant | undefined
}

export function createAgreedExceptions(log: EventLog, warehouse: Warehouse): AgreedExceptions {
  /** What was told last, as long as the tables are not known to show it or what was told after it. */
  const unshown = new Map<string, Agreed>()
  const told = { topic: 'ledgerline.workers', type: 'schedule.excepted' } as const
  const { inTurn, doubt } = createUnshown({
    ...{ log, warehouse, ...told },
    note: (event) => {
      const agreed = agreedIn(event)
      if (agreed !== null) keep(agreed)
    },
  })

  function keep(agreed: Agreed): void {
    const name = nameOf(agreed)
    unshown.set(name, laterOf(unshown.get(name), agreed))
  }

  async function find(asked: Found, limit = ''): Promise<readonly Agreed[]> {
    // As it is before the tables are asked: what they show by then may be forgotten here meanwhile.
    const found = new Map([...unshown].filter(([, agreed]) => isAsked(agreed, asked)))
    const rows = await warehouse.query(
      `SELECT workspace, agent, exception, kind, code, reason, approved_by AS approvedBy, is_withdrawn AS withdrawn,
         toUnixTimestamp64Milli(started_at) AS "from", toUnixTimestamp64Milli(ended_at) AS "to",
         toUnixTimestamp64Milli(set_at) AS setAt
       FROM schedule_exceptions FINAL
       WHERE (empty({agents:Array(String)}) OR agent IN {agents:Array(String)})
         AND (empty({exceptions:Array(String)}) OR exception IN {exceptions:Array(String)})
         AND started_at < fromUnixTimestamp64Milli({to:Int64})
         AND ended_at > fromUnixTimestamp64Milli({from:Int64})
       ORDER BY started_at, agent, exception ${limit}`,
      { ...asked },
    )
    for (const shown of rows.map((row) => agreedRow.parse(row))) {
      const name = nameOf(shown)
      found.set(name, laterOf(found.get(name), shown))
      if (laterOf(unshown.get(name), shown) === shown) unshown.delete(name)
    }
    return [...found.values()].sort(inOrder)
  }

  /** Asks for all that is unshown, too, or who is never asked for again would be kept for good. */
  async function known({ agent, exception }: AskedException): Promise<readonly Agreed[]> {
    const kept = [...unshown.values()]
    const all = await find({
      agents: agent === '' ? [] : [...new Set([agent, ...kept.map((one) => one.agent)])],
      exceptions: [...new Set([exception, ...kept.map((one) => one.exception)])],
      ...always,
    })
    return all.filter((one) => one.exception === exception && (agent === '' || one.agent === agent))
  }

  return {
    list: ({ agent, ...span }) =>
      find({ agents: agent === '' ? [] : [agent], exceptions: [], ...span }, 'LIMIT 10000'),
    tell: (asked, make) =>
      inTurn(async (isAllKnown) => {
        const before = await known(asked)
        const last = new Map(before.map((one) => [nameOf(one), one]))
        const agreed = make(before, isAllKnown).map((one) =>
          toldAfter(last.get(nameOf(one)), one, asked.now),
        )
        try {
          await appendEvents(
            log,
            agreed.map((one) => eventOf(one, asked.now)),
          )
        } catch (error) {
          doubt()
          throw error
        }
        agreed.forEach(keep)
        return agreed.map((one) => laterOf(last.get(nameOf(one)), one))
      }),
  }
}

interface Found {
  /** Empty: everybody; so of ids. */
  readonly agents: readonly string[]
  readonly exceptions: readonly string[]
  readonly from: Instant
  readonly to: Instant
}

/** All that can be agreed on. */
export const always = { from: 0, to: Date.UTC(2200, 0) }

const agreedRow = z.object({
  ...{ workspace: z.string(), agent: z.string(), exception: z.string() },
  ...{ kind: z.enum(exceptionKinds), from: z.coerce.number(), to: z.coerce.number() },
  code: z.string().transform((code) => (code === '' ? null : code)),
  ...{ reason: z.string(), approvedBy: z.string(), withdrawn: z.coerce.boolean() },
  setAt: z.coerce.number(),
})

function isAsked(
  { agent, exception, ...span }: Agreed,
  { agents, exceptions, from, to }: Found,
): boolean {
  return (
    (agents.length === 0 || agents.includes(agent)) &&
    (exceptions.length === 0 || exceptions.includes(exception)) &&
    span.from < to &&
    span.to > from
  )
}

/** Of one name the later holds. */
function nameOf({ agent, exception, from, to }: Omit<Agreed, 'setAt'>): string {
  return JSON.stringify([agent, exception, from, to])
}

/** By the order in which the folds take them. */
function laterOf(one: Agreed | undefined, other: Agreed): Agreed {
  return one !== undefined && compareEvents(eventOf(one), eventOf(other)) > 0 ? one : other
}

/**
 * What says again what holds is the same event, so that who does not know whether he was heard may tell it again. What says
 * something else, now, comes after what was told before, whatever became of the clock.
 */
function toldAfter(last: Agreed | undefined, told: ToAgree, now: Instant): Agreed {
  if (told.setAt !== undefined) return { ...told, setAt: told.setAt }
  if (last === undefined) return { ...told, setAt: now }
  const again = { ...told, setAt: last.setAt }
  const isSaidAgain = eventOf(again).id === eventOf(last).id
  return isSaidAgain ? again : { ...told, setAt: Math.max(now, last.setAt + 1) }
}

function eventOf(agreed: Agreed, now: Instant = agreed.setAt): LedgerEvent {
  const { agent: worker, workspace, from, to, reason, setAt: at } = agreed
  const told = exceptedSchema.parse(agreed)
  return toExceptionEvent({ worker, workspace, span: { from, to }, told, reason, at, now })
}

function agreedIn(event: LedgerEvent): Agreed | null {
  const [one] = isOfPlan(event) ? lastTold([event]) : []
  if (one === undefined) return null
  const { told, from, to } = one
  const { worker, workspace, reason, at: setAt } = one.event
  return { workspace, agent: worker, ...told, from, to, reason: reason ?? '', setAt }
}

function inOrder(a: Agreed, b: Agreed): number {
  return a.from - b.from || compare(a.agent, b.agent) || compare(a.exception, b.exception)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { exceptionKinds, plannedSegmentSchema } from '../../schemas/events/schedule.ts'
import { agentStates } from '../../schemas/feeds/state.ts'
import { actualSpans, type Did } from '../projections/actual-spans.ts'
import type { MeasuredTime, ParametersSince } from '../projections/adherence-pieces.ts'
import type { AgreedException, PlanPiece } from '../projections/agent-plan.ts'
import { unknownSpans } from '../projections/known-gaps.ts'
import { dayMs } from '../time/interval.ts'
import type { Row, Warehouse } from '../warehouse/warehouse.ts'
import { gapsOfAgents } from './agent-gaps.ts'

/** One agent's plan and what he did, as the tables have it of a stretch of time. */
export interface PlannedAgent {
  readonly agent: string
  readonly workspace: string
  readonly time: MeasuredTime
}

export interface AskedTime {
  /** Null: everybody of whom a plan tells something in the time. */
  readonly agent: string | null
  readonly from: Instant
  readonly to: Instant
  /** How far ahead the plan is wanted. */
  readonly planTo: Instant
  readonly parameters: readonly ParametersSince[]
}

/**
 * Reads what a fold of the ledger would know of the time. A stretch that began more than a month before it is not found: nobody
 * is in one state for that long, but who is not there at all.
 */
export async function plannedAgents(
  warehouse: Warehouse,
  { agent, from, to, planTo, parameters }: AskedTime,
): Promise<readonly PlannedAgent[]> {
  const params = { agent: agent ?? '', from, to, planTo, since: from - 31 * dayMs }
  const read = async <T extends { readonly agent: string }>(
    table: string,
    end: string,
    columns: string,
    schema: z.ZodType<T>,
  ) => {
    const rows = await warehouse.query<Row>(
      `SELECT agent, workspace, toUnixTimestamp64Milli(started_at) AS "from",
         toUnixTimestamp64Milli(ended_at) AS "to", ${columns}
       FROM ${table} FINAL
       WHERE ({agent:String} = '' OR agent = {agent:String})
         AND started_at >= fromUnixTimestamp64Milli({since:Int64})
         AND started_at < fromUnixTimestamp64Milli({${end}:Int64})
         AND (ended_at IS NULL OR ended_at > fromUnixTimestamp64Milli({from:Int64}))
         ${table === 'schedule_segments' ? `AND basis = 'final'` : ''}
         ${table === 'schedule_exceptions' ? 'AND NOT is_withdrawn' : ''}
       ORDER BY ${table === 'schedule_exceptions' ? 'set_at, exception' : 'started_at'}`,
      params,
    )
    return byAgent(rows.map((row) => schema.parse(row)))
  }
  const gaps = await gapsOfAgents(warehouse, { from, to })
  const targets = new Set(parameters.map(({ of }) => of.target))
  const plans = await read('schedule_segments', 'planTo', planColumns, planRow)
  const agreed = await read('schedule_exceptions', 'planTo', 'kind, code', exceptionRow)
  const states = targets.has(undefined)
    ? await read('agent_states', 'to', 'state, activity, activity_name', stateRow)
    : new Map<string, z.infer<typeof stateRow>[]>()
  const told = [...targets].some((target) => target !== undefined)
    ? await read('agent_wfm_states', 'to', 'target, code, is_logged_on', wfmRow)
    : new Map<string, z.infer<typeof wfmRow>[]>()
  return [...new Set([...plans.keys(), ...agreed.keys()])].sort().map((name) => {
    const [own, exceptions] = [plans.get(name) ?? [], agreed.get(name) ?? []]
    const did: Did = {
      states: (states.get(name) ?? []).map((row) => ({
        ...{ from: row.from, to: row.to, state: row.state },
        activity: { id: row.activity, name: row.activity_name },
      })),
      wfm: grouped(
        (told.get(name) ?? []).map((row) => ({
          ...{ target: row.target, from: row.from, to: row.to },
          state: { code: row.code, loggedOn: row.is_logged_on },
        })),
        ({ target }) => target,
      ),
    }
    return {
      agent: name,
      workspace: [...own, ...exceptions][0]?.workspace ?? '',
      time: {
        plan: own.map(toPiece),
        exceptions: exceptions.map(toException),
        ...{ parameters, gaps: unknownSpans(gaps, name), actual: (by) => actualSpans(did, by) },
      },
    }
  })
}

const instant = z.coerce.number()
const spanned = { agent: z.string(), workspace: z.string(), from: instant, to: instant }
const lasting = { ...spanned, to: instant.nullable() }

const planColumns =
  'code, name, is_tracked, is_paid, is_productive, plan, toUnixTimestamp64Milli(read_at) AS readAt'

const planRow = z.object({
  ...spanned,
  ...{ code: z.string(), name: z.string(), is_tracked: z.boolean() },
  ...{ is_paid: z.boolean().nullable(), is_productive: z.boolean().nullable() },
  ...{ plan: z.string(), readAt: instant },
})

const exceptionRow = z.object({ ...spanned, kind: z.enum(exceptionKinds), code: z.string() })

const stateRow = z.object({
  ...lasting,
  ...{ state: z.enum(agentStates), activity: z.string(), activity_name: z.string() },
})

const wfmRow = z.object({
  ...lasting,
  ...{ target: z.string(), code: z.string(), is_logged_on: z.boolean() },
})

function toPiece({ from, to, code, plan, readAt, ...own }: z.infer<typeof planRow>): PlanPiece {
  const { name, is_tracked: tracked, is_paid: paid, is_productive: productive } = own
  const segment =
    code === ''
      ? null
      : plannedSegmentSchema.parse({ from, to, code, name, tracked, paid, productive })
  return { from, to, plan, readAt, segment }
}

function toException({ from, to, kind, code }: z.infer<typeof exceptionRow>): AgreedException {
  return { from, to, kind, code: code === '' ? null : code }
}

function byAgent<T extends { readonly agent: string }>(rows: readonly T[]): Map<string, T[]> {
  return grouped(rows, ({ agent }) => agent)
}

function grouped<T>(rows: readonly T[], nameOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const own = groups.get(nameOf(row))
    if (own === undefined) groups.set(nameOf(row), [row])
    else own.push(row)
  }
  return groups
}

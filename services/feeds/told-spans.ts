import { z } from 'zod'
import type { AgentSpans, ToldSpan } from '../../connectors/argus/answers.ts'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { logOffsAfter, logOnsBefore } from './log-on-borders.ts'

/** Whose stretches are asked for, in the words of which mapping. */
export interface AskedSpans {
  readonly mapping: string
  /** By sid; null: everybody's. */
  readonly agents: readonly string[] | null
  readonly span: Span
}

/** What the feed has told of agents, from the table that is made with it. */
export interface ToldSpans {
  /** Whole stretches that have time in a span, by agent and in the order of time. */
  within(asked: AskedSpans): Promise<readonly AgentSpans[] | 'too many'>
  /**
   * The same, but whole log-ons: the first stretch of who was logged on already begins when he logged on, and the last of who stays
   * logged on ends when he logs off.
   */
  withinLogOns(asked: AskedSpans): Promise<readonly AgentSpans[] | 'too many'>
}

/** Of one answer: some hundred bytes each in memory, while it is written. */
export const statesMax = 200_000

export function createToldSpans(warehouse: Warehouse, max = statesMax): ToldSpans {
  async function within({ mapping, agents, span }: AskedSpans) {
    const isAsked = `target = {mapping:String} ${agents === null ? '' : 'AND agent IN {agents:Array(String)}'}
      AND started_at < fromUnixTimestamp64Milli({to:Int64})
      AND (ended_at IS NULL OR ended_at > fromUnixTimestamp64Milli({from:Int64}))`
    // A stretch may have begun years ago. FINAL over all that have would cost what all of them cost, so it is of the few that reach
    // into the span by any of their versions.
    const found = await warehouse.query(
      `SELECT agent, toUnixTimestamp64Milli(started_at) AS "from",
         toUnixTimestamp64Milli(ended_at) AS "to", code, text, is_logged_on
       FROM agent_wfm_states FINAL
       WHERE ${isAsked} AND (agent, started_at) IN
         (SELECT agent, started_at FROM agent_wfm_states WHERE ${isAsked})
       ORDER BY agent, "from" LIMIT ${max + 1}`,
      { mapping, agents: agents ?? [], ...span },
    )
    return found.length > max ? 'too many' : byAgent(z.array(rowSchema).parse(found))
  }

  return {
    within,
    async withinLogOns(asked) {
      const found = await within(asked)
      if (found === 'too many') return found
      const { mapping, span } = asked
      const on = found.filter(({ spans }) => isOnBefore(spans[0], span.from))
      const onAfter = found.flatMap(({ agent, spans }): (readonly [string, Instant])[] => {
        const end = endOfLogOn(spans.at(-1))
        return end === null || end < span.to ? [] : [[agent, end]]
      })
      const names = on.map(({ agent }) => agent)
      const logOns = await logOnsBefore(warehouse, mapping, span.from, names)
      const logOffs = await logOffsAfter(warehouse, mapping, span.to, new Map(onAfter))
      return found.map(({ agent, spans }) => {
        const [since, until] = [logOns.get(agent), logOffs.get(agent)]
        return {
          agent,
          spans: spans.map((one, index) => ({
            ...one,
            from: index === 0 ? Math.min(since ?? one.from, one.from) : one.from,
            to: index === spans.length - 1 && until !== undefined ? until : one.to,
          })),
        }
      })
    },
  }
}

function isOnBefore(first: ToldSpan | undefined, at: Instant): boolean {
  return first?.state.loggedOn === true && first.from <= at
}

/** Null: he is not logged on in it, or still in it. */
function endOfLogOn(last: ToldSpan | undefined): Instant | null {
  return last?.state.loggedOn === true ? last.to : null
}

const rowSchema = z.object({
  ...{ agent: z.string(), from: z.int(), to: z.int().nullable() },
  ...{ code: z.string(), text: z.string(), is_logged_on: z.boolean() },
})

/** Rows of an agent follow each other. */
function byAgent(rows: readonly z.infer<typeof rowSchema>[]): readonly AgentSpans[] {
  const found: { readonly agent: string; readonly spans: ToldSpan[] }[] = []
  for (const { agent, from, to, code, text, is_logged_on: loggedOn } of rows) {
    const one = { from, to, state: { code, text, loggedOn } }
    const last = found.at(-1)
    if (last?.agent === agent) last.spans.push(one)
    else found.push({ agent, spans: [one] })
  }
  return found
}

import type { Span } from '../../schemas/events/instant.ts'
import type { MappingCoverage } from '../../schemas/feeds/mappings.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

/** How much of agents' time no rule maps, by target, from the table; what is open counts up to the end of the span. */
export async function mappingCoverage(
  warehouse: Warehouse,
  { from, to }: Span,
  target: string | null,
): Promise<MappingCoverage> {
  const rows = await warehouse.query<Row>(
    `SELECT target, unmapped AS of, unmapped_name AS name, uniqExact(agent) AS agents,
       sum(least(ifNull(toUnixTimestamp64Milli(ended_at), {to:Int64}), {to:Int64})
         - greatest(toUnixTimestamp64Milli(started_at), {from:Int64})) AS ms
     FROM agent_wfm_states FINAL
     WHERE started_at < fromUnixTimestamp64Milli({to:Int64})
       AND (ended_at IS NULL OR ended_at > fromUnixTimestamp64Milli({from:Int64}))
       AND ({target:String} = '' OR target = {target:String})
     GROUP BY target, of, name
     ORDER BY target, ms DESC, name`,
    { from, to, target: target ?? '' },
  )
  const all = rows.map((row) => ({ ...row, ms: Number(row.ms), agents: Number(row.agents) }))
  const targets = [...new Set(all.map((row) => row.target))]
  const msOf = (some: readonly { readonly ms: number }[]) =>
    some.reduce((sum, { ms }) => sum + ms, 0)
  return {
    ...{ from, to },
    targets: targets.map((name) => {
      const own = all.filter((row) => row.target === name)
      const unmapped = own.flatMap(({ of, name, ms, agents }) =>
        of === '' ? [] : [{ of, name, ms, agents }],
      )
      return { target: name, ms: msOf(own), unmappedMs: msOf(unmapped), unmapped }
    }),
  }
}

interface Row {
  readonly target: string
  readonly of: '' | 'activity' | 'contact'
  readonly name: string
  readonly agents: number | string
  readonly ms: number | string
}

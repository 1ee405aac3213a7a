import type { PlannedWorker } from '../definitions/schedule-events.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'

export interface FoundWorkers {
  readonly known: ReadonlyMap<string, PlannedWorker>
  /** Names that nobody here goes by, or several do. */
  readonly unknown: readonly { readonly agent: string; readonly detail: string }[]
}

/** The workers that are meant, by sid or by a name that only one of them has ever had. */
export async function plannedWorkers(
  warehouse: Warehouse,
  agents: readonly string[],
): Promise<FoundWorkers> {
  const rows = await warehouse.query<{ workspace: string; id: string; name: string }>(
    `SELECT DISTINCT workspace, id, name FROM (
       SELECT workspace, id, name FROM dimensions WHERE kind = 'worker'
       UNION ALL SELECT workspace, agent AS id, '' AS name FROM agent_activities
     ) WHERE id IN {agents:Array(String)} OR name IN {agents:Array(String)}`,
    { agents },
  )
  const known = new Map<string, PlannedWorker>()
  const unknown: { agent: string; detail: string }[] = []
  for (const agent of agents) {
    const byId = rows.find(({ id }) => id === agent)
    const named = new Map(rows.flatMap((row) => (row.name === agent ? [[row.id, row]] : [])))
    const [only, other] = byId === undefined ? [...named.values()] : [byId]
    if (only !== undefined && other === undefined) {
      known.set(agent, { worker: only.id, workspace: only.workspace })
    } else {
      const detail =
        only === undefined
          ? 'is neither the sid nor the name of a worker'
          : `is the name of several: ${[...named.keys()].sort().join(', ')}`
      unknown.push({ agent, detail })
    }
  }
  return { known, unknown }
}

import type { PlannedWorker } from '../definitions/schedule-events.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { meantBy, type Known } from './meant.ts'

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
  const rows = await warehouse.query<Known>(
    `SELECT DISTINCT workspace, id, name FROM (
       SELECT workspace, id, name FROM dimensions WHERE kind = 'worker'
       UNION ALL SELECT workspace, agent AS id, '' AS name FROM agent_activities
     ) WHERE id IN {agents:Array(String)} OR name IN {agents:Array(String)}`,
    { agents },
  )
  const { known, unknown } = meantBy(agents, rows, 'worker')
  return {
    known: new Map(
      [...known].map(([agent, { id: worker, workspace }]) => [agent, { worker, workspace }]),
    ),
    unknown: unknown.map(({ name: agent, detail }) => ({ agent, detail })),
  }
}

import type { Instant } from '../../schemas/events/instant.ts'
import type { PlannedWorker } from '../definitions/schedule-events.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import { meantBy, type Known } from './meant.ts'

export interface FoundWorkers {
  readonly known: ReadonlyMap<string, PlannedWorker>
  /** Names that nobody here goes by, or several do. */
  readonly unknown: readonly { readonly agent: string; readonly detail: string }[]
}

/**
 * The workers that are meant: by sid or, where only one has it, by a name that TaskRouter has ever had for him, the logon that a
 * target knows him by at this instant, or what his attributes say last, an e-mail address in whatever case.
 */
export async function plannedWorkers(
  warehouse: Warehouse,
  agents: readonly string[],
  now: Instant,
): Promise<FoundWorkers> {
  const rows = await warehouse.query<Known>(
    `SELECT DISTINCT workspace, id, asked.agent AS name
     FROM (${namesOfWorkers}) AS known
     INNER JOIN (SELECT arrayJoin({agents:Array(String)}) AS agent) AS asked
     ON ${folded('known.name')} = ${folded('asked.agent')}`,
    { agents, now },
  )
  const { known, unknown } = meantBy(agents, rows, nobody)
  return {
    known: new Map(
      [...known].map(([agent, { id: worker, workspace }]) => [agent, { worker, workspace }]),
    ),
    unknown: unknown.map(({ name: agent, detail }) => ({ agent, detail })),
  }
}

const nobody =
  'is neither the sid, the name, a logon, the e-mail address nor an external id of a worker'

/** What of the attributes that Flex keeps on a worker names him elsewhere, be it text or a number. */
const ownAttributes = ['email', 'external_id', 'externalId', 'employee_id'] as const

/** Which event told a worker's attributes last the sightings say, so that few events are read. */
const lastAttributes = `SELECT workspace, entity AS id, argMax(ifNull(attributes, ''), position) AS told
       FROM events
       WHERE topic = 'ledgerline.workers' AND startsWith(type, 'worker.') AND attributes IS NOT NULL
         AND (entity, at) IN (
           SELECT id, max(last_at) FROM routing_sightings
           WHERE kind = 'worker' AND field = 'attributes' GROUP BY id)
       GROUP BY workspace, entity`

const logons = `SELECT id, logon FROM wfm_identities FINAL
       WHERE kind = 'agent' AND since <= fromUnixTimestamp64Milli({now:Int64})
         AND (until IS NULL OR until > fromUnixTimestamp64Milli({now:Int64}))`

/** Each worker by all that he goes by, some of it empty. */
const namesOfWorkers = `SELECT workspace, id, arrayJoin([id, name, logon]) AS name
     FROM (SELECT DISTINCT workspace, id, name FROM dimensions WHERE kind = 'worker') AS workers
     LEFT JOIN (${logons}) AS logons USING (id)
     UNION ALL
     SELECT workspace, agent AS id, agent AS name FROM agent_activities
     WHERE agent IN {agents:Array(String)}
     UNION ALL
     SELECT workspace, id, arrayJoin([${ownAttributes
       .map((name) => `JSONExtract(told, '${name}', 'String')`)
       .join(', ')}]) AS name
     FROM (${lastAttributes})`

/** Addresses are the same in whatever case; nothing else is. */
function folded(name: string): string {
  return `if(position(${name}, '@') > 0, lowerUTF8(${name}), ${name})`
}

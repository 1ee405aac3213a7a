import { z } from 'zod'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import { slackMs, type Moment } from './moment.ts'

/** What may have been open at a moment, by the facts as they are now; some of it turns out to be over. */
export interface OpenWork {
  readonly tasks: ReadonlySet<string>
  /** By agent. */
  readonly reservations: ReadonlyMap<string, ReadonlySet<string>>
}

export async function readOpenWork(warehouse: Warehouse, moment: Moment): Promise<OpenWork> {
  const { at } = moment
  const params = { at, earlier: at - slackMs, later: at + slackMs }
  const openTasks = `SELECT task FROM contacts FINAL WHERE ${isOpen(moment, 'created_at', 'ended_at')}`
  const [contacts, segments] = await Promise.all([
    warehouse.query(openTasks, params),
    // What ended with its task, and never told so itself, had not ended for who had not heard of the task's end.
    warehouse.query(
      `SELECT task, agent, reservation FROM segments FINAL
       WHERE ${isOpen(moment, 'offered_at', 'coalesce(ended_at, offer_ended_at)')}
         OR closed_by = 'hub' AND task IN (${openTasks})`,
      params,
    ),
  ])
  const legs = z.array(legRow).parse(segments)
  const tasks = new Set([...z.array(taskRow).parse(contacts), ...legs].map(({ task }) => task))
  const reservations = new Map<string, Set<string>>()
  for (const { agent, reservation } of legs) {
    if (agent === '') continue
    const own = reservations.get(agent)
    if (own === undefined) reservations.set(agent, new Set([reservation]))
    else own.add(reservation)
  }
  return { tasks, reservations }
}

const taskRow = z.object({ task: z.string() })
const legRow = taskRow.extend({ agent: z.string(), reservation: z.string() })

/** By what was known: what had been heard of, and whose end had not happened, or had not all been heard yet. */
function isOpen({ as }: Moment, begin: string, end: string): string {
  const isLast = `is_open OR ifNull(${end}, ${begin}) > fromUnixTimestamp64Milli({earlier:Int64})`
  if (as === 'happened') {
    return `${begin} <= fromUnixTimestamp64Milli({later:Int64}) AND (${isLast})`
  }
  const at = 'fromUnixTimestamp64Milli({at:Int64})'
  return `ifNull(first_received_at, ${begin}) <= ${at}
    AND (${isLast} OR ifNull(last_received_at, ${at}) > ${at})`
}

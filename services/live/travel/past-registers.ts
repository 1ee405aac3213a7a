import { z } from 'zod'
import type { Warehouse } from '../../warehouse/warehouse.ts'
import type { NamesMemory } from '../names.ts'
import { keyOf, type RoutingMemory } from '../routing-facts.ts'
import { countsSql, type Moment } from './moment.ts'

/** What was last told of things that may have been told long before the moment: the newest of each by the time it happened. */
export interface PastRegisters {
  readonly names: NamesMemory
  readonly routing: RoutingMemory
}

/** Queues with their names and places, and the channels of workers. All else is in the events that the moment needs anyway. */
export async function readRegisters(warehouse: Warehouse, moment: Moment): Promise<PastRegisters> {
  const [queues, channels] = await Promise.all([
    queuesIn(warehouse, moment),
    channelsIn(warehouse, moment),
  ])
  const nothing = { queues: [], attributes: [], expressions: [], workflows: [] }
  return {
    names: {
      agents: [],
      teams: [],
      places: queues.map(({ queue_id: id, place, seen_at: at }) => [id, place, at]),
      queues: queues.flatMap(({ queue_id: id, told_name: name, named_at: at }) =>
        name === '' ? [] : [[id, name, at]],
      ),
    },
    routing: {
      ...nothing,
      capacities: channels.flatMap(({ key, told_capacity: capacity, capacity_at: at }) =>
        capacity === null ? [] : [[key, capacity, at]],
      ),
      availabilities: channels.flatMap(({ key, told_available: available, available_at: at }) =>
        available === null ? [] : [[key, available, at]],
      ),
    },
  }
}

const ms = (expression: string) => `toUnixTimestamp64Milli(${expression})`

/** Of two that were told at once the greater text holds, as in `Heard`. */
const newest = (value: string, text: string, condition: string) =>
  `argMaxIf(${value}, (e.at, ${text}), ${condition})`

async function queuesIn(warehouse: Warehouse, { at, as }: Moment) {
  const place = `if(e.type = 'task-queue.deleted', '', e.workspace)`
  const rows = await warehouse.query(
    `SELECT e.queue AS queue_id,
       ${newest("ifNull(e.queue_name, '')", "ifNull(e.queue_name, '')", 'e.queue_name IS NOT NULL')} AS told_name,
       ${ms('maxIf(e.at, e.queue_name IS NOT NULL)')} AS named_at,
       ${newest(place, place, '1')} AS place, ${ms('max(e.at)')} AS seen_at
     FROM events AS e
     WHERE e.topic IN ('ledgerline.tasks', 'ledgerline.config') AND ifNull(e.queue, '') != ''
       AND ${countsSql(as)}
     GROUP BY e.queue`,
    { at },
  )
  return z.array(queueRow).parse(rows)
}

const queueRow = z.object({
  queue_id: z.string(),
  told_name: z.string(),
  named_at: z.int(),
  place: z.string(),
  seen_at: z.int(),
})

async function channelsIn(warehouse: Warehouse, { at, as }: Moment) {
  const told = (column: string) => `e.${column} IS NOT NULL`
  const rows = await warehouse.query(
    `SELECT e.entity AS worker_id, e.channel AS channel_name,
       ${newest('e.capacity', 'toString(e.capacity)', told('capacity'))} AS told_capacity,
       ${ms(`maxIf(e.at, ${told('capacity')})`)} AS capacity_at,
       ${newest('e.channel_available', 'toString(e.channel_available)', told('channel_available'))} AS told_available,
       ${ms(`maxIf(e.at, ${told('channel_available')})`)} AS available_at
     FROM events AS e
     WHERE e.topic = 'ledgerline.workers' AND startsWith(e.type, 'worker.') AND e.channel IS NOT NULL
       AND ${countsSql(as)}
     GROUP BY e.entity, e.channel`,
    { at },
  )
  return z
    .array(channelRow)
    .parse(rows)
    .map((row) => ({ ...row, key: keyOf(row.worker_id, row.channel_name) }))
}

const channelRow = z.object({
  worker_id: z.string(),
  channel_name: z.string(),
  told_capacity: z.int().nullable(),
  capacity_at: z.int(),
  told_available: z.boolean().nullable(),
  available_at: z.int(),
})

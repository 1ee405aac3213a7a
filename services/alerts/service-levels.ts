import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import { partsOfRate, rateValue } from '../../schemas/metrics/rate.ts'
import { chosenRate, mayMean } from '../projections/chosen-rates.ts'
import { definitionsAt, type Knowledge } from '../projections/definitions.ts'
import type { Warehouse } from '../warehouse/warehouse.ts'
import type { ServiceLevel } from './rules/readings.ts'

export interface ServiceLevelQuestion {
  readonly now: Instant
  /** The running interval, and as many before it as make this number. */
  readonly intervals: number
  readonly knowledge: Knowledge
  readonly nameOf: (queue: string) => string
}

/**
 * The service level of each queue that has one, from the rows that reports show: by the formula, the basis and the
 * thresholds of the definitions.
 */
export async function readServiceLevels(
  warehouse: Warehouse,
  { now, intervals, knowledge, nameOf }: ServiceLevelQuestion,
): Promise<readonly ServiceLevel[]> {
  const { intervalMs } = knowledge
  const from = (Math.floor(now / intervalMs) - intervals + 1) * intervalMs
  const rows = z.array(row).parse(await warehouse.query(sql, { from, to: now }))
  const definitions = definitionsAt(knowledge, now)
  return rows.flatMap(({ workspace, queue, ...told }) => {
    const queueName = nameOf(queue)
    const rate = chosenRate('service_level', definitions, { id: queue, name: queueName })
    const sumOf = (metric: string) => told[metric] ?? 0
    const ratio = rateValue(rate, sumOf, intervals * intervalMs)
    if (ratio === null) return []
    const contacts = left.reduce((total, metric) => total + sumOf(metric), 0)
    return [{ queue, queueName, workspace, contacts, ratio }]
  })
}

/** Contacts that left a queue, however. */
const left = ['answered_count', 'abandoned_count', 'flowed_out_count'] as const

const sums = [...new Set([...left, ...mayMean('service_level').flatMap(partsOfRate)])]

const sql = `
  SELECT workspace, queue, ${sums.map((name) => `toInt64(sum(rows.${name})) AS ${name}`).join(', ')}
  FROM queue_intervals AS rows FINAL
  WHERE rows.interval_start >= fromUnixTimestamp64Milli({from:Int64})
    AND rows.interval_start <= fromUnixTimestamp64Milli({to:Int64})
  GROUP BY workspace, queue`

const row = z.object({ workspace: z.string(), queue: z.string() }).catchall(z.int())

import type { Instant } from '../../schemas/events/instant.ts'
import type { ExpressionReading } from './expression-fault.ts'
import type { JsonObject, JsonValue, Path } from './json-value.ts'
import { parseReference } from './parse-operand.ts'
import { valueOf } from './routing-context.ts'
import { createTokenCursor } from './token-cursor.ts'

/** By what the workers of a step are put in order: the first clause first, the next one where it finds them equal. */
export interface OrderBy {
  readonly source: string
  readonly clauses: readonly OrderClause[]
}

export interface OrderClause {
  readonly path: Path
  readonly direction: 'ASC' | 'DESC'
}

export interface OrderedWorker {
  readonly sid: string
  /** As `workerDocument` gives it. */
  readonly document: JsonObject
  /** When it was last given a task; null: never. */
  readonly lastAssignedAt: Instant | null
}

/** Reads `worker.level DESC, worker.cost ASC`. A clause without direction is ascending, as in SQL; the page is silent. */
export function readOrderBy(source: string): ExpressionReading<OrderBy> {
  const cursor = createTokenCursor(source)
  const clauses: OrderClause[] = []
  for (;;) {
    const reference = parseReference(cursor)
    if (reference !== null) {
      const isDescending = cursor.isWord('DESC')
      if (isDescending || cursor.isWord('ASC')) cursor.take()
      clauses.push({ path: reference.path, direction: isDescending ? 'DESC' : 'ASC' })
      if (!cursor.isEnd() && !cursor.isSign(',')) {
        cursor.refuse('after a name stands its direction, and a comma before the next name', [
          'ASC',
          'DESC',
          ',',
        ])
      }
    }
    while (!cursor.isEnd() && !cursor.isSign(',')) cursor.take()
    if (cursor.take().kind === 'end') break
  }
  const faults = cursor.faults()
  if (faults.length > 0) return { kind: 'refused', faults }
  return { kind: 'understood', value: { source, clauses } }
}

/**
 * The workers in the order in which a task is offered to them. As Twilio's page on ordering has it: who has not got an
 * attribute comes after those who have it, whatever the direction; whom all clauses find equal come by the longest time
 * since their last task (never is longest; then by sid, so that the order is one); and an order by something that is not
 * a whole number in any of them is no order at all, so that this time alone counts.
 */
export function orderWorkers(
  orderBy: OrderBy | null,
  workers: readonly OrderedWorker[],
): readonly OrderedWorker[] {
  const clauses = orderBy?.clauses ?? []
  const isOrder = clauses.every((clause) =>
    workers.every(({ document }) => isWholeOrMissing(keyIn(clause, document))),
  )
  return workers.toSorted(compareWorkers(isOrder ? clauses : []))
}

/** Negative where the first of two comes before the second. Values other than whole numbers count as missing. */
export function compareWorkers(
  clauses: readonly OrderClause[],
): (a: OrderedWorker, b: OrderedWorker) => number {
  return (a, b) => {
    for (const clause of clauses) {
      const order = compareKeys(keyIn(clause, a.document), keyIn(clause, b.document), clause)
      if (order !== 0) return order
    }
    const idle = (a.lastAssignedAt ?? -Infinity) - (b.lastAssignedAt ?? -Infinity)
    if (idle !== 0 && !Number.isNaN(idle)) return idle
    return a.sid < b.sid ? -1 : a.sid > b.sid ? 1 : 0
  }
}

function compareKeys(a: JsonValue, b: JsonValue, { direction }: OrderClause): number {
  if (!isWhole(a) || !isWhole(b)) return Number(isWhole(b)) - Number(isWhole(a))
  return direction === 'ASC' ? a - b : b - a
}

function keyIn({ path }: OrderClause, document: JsonObject): JsonValue {
  return valueOf(path, 'queue', { worker: document })
}

function isWhole(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value)
}

function isWholeOrMissing(value: JsonValue): boolean {
  return value === null || isWhole(value)
}

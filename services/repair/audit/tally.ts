import type { AuditResult, Difference } from '../../../schemas/feeds/audit.ts'
import type { Stretch } from '../windows.ts'
import type { Compared } from './comparison.ts'

/** Puts together what was compared. Of what is equal or so by definition only the number is kept. */
export interface Tally {
  add(place: ComparedPlace, numbers: readonly Compared[]): void
  result(): Omit<AuditResult, 'from' | 'to' | 'pieceMinutes'>
}

export interface ComparedPlace {
  readonly piece: Stretch
  readonly queue: string
  readonly channel: string | null
}

export function createTally(queueNames: ReadonlyMap<string, string | null>): Tally {
  let [questions, compared, equal] = [0, 0, 0]
  const byDefinition = new Map<string, AuditResult['byDefinition'][number]>()
  const differences: Difference[] = []

  return {
    add({ piece, queue, channel }, numbers) {
      if (queueNames.has(queue)) questions += 1
      compared += numbers.length
      for (const { field, ours, theirs, verdict } of numbers) {
        if (verdict.class === 'equal') {
          equal += 1
        } else if (verdict.class === 'by definition') {
          const { definition } = verdict
          const key = `${field}: ${definition}`
          const before = byDefinition.get(key)?.numbers ?? 0
          byDefinition.set(key, { field, definition, numbers: before + 1 })
        } else {
          const queueName = queueNames.get(queue) ?? null
          const { from, to } = piece
          const events = [...verdict.events]
          const { class: name, why } = verdict
          differences.push({
            ...{ queue, queueName, channel, from, to, field, ours, theirs },
            ...{ class: name, why, events },
          })
        }
      }
    },
    result: () => ({
      ...{ questions, compared, equal, byDefinition: [...byDefinition.values()], differences },
      isExplained: differences.every((difference) => difference.class !== 'unexplained'),
    }),
  }
}

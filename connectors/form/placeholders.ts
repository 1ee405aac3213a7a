import type { Subject } from '../interval-row.ts'
import type { IntervalForm } from './interval-form.ts'

const ofQueue = ['queue.id', 'queue.number', 'queue.name', 'channel', 'direction'] as const
const ofAgent = ['agent.id', 'agent.logon', 'agent.name'] as const
const ofAll = ['target', 'interval.minutes', 'interval.seconds', 'interval.ms'] as const

/** What may stand in braces in the texts of columns. */
export function placeholdersOf(rows: IntervalForm['rows']): readonly string[] {
  return [...(rows === 'agents' ? [] : ofQueue), ...(rows === 'queues' ? [] : ofAgent), ...ofAll]
}

/** What a name stands for; null: it has none, as a queue without a number. */
export function standsFor(
  name: string,
  { queue, agent }: Subject,
  target: string,
  intervalMinutes: number,
): string | null {
  switch (name) {
    case 'queue.id':
      return queue?.id ?? null
    case 'queue.number':
      return queue?.number == null ? null : String(queue.number)
    case 'queue.name':
      return queue?.name ?? null
    case 'channel':
      return queue?.channel ?? null
    case 'direction':
      return queue?.direction ?? null
    case 'agent.id':
      return agent?.id ?? null
    case 'agent.logon':
      return agent?.logon ?? null
    case 'agent.name':
      return agent?.name ?? null
    case 'target':
      return target
    case 'interval.minutes':
      return String(intervalMinutes)
    case 'interval.seconds':
      return String(intervalMinutes * 60)
    case 'interval.ms':
      return String(intervalMinutes * 60_000)
    default:
      return null
  }
}

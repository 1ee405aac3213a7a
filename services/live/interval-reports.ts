import type {
  AdherenceIntervalsQuery,
  AgentIntervalsQuery,
  ConversationIntervalsQuery,
  QueueIntervalsQuery,
} from '../../schemas/feeds/intervals.ts'
import type { IntervalTable } from '../../schemas/metrics/catalogue.ts'
import { wrong } from './asked.ts'
import type { IntervalQuestion } from './interval-sql.ts'

/** What is added up for an answer: of which tables, by which of their keys, over which others. */
export interface Report extends Pick<IntervalQuestion, 'keys' | 'over' | 'filters'> {
  readonly tables: readonly IntervalTable[]
}

export function queueReport({ by, ...filters }: QueueIntervalsQuery): Report {
  const { queue, channel, direction } = filters
  const own = ['queue', 'channel', 'direction']
  return {
    tables: ['queue_intervals'],
    keys: by === 'queue' ? ['workspace', ...own] : ['workspace'],
    over: by === 'queue' ? [] : own,
    filters: { queue, channel, direction },
  }
}

export function conversationReport({ by, channel, queue }: ConversationIntervalsQuery): Report {
  const own = ['channel', 'queue']
  return {
    tables: ['conversation_intervals'],
    keys: by === 'queue' ? ['workspace', ...own] : ['workspace'],
    over: by === 'queue' ? [] : own,
    filters: { channel, queue },
  }
}

export function adherenceReport({ by, agent }: AdherenceIntervalsQuery): Report {
  return {
    tables: ['adherence_intervals'],
    keys: by === 'agent' ? ['workspace', 'agent'] : ['workspace'],
    over: by === 'agent' ? [] : ['agent'],
    filters: { agent },
  }
}

export function agentTables({ by }: Pick<AgentIntervalsQuery, 'by'>): readonly IntervalTable[] {
  return by === 'queue' ? ['agent_queue_intervals'] : ['agent_intervals', 'agent_queue_intervals']
}

/** Time is not spent in a queue: what an agent did by queue is told without it, or all that he did with it. */
export function agentReport(query: AgentIntervalsQuery): Report {
  const { by, agent, queue, channel, direction } = query
  if (by === 'queue') {
    return {
      tables: agentTables(query),
      keys: ['workspace', 'agent', 'queue', 'channel', 'direction'],
      over: [],
      filters: { agent, queue, channel, direction },
    }
  }
  const misplaced = Object.entries({ queue, channel, direction })
    .filter(([, values]) => values !== undefined)
    .map(([field]) => ({ field, detail: 'goes with by=queue: time is not spent in a queue' }))
  if (misplaced.length > 0) throw wrong(misplaced)
  return {
    tables: agentTables(query),
    keys: ['workspace', 'agent'],
    over: [],
    filters: { agent },
  }
}

import { randomBytes } from 'node:crypto'
import type { AgentNow } from '../../schemas/feeds/adherence.ts'
import type { AdherenceDay, ReadDay } from './adherence-day.ts'
import { isNews } from './adherence-news.ts'

/** How agents keep to their plans by the last reading, with the memory of what was news lately. */
export interface AdherenceBoard {
  /** Tells it from every other board, also of the hub before this one: numbers are counted anew by each. */
  readonly id: string
  /** The number of the last reading that brought news; 0: there was none yet. */
  readonly sequence: number
  /** Of the last reading; null: there was none yet. */
  readonly day: ReadDay | null
  readonly agents: ReadonlyMap<string, AgentNow>
  take(reading: AdherenceDay): void
  /**
   * Of whom there was news after a number, each as he was told of by then; null of him: not at all. Null where that is too
   * long ago, or not yet.
   */
  changedSince(sequence: number): ReadonlyMap<string, AgentNow | null> | null
}

interface Commit {
  readonly sequence: number
  readonly before: ReadonlyMap<string, AgentNow | null>
}

/** So much news is remembered, of all agents together; whoever was away for longer gets everybody anew. */
const newsMax = 20_000

export function createAdherenceBoard(): AdherenceBoard {
  const id = randomBytes(6).toString('base64url')
  const commits: Commit[] = []
  let agents: ReadonlyMap<string, AgentNow> = new Map()
  let day: ReadDay | null = null
  let sequence = 0
  /** All is known of what came after it. */
  let first = 0
  let newsCount = 0

  function take(reading: AdherenceDay): void {
    const before = newsOf(reading)
    const isFirst = day === null
    agents = new Map(reading.agents.map(({ now }) => [now.agent, now]))
    day = reading.day
    if (before.size === 0 && !isFirst) return
    sequence++
    if (isFirst) first = sequence
    else remember({ sequence, before })
  }

  /** Of whom there is news, each as he was told of before. */
  function newsOf(reading: AdherenceDay): ReadonlyMap<string, AgentNow | null> {
    const before = new Map<string, AgentNow | null>()
    const isSameDay = day?.from === reading.day.from
    for (const one of reading.agents) {
      const { agent } = one.now
      const told = agents.get(agent)
      if (told === undefined) before.set(agent, null)
      else if (day === null || !isSameDay || isNews(told, day.now, one, reading.day)) {
        before.set(agent, told)
      }
    }
    const present = new Set(reading.agents.map(({ now }) => now.agent))
    for (const [agent, told] of agents) if (!present.has(agent)) before.set(agent, told)
    return before
  }

  function remember(commit: Commit): void {
    commits.push(commit)
    newsCount += commit.before.size
    while (newsCount > newsMax) {
      const oldest = commits.shift()
      if (oldest === undefined) break
      newsCount -= oldest.before.size
      first = oldest.sequence
    }
  }

  return {
    id,
    get sequence() {
      return sequence
    },
    get day() {
      return day
    },
    get agents() {
      return agents
    },
    take,
    changedSince(since) {
      if (since < first || since > sequence) return null
      const changed = new Map<string, AgentNow | null>()
      for (const commit of commits.toReversed()) {
        if (commit.sequence <= since) break
        for (const [agent, before] of commit.before) changed.set(agent, before)
      }
      return changed
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Sender } from '../../client/event-sender.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { Random } from '../../services/simulator/model/random.ts'

/** What agents do here; each is told by a code that is called so too. */
export const activities = ['Available', 'Break', 'Lunch', 'Training', 'Offline'] as const
export type Activity = (typeof activities)[number]

/** Rules of a WFM product that knows each activity by its own name. */
export function mappingOf(target: string): string {
  const rules = activities.map((code) => {
    const named = { Available: 'available', Offline: 'signed_off' } as const
    const className = code === 'Available' || code === 'Offline' ? named[code] : 'signed_on'
    return `  - {when: {activity: [${code}]}, give: {code: ${code}, class: ${className}}}\n`
  })
  return `target: ${target}\nrules:\n${rules.join('')}`
}

/** An agent turns to something else. */
export interface Turn {
  readonly activity: Activity
  readonly at: Instant
  /** When the hub said that it had heard of it; null: not yet. */
  readonly acknowledgedAt: Instant | null
}

/** Agents who never rest, and what they have done. */
export interface ChangingAgents {
  /** By agent, in the order of time. */
  readonly turns: ReadonlyMap<string, readonly Turn[]>
  /** Resolves when the hub has all of it. Rejects if it has not taken something. */
  stop(): Promise<void>
}

export interface ChangingOptions {
  readonly sender: Sender
  readonly agents: readonly string[]
  /** All of them are available since then. */
  readonly availableSince: Instant
  readonly everyMs: number
  readonly random: Random
}

/** One agent after the other turns to something else, all of them in one order after the other. */
export async function startChanging(options: ChangingOptions): Promise<ChangingAgents> {
  const { sender, agents, availableSince, everyMs, random } = options
  const turns = new Map<string, Turn[]>()
  let isEnding = false
  const mayEnd = () => isEnding
  await Promise.all(agents.map((agent) => turn(agent, 'Available', availableSince)))
  const changing = change()
  // Somebody hears of it when he stops them.
  changing.catch(() => undefined)

  async function turn(agent: string, activity: Activity, at: Instant): Promise<void> {
    const own = turns.get(agent) ?? []
    turns.set(agent, own)
    const place = own.push({ activity, at, acknowledgedAt: null }) - 1
    await sender.send({
      ...{ type: 'worker.activity.update', time: new Date(at) },
      data: {
        ...{ worker: agent, activity, activity_name: activity },
        activity_available: activity === 'Available',
      },
    })
    own[place] = { activity, at, acknowledgedAt: Date.now() }
  }

  async function change(): Promise<void> {
    const sent: Promise<void>[] = []
    while (!mayEnd()) {
      for (const agent of shuffled(agents, random)) {
        if (mayEnd()) break
        const others = activities.filter((one) => one !== turns.get(agent)?.at(-1)?.activity)
        const next = others[Math.floor(random.next() * others.length)] ?? 'Available'
        sent.push(turn(agent, next, Date.now()))
        await sleep(everyMs)
      }
      await Promise.all(sent.splice(0))
    }
    await Promise.all(sent)
  }

  return {
    turns,
    async stop() {
      isEnding = true
      await changing
    },
  }
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

import type { Agent, ChannelName, Queue, Roster } from './centre.ts'
import type { QueuePlan } from './create-queues.ts'
import { chance, pick } from './draws.ts'
import { inventName } from './names.ts'
import { channelCapacity } from './queue-templates.ts'
import type { Random } from './random.ts'
import { planRosters, rosteredMinutes } from './roster.ts'
import { createSids } from './sids.ts'
import { openZone, type Zone } from './zone.ts'

export interface Staff {
  readonly agents: readonly Agent[]
  /** The queues again, with as much demand as their agents can bear. */
  readonly queues: readonly Queue[]
}

/** Hires agents for every queue, by weight, and lets as many contacts come as keep them busy, or `load` times as many. */
export function hireAgents(
  count: number,
  plans: readonly QueuePlan[],
  centreZone: Zone,
  random: Random,
  load: number,
): Staff {
  const heads = divide(count, plans)
  const teams = plans.map((plan, index) => ({
    plan,
    rosters: planRosters(
      heads[index] ?? 0,
      plan.queue.traits.shape,
      random.split('rosters', index),
    ),
  }))
  const queues = teams.map(({ plan, rosters }) => ({
    ...plan.queue,
    contactsPerDay: demandFor(plan.queue, rosters) * load,
  }))
  const places = teams.flatMap(({ rosters }, index) =>
    rosters.map((roster, seat) => ({ index, roster, seat })),
  )
  const sid = createSids(random, 'WK')
  const zones = zoneNames.map((name) => openZone(name))
  const agents = places.map(({ index, roster, seat }, number) => {
    const own = random.split('agent', number)
    const home = queues[index]
    if (home === undefined) throw new Error('a team without a queue')
    const zone = chance(own, 0.7) ? centreZone : (pick(own, zones) ?? centreZone)
    return hire({
      sid: sid(),
      number,
      home,
      others: others(index, plans, queues, own),
      zone,
      roster: inZone(roster, centreZone, zone),
      team: `${home.name} ${String.fromCharCode(65 + Math.floor(seat / 15))}`,
      random: own,
    })
  })
  return { agents, queues }
}

const zoneNames = ['America/Chicago', 'America/Phoenix', 'America/Los_Angeles']

/** Everyone has a queue, and every queue someone, as far as the heads go. */
function divide(count: number, plans: readonly QueuePlan[]): number[] {
  const total = plans.reduce((sum, plan) => sum + plan.weight, 0)
  let given = 0
  let weight = 0
  return plans.map((plan) => {
    weight += plan.weight
    const upTo = Math.round((weight / total) * count)
    const heads = upTo - given
    given = upTo
    return heads
  })
}

/** Breaks, lunch and meetings take this share of a shift; demand is planned for the rest. */
const shrinkage = 0.14

/** How many contacts at once an agent is planned to have. */
const plannedConcurrency: Readonly<Record<ChannelName, number>> = {
  voice: 1,
  chat: 1.9,
  sms: 1.9,
  email: 1,
}

function demandFor(queue: Queue, rosters: readonly Roster[]): number {
  const traits = queue.traits
  const workMs = rosteredMinutes(rosters) * 60_000 * (1 - shrinkage)
  const concurrency = plannedConcurrency[queue.channel.uniqueName]
  return (workMs * concurrency * traits.occupancy) / (traits.talkMs + traits.wrapMs)
}

/** A second queue of the same channel for every third agent; some of the voice agents chat too. */
function others(
  home: number,
  plans: readonly QueuePlan[],
  queues: readonly Queue[],
  random: Random,
): Queue[] {
  const mine = plans[home]
  const near = queues.filter((_, index) => index !== home && plans[index]?.block === mine?.block)
  const channel = mine?.queue.channel.uniqueName
  const same = near.filter((queue) => queue.channel.uniqueName === channel)
  const chosen: (Queue | undefined)[] = []
  if (chance(random, 0.35)) chosen.push(pick(random, same))
  if (channel === 'voice' && chance(random, 0.3)) {
    chosen.push(near.find((queue) => queue.skill.startsWith('general')))
  }
  if (channel === 'voice' && chance(random, 0.06)) {
    chosen.push(near.find((queue) => queue.channel.uniqueName === 'chat'))
  }
  if (channel === 'chat' && chance(random, 0.3)) {
    chosen.push(near.find((queue) => queue.channel.uniqueName === 'sms'))
  }
  return [...new Set(chosen.filter((queue) => queue !== undefined))]
}

interface Hire {
  readonly sid: string
  readonly number: number
  readonly home: Queue
  readonly others: readonly Queue[]
  readonly zone: Zone
  readonly roster: Roster
  readonly team: string
  readonly random: Random
}

function hire({ sid, number, home, others, zone, roster, team, random }: Hire): Agent {
  const queues = [home, ...others]
  const { given, family } = inventName(random)
  const login = `${given}.${family}.${number + 1}`.toLowerCase()
  const fullName = `${given} ${family}`
  const name = `${login}@example.com`
  return {
    sid,
    name,
    fullName,
    team,
    zone,
    home,
    queues,
    capacity: capacities(queues, home, random),
    attributes: attributesOf({ name, login, fullName, number, queues, team, zone }),
    roster,
  }
}

function capacities(queues: readonly Queue[], home: Queue, random: Random): Agent['capacity'] {
  const capacity = { voice: 0, chat: 0, sms: 0, email: 0 }
  for (const { channel } of queues) {
    const usual = pick(random, channelCapacity[channel.uniqueName]) ?? 1
    // Whoever mainly telephones takes one chat at a time.
    const blended = channel.uniqueName !== home.channel.uniqueName
    capacity[channel.uniqueName] = blended ? 1 : usual
  }
  return capacity
}

interface AttributeSource extends Pick<Agent, 'name' | 'fullName' | 'team' | 'zone' | 'queues'> {
  readonly login: string
  readonly number: number
}

/** The attributes that Flex and its reports read. */
function attributesOf(agent: AttributeSource): string {
  const skills = agent.queues.map((queue) => queue.skill)
  return JSON.stringify({
    contact_uri: `client:${agent.name.replaceAll('@', '_40').replaceAll('.', '_2E')}`,
    full_name: agent.fullName,
    email: agent.name,
    skills,
    languages: ['en'],
    team_id: agent.team.replaceAll(' ', '-').toUpperCase(),
    team_name: agent.team,
    agent_id: `EMP${10_001 + agent.number}`,
    location: agent.zone.name,
    routing: { skills, levels: {} },
    roles: ['agent'],
  })
}

const referenceDay = Date.UTC(2026, 0, 14)

/** The same hours on another zone's wall clock. */
function inZone(roster: Roster, from: Zone, to: Zone): Roster {
  const ahead = (to.offsetMs(referenceDay) - from.offsetMs(referenceDay)) / 60_000
  return { ...roster, startMinute: roster.startMinute + ahead }
}

import { encodeEvent } from '../schemas/avro/codec.ts'
import { blankEvent } from '../schemas/events/blank-event.ts'
import { ledgerEventSchema, type LedgerEvent } from '../schemas/events/ledger-event.ts'
import { openEmbeddedLog } from '../services/log/embedded.ts'
import { placementsOf, type Topic } from '../services/log/topics.ts'
import type { Centre } from '../services/simulator/model/centre.ts'
import { createCentre } from '../services/simulator/model/create-centre.ts'
import type { SimulatedEvent, TaskRouterEventType } from '../services/simulator/model/event.ts'

// A centre as large as one likes, in teams that each work for queues of their own.

export interface StreamCentre {
  readonly centre: Centre
  readonly teams: readonly Team[]
  readonly workersCount: number
  readonly queuesCount: number
}

export interface Team {
  readonly name: string
  readonly queues: readonly TeamQueue[]
  readonly workers: readonly TeamWorker[]
  /** Takes no tasks: it changes its activity, so that each change can be told on the stream. */
  readonly probe: TeamWorker
}

export interface Place {
  readonly sid: string
  readonly name: string
}

/** Each event of it says again for whom it is, as Twilio's do. */
export interface TeamQueue extends Place {
  readonly expression: string
}

export interface TeamWorker extends Place {
  /** JSON. */
  readonly attributes: string
}

const workersPerTeam = 150

export function createStreamCentre(workersCount: number, queuesCount: number): StreamCentre {
  const teamsCount = Math.max(1, Math.round(workersCount / workersPerTeam))
  const teams = Array.from({ length: teamsCount }, (_, team): Team => {
    const name = `Team ${team}`
    const members = places('WK', workersCount, team, teamsCount).map((place, index) => ({
      ...place,
      attributes: JSON.stringify({ team_name: name, level: index % 4 }),
    }))
    const [probe, ...workers] = members
    if (probe === undefined) throw new Error('a team without workers')
    return {
      name,
      queues: places('WQ', queuesCount, team, teamsCount).map((place) => ({
        ...place,
        expression: `team_name == '${name}' AND level > ${Number(`0x${place.sid.slice(-1)}`) % 3}`,
      })),
      workers,
      probe,
    }
  })
  const centre = createCentre({ seed: 'bench', agents: 20, queues: 2, hours: 'always' })
  return { centre, teams, workersCount, queuesCount }
}

/** Those of so many that are the team's share. */
function places(prefix: 'WK' | 'WQ', count: number, team: number, teams: number): readonly Place[] {
  const share = Math.ceil((count - team) / teams)
  return Array.from({ length: Math.max(1, share) }, (_, index) => {
    const number = team + index * teams
    return { sid: sidOf(prefix, number), name: `${prefix === 'WK' ? 'Agent' : 'Queue'} ${number}` }
  })
}

export function sidOf(prefix: string, number: number): string {
  return prefix + number.toString(16).padStart(32, '0')
}

/** Writes a log in which the whole centre is there and at work, for a hub to begin with. */
export async function writeCentre(
  folder: string,
  { centre, teams }: StreamCentre,
  at: number,
): Promise<void> {
  const log = await openEmbeddedLog({ folder })
  const records = new Map<Topic, { key: string; value: Uint8Array }[]>()
  for (const event of teams.flatMap((team) => eventsOf(team, centre, at))) {
    const value = encodeEvent(event)
    for (const { topic, key } of placementsOf(event)) {
      const ofTopic = records.get(topic) ?? []
      records.set(topic, ofTopic)
      ofTopic.push({ key, value })
    }
  }
  for (const [topic, ofTopic] of records) {
    for (let from = 0; from < ofTopic.length; from += 1_000) {
      await log.append(topic, ofTopic.slice(from, from + 1_000))
    }
  }
  await log.close()
}

function eventsOf(team: Team, centre: Centre, at: number): readonly LedgerEvent[] {
  const available = centre.activities.find((activity) => activity.available)
  const event = (type: LedgerEvent['type'], id: string, fields: object) =>
    ledgerEventSchema.parse({
      ...blankEvent({ type, id, source: 'bench', road: 'api', at, receivedAt: at }),
      ...{ workspace: centre.workspaceSid, account: centre.accountSid, ...fields },
    })
  return [
    ...team.queues.map(({ sid, name, expression }) =>
      event('task-queue.created', `new ${sid}`, { queue: sid, queueName: name, expression }),
    ),
    ...[team.probe, ...team.workers].flatMap(({ sid, name, attributes }) => {
      const worker = { worker: sid, workerName: name }
      return [
        event('worker.created', `new ${sid}`, {
          ...worker,
          activity: available?.sid ?? null,
          activityName: available?.name ?? null,
          attributes,
        }),
        event('worker.capacity.update', `voice ${sid}`, {
          ...{ ...worker, channel: 'voice', capacity: 1, channelAvailable: true },
        }),
      ]
    }),
  ]
}

/** An event of a worker, a task, or both, as Twilio tells it. */
export interface Telling {
  readonly type: TaskRouterEventType
  readonly at: number
  readonly number: number
  readonly worker?: TeamWorker
  /** Which activity he is in, by its place among the centre's. */
  readonly activity?: number
  readonly task?: { readonly number: number; readonly queue: TeamQueue; readonly createdAt: number }
}

export function toEvent({ centre }: StreamCentre, told: Telling): SimulatedEvent {
  const { type, at, number, worker, task } = told
  const activity = centre.activities[told.activity ?? 1]
  const [channel] = centre.channels
  const [workflow] = centre.workflows
  if (activity === undefined || channel === undefined || workflow === undefined) {
    throw new Error('a centre without activities, channels or workflows')
  }
  const taskSid = sidOf('WT', task?.number ?? 0)
  return {
    ...{ sid: sidOf('EV', number), type, at, description: type },
    resourceSid: task === undefined ? (worker?.sid ?? '') : taskSid,
    ...(worker !== undefined && {
      worker: {
        ...{ sid: worker.sid, name: worker.name, attributes: worker.attributes, version: 1 },
        ...{ activitySid: activity.sid, activityName: activity.name },
      },
    }),
    ...(type === 'worker.activity.update' && {
      previousActivity: { sid: activity.sid, name: activity.name, timeMs: 0 },
    }),
    ...(task !== undefined && {
      task: {
        ...{ sid: taskSid, attributes: '{}', createdAt: task.createdAt, priority: 5 },
        ...{ status: 'pending', version: 1, ignoreCapacity: false, routingTarget: null },
        ...{ channelSid: channel.sid, channel: channel.uniqueName },
        ...{ workflowSid: workflow.sid, workflowName: workflow.name },
        ...{ canceledReason: null, completedReason: null },
        queue: { ...task.queue, enteredAt: task.createdAt },
      },
    }),
    ...(type.startsWith('reservation.') && {
      reservation: { sid: sidOf('WR', task?.number ?? 0), version: 1, capacity: 1, consumed: 1 },
    }),
  }
}

const lifeOfTask = [
  'task.created',
  'task-queue.entered',
  'reservation.created',
  'reservation.accepted',
  'reservation.wrapup',
  'reservation.completed',
  'task.completed',
] as const

/** Tasks of all teams in turn, so many at once, without end: each batch goes on with the next of them by one event each. */
export function createTaskTraffic(of: StreamCentre, tasksAtOnce: number) {
  const open: { number: number; step: number; createdAt: number }[] = []
  let tasks = 0
  let events = 0
  let turn = 0

  function next(at: number): SimulatedEvent {
    const place = turn++ % tasksAtOnce
    let task = open[place]
    if (task === undefined || task.step === lifeOfTask.length) {
      open[place] = task = { number: ++tasks, step: 0, createdAt: at }
    }
    const { number, createdAt } = task
    const team = of.teams[number % of.teams.length]
    const round = Math.floor(number / of.teams.length)
    const queue = team?.queues[round % team.queues.length]
    const worker = team?.workers[round % team.workers.length]
    const type = lifeOfTask[task.step++]
    if (queue === undefined || worker === undefined || type === undefined) {
      throw new Error('a team without queues or workers')
    }
    return toEvent(of, {
      ...{ type, at, number: ++events, task: { number, queue, createdAt } },
      ...(type.startsWith('reservation.') && { worker }),
    })
  }

  return {
    batch: (size: number, at: number): readonly SimulatedEvent[] =>
      Array.from({ length: size }, () => next(at)),
  }
}

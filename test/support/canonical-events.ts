import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from './fold-all.ts'

// The hour that all samples of WFM products are of, as what happened in it: the other way round than the hub goes. The
// samples say sums; any calls and chats do that come to them, so here each begins, waits and ends within its quarter hour.

const folder = join(import.meta.dirname, '../fixtures/wfm/canonical')
const seconds = z.int().min(0)
const count = z.int().min(0)
const quarter = { interval_start: z.iso.datetime().transform((text) => Date.parse(text)) }

const queueRow = z.object({
  ...{ ...quarter, queue_number: count, queue_name: z.string(), channel: z.string() },
  ...{ overflow_in: count, overflow_out: count, answered: count, abandoned: count },
  ...{ answered_in_sl: count, wait_answered_s: seconds, longest_wait_answered_s: seconds },
  ...{ wait_abandoned_s: seconds, longest_wait_abandoned_s: seconds },
})
const agentQueueRow = z.object({
  ...{ ...quarter, agent_logon: z.string(), queue_number: count, answered: count },
  ...{ talk_s: seconds, wrap_s: seconds, transferred_out: count },
})
const agentRow = z.object({
  ...{ ...quarter, agent_logon: z.string(), agent_name: z.string(), logged_in_s: seconds },
  ...{ not_available_s: seconds, available_s: seconds, idle_s: seconds },
  ...{ direct_in_s: seconds, direct_out_s: seconds },
})
type QueueRow = z.infer<typeof queueRow>
type AgentQueueRow = z.infer<typeof agentQueueRow>
type AgentRow = z.infer<typeof agentRow>

const queueRows = z.array(queueRow).parse(read('queue-interval.json'))
const agentQueueRows = z.array(agentQueueRow).parse(read('agent-queue-interval.json'))
const agentRows = z.array(agentRow).parse(read('agent-interval.json'))

/** Of one answer in a queue: who, from when on, and how long he talked and wrapped up. */
interface Answer {
  readonly agent: AgentRow
  readonly at: Instant
  readonly talkMs: number
  readonly wrapMs: number
  readonly isTransferred: boolean
}

/** Where calls overflow from and to: no product is told of it. */
export const elsewhere = { queue: 'WQ900', queueName: 'Elsewhere' }

/**
 * By which waits are within the service level. The samples say 20 s, and count a wait of 21 s as within and one of 26 s as
 * beyond it.
 */
export const slThresholdMs = 25_000

/** What agents did in the hour, contacts apart. */
export function canonicalActivities(): readonly LedgerEvent[] {
  return agentRows.flatMap((row) => {
    const { interval_start: at, agent_logon: logon } = row
    const to = at + quarterMs
    const change = (activityName: string, from: Instant) =>
      anEvent({
        ...{ type: 'worker.activity.update', id: `${logon}-${from}-${activityName}`, at: from },
        ...{ worker: `WK${logon}`, workerName: row.agent_name, activityName },
      })
    return [
      change('Available', availableFrom(row)),
      ...(row.not_available_s > 0 ? [change('Break', to - 1000 * row.not_available_s)] : []),
      // Who is not told of again has gone home.
      ...(at === lastQuarter ? [change('Offline', to)] : []),
    ]
  })
}

/** What came to the queues with these numbers, in the quarter hours that begin at these minutes. */
export function canonicalContacts(
  queues: readonly number[] = [101, 102, 201],
  minutes: readonly number[] = [0, 15, 30, 45],
): readonly LedgerEvent[] {
  return queueRows
    .filter(({ queue_number: number }) => queues.includes(number))
    .filter(({ interval_start: at }) => minutes.includes(new Date(at).getUTCMinutes()))
    .flatMap((row) => contactsOf(row))
}

function contactsOf(row: QueueRow): readonly LedgerEvent[] {
  const answers = answersIn(row)
  const waits = answeredWaits(row)
  return [
    ...answers.flatMap((answer, index) => {
      const waitMs = 1000 * (waits[index] ?? 0)
      if (answer.at - waitMs < row.interval_start) throw new Error('a wait that began before')
      return answered(row, index, answer, waitMs, index >= answers.length - row.overflow_in)
    }),
    ...abandonedWaits(row).flatMap((wait, index) => abandoned(row, index, 1000 * wait)),
    ...Array.from({ length: row.overflow_out }, (_one, index) => flowedOut(row, index)).flat(),
  ]
}

/** All that is answered in a queue, in the order of time. */
function answersIn(row: QueueRow): readonly Answer[] {
  const answers = agentRows
    .filter(({ interval_start: at }) => at === row.interval_start)
    .flatMap((agent) => answersOf(agent).filter((one) => one.queue === row.queue_number))
    .toSorted((a, b) => a.at - b.at)
  if (answers.length !== row.answered) throw new Error('agents and queues do not agree')
  return answers
}

/**
 * What an agent answers in a quarter hour: one thing after the other as late as it goes; of chats one for as long as he is
 * busy, and the others beside it in two lanes.
 */
function answersOf(agent: AgentRow): readonly (Answer & { readonly queue: number })[] {
  const own = agentQueueRows
    .filter((row) => row.interval_start === agent.interval_start)
    .filter((row) => row.agent_logon === agent.agent_logon)
  // Contacts that nobody routed are in no ledger.
  const idleMs = 1000 * (agent.idle_s + agent.direct_in_s + agent.direct_out_s)
  // What ends on a border ends in the quarter hour after it.
  const from = availableFrom(agent) + idleMs - 1000
  const busyMs = 1000 * agent.available_s - idleMs
  const isOfChats = own.some(({ queue_number: queue }) => queue === chats)
  const lanes = Array.from({ length: isOfChats ? 3 : 1 }, () => from)
  return own.flatMap((row) => {
    const lengths = isOfChats ? chatLengths(row, busyMs) : shares(total(row), row.answered)
    const wraps = shares(row.wrap_s, row.answered)
    return lengths.map((length, index) => {
      const lane = lanes.indexOf(isOfChats && index === 0 ? from : Math.min(...lanes))
      const at = lanes[lane] ?? from
      lanes[lane] = at + 1000 * length
      if (at + 1000 * length > from + busyMs) throw new Error('more work than time')
      const wrap = wraps[index] ?? 0
      return {
        ...{ agent, at, queue: row.queue_number, isTransferred: index < row.transferred_out },
        ...{ talkMs: 1000 * (length - wrap), wrapMs: 1000 * wrap },
      }
    })
  })
}

function total({ talk_s, wrap_s }: AgentQueueRow): number {
  return talk_s + wrap_s
}

function chatLengths(row: AgentQueueRow, busyMs: number): readonly number[] {
  const longest = busyMs / 1000
  return [longest, ...shares(total(row) - longest, row.answered - 1)]
}

/** A sum in equal whole parts, the first with what is left over. */
function shares(sum: number, parts: number): readonly number[] {
  const each = Math.floor(sum / parts)
  return Array.from({ length: parts }, (_one, index) => each + (index === 0 ? sum % parts : 0))
}

/** Waits that come to the sum, the longest, and the number within the service level; the longest last. */
function answeredWaits(row: QueueRow): readonly number[] {
  const { answered, answered_in_sl: within, wait_answered_s: sum } = row
  const longest = row.longest_wait_answered_s
  const limit = slThresholdMs / 1000
  const waits = Array.from({ length: answered }, (_one, index) => (index < within ? 0 : limit + 1))
  waits[answered - 1] = longest
  let left = sum - waits.reduce((a, b) => a + b, 0)
  for (let index = answered - 2; index >= 0; index--) {
    const room = Math.min(longest, index < within ? limit : Infinity) - (waits[index] ?? 0)
    const more = Math.min(left, room)
    waits[index] = (waits[index] ?? 0) + more
    left -= more
  }
  if (left !== 0) throw new Error('no waits come to this sum')
  return waits.toSorted((a, b) => a - b)
}

function abandonedWaits(row: QueueRow): readonly number[] {
  const longest = row.longest_wait_abandoned_s
  if (row.abandoned === 0) return []
  return [longest, ...shares(row.wait_abandoned_s - longest, row.abandoned - 1)]
}

function answered(
  row: QueueRow,
  index: number,
  { agent, at, talkMs, wrapMs, isTransferred }: Answer,
  waitMs: number,
  isOverflow: boolean,
): readonly LedgerEvent[] {
  const { tell, task, queue } = contact(row, `answered-${index}`)
  const leg = {
    ...{ ...queue, reservation: `WR${task}`, worker: `WK${agent.agent_logon}` },
    workerName: agent.agent_name,
  }
  const talked = at + talkMs
  const transfer = { ...leg, transfer: `TT${task}`, transferMode: 'cold', toQueue: elsewhere.queue }
  const ended = talked + wrapMs
  return [
    ...entered(tell, queue, at - waitMs, isOverflow),
    tell('reservation.created', at, leg),
    tell('reservation.accepted', at, leg),
    ...(isTransferred
      ? [
          tell('task.transfer-initiated', talked, transfer),
          tell('task-queue.entered', talked, { ...elsewhere, entry: 'transfer' }),
          tell('task.transfer-completed', talked, transfer),
        ]
      : []),
    tell('reservation.wrapup', talked, leg),
    tell('reservation.completed', ended, leg),
    tell('task.completed', ended, isTransferred ? elsewhere : queue),
  ]
}

function abandoned(row: QueueRow, index: number, waitMs: number): readonly LedgerEvent[] {
  const { tell, queue } = contact(row, `abandoned-${index}`)
  const at = row.interval_start + 60_000
  return [
    ...entered(tell, queue, at, false),
    tell('task.canceled', at + waitMs, { ...queue, reason: 'hangup' }),
  ]
}

function flowedOut(row: QueueRow, index: number): readonly LedgerEvent[] {
  const { tell, queue } = contact(row, `flowed-out-${index}`)
  const at = row.interval_start + 60_000
  return [
    ...entered(tell, queue, at, false),
    tell('task-queue.moved', at + 30_000, queue),
    tell('task-queue.entered', at + 30_000, elsewhere),
    tell('task.canceled', at + 40_000, { ...elsewhere, reason: 'hangup' }),
  ]
}

type Tell = (type: string, at: Instant, fields: object) => LedgerEvent

function entered(tell: Tell, queue: object, at: Instant, isOverflow: boolean) {
  if (!isOverflow) return [tell('task.created', at, {}), tell('task-queue.entered', at, queue)]
  const before = at - 5_000
  return [
    tell('task.created', before, {}),
    tell('task-queue.entered', before, elsewhere),
    tell('task-queue.moved', at, elsewhere),
    tell('task-queue.entered', at, queue),
  ]
}

function contact(row: QueueRow, name: string) {
  const { interval_start: from, channel } = row
  const task = `WT${row.queue_number}-${new Date(from).getUTCMinutes()}-${name}`
  const queue = { queue: `WQ${row.queue_number}`, queueName: row.queue_name }
  let told = 0
  const tell: Tell = (type, at, fields) =>
    anEvent({ id: `${task}-${told++}`, type, at, task, channel, direction: 'inbound', ...fields })
  return { task, queue, tell }
}

function availableFrom({ interval_start: at, logged_in_s: loggedIn }: AgentRow): Instant {
  return at + quarterMs - 1000 * loggedIn
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

const quarterMs = 900_000
const chats = 201
const lastQuarter = Math.max(...queueRows.map(({ interval_start: at }) => at))

import { z } from 'zod'
import type { Instant, Span } from '../../schemas/events/instant.ts'
import { groupedBy } from '../whatif/grouped.ts'
import type {
  Contact,
  Departure,
  StaffedWorker,
  Stay,
  Stretch,
  Work,
  WorkerChange,
} from '../whatif/stretch.ts'
import { objectIn } from './json-object.ts'
import type { ActivityRow, LegRow, TaskRow, VisitRow, WhatIfRows } from './whatif-rows.ts'

/** The rows of a stretch in the form in which it can be replayed. */
export function toStretch(rows: WhatIfRows, counted: Span, replayed: Span): Stretch {
  const legs = new Map(rows.legs.map((leg) => [leg.reservation, leg]))
  const tasks = new Map(rows.tasks.map((task) => [task.task, task]))
  const endedByWorkflow = new Set(rows.endedByWorkflow.map(({ task }) => task))
  const failed = groupedBy(
    rows.legs.filter((leg) => !leg.is_direct && isInVain(leg)),
    ({ task }) => task,
  )
  const contacts = waitsIn(rows.visits).map((visits) =>
    toContact(visits, {
      task: tasks.get(visits[0].task),
      answeredBy: legs.get(visits.at(-1)?.answered_by ?? ''),
      failed: failed.get(visits[0].task) ?? [],
      isEndedByWorkflow: endedByWorkflow.has(visits[0].task),
    }),
  )
  const answering = new Set(rows.visits.map((visit) => visit.answered_by))
  const committed = groupedBy(
    rows.legs.filter(
      ({ accepted, reservation }) => accepted !== null && !answering.has(reservation),
    ),
    ({ agent }) => agent,
  )
  return {
    ...{ counted, replayed, contacts },
    workers: toWorkers(rows, committed, replayed),
    work: rows.legs.flatMap((leg) => toWork(leg, replayed.to)),
  }
}

/** Visits that follow from each other by time-out alone are one wait. */
type Wait = readonly [VisitRow, ...VisitRow[]]

function waitsIn(visits: readonly VisitRow[]): readonly Wait[] {
  const waits: [VisitRow, ...VisitRow[]][] = []
  for (const visit of visits) {
    const last = waits.at(-1)
    if (last !== undefined && last[0].task === visit.task && visit.entry === 'moved')
      last.push(visit)
    else waits.push([visit])
  }
  return waits
}

interface ToldOfContact {
  readonly task: TaskRow | undefined
  readonly answeredBy: LegRow | undefined
  readonly failed: readonly LegRow[]
  readonly isEndedByWorkflow: boolean
}

function toContact(visits: Wait, told: ToldOfContact): Contact {
  const [first] = visits
  const last = visits.at(-1) ?? first
  const { task, answeredBy } = told
  const isInIt = ({ offered }: LegRow) =>
    offered >= first.entered && offered < (last.exited ?? Infinity)
  const stays = visits.map(toStay)
  return {
    ...{ id: `${first.task}/${first.visit}`, at: first.entered },
    ...{ channel: first.channel, direction: first.direction, stays },
    attributes: objectIn(task?.attributes),
    priority: task?.priority ?? 0,
    into:
      first.entry === 'new' && first.workflow !== ''
        ? { kind: 'workflow', workflow: first.workflow }
        : { kind: 'queue', queue: first.queue },
    leftAs: told.isEndedByWorkflow ? null : departureOf(stays.at(-1)),
    failedRingsMs: told.failed.filter(isInIt).map(ringMs),
    ringMs: answeredBy === undefined ? null : ringMs(answeredBy),
    handleMs:
      answeredBy?.accepted == null || answeredBy.ended === null
        ? null
        : answeredBy.ended - answeredBy.accepted,
  }
}

const dispositions = z.enum([
  'answered',
  'waiting',
  'abandoned',
  'flowed_out_timeout',
  'flowed_out_moved',
  'flowed_out_diverted',
  'flowed_out_canceled',
])

function toStay({ queue, entered, exited, disposition }: VisitRow): Stay {
  return {
    ...{ queue, enteredAt: entered, exitedAt: exited },
    disposition: dispositions.parse(disposition),
  }
}

function departureOf(stay: Stay | undefined): Departure | null {
  switch (stay?.disposition) {
    case 'abandoned':
    case 'flowed_out_moved':
    case 'flowed_out_diverted':
    case 'flowed_out_canceled':
      return stay.disposition
    case 'answered':
    case 'waiting':
    case 'flowed_out_timeout':
    case undefined:
      return null
  }
}

function isInVain({ offer_outcome: outcome }: LegRow): boolean {
  return outcome === 'rejected' || outcome === 'timed_out'
}

function ringMs({ offered, offer_ended }: LegRow): number {
  return Math.max(0, (offer_ended ?? offered) - offered)
}

function toWork(leg: LegRow, end: Instant): readonly Work[] {
  const { agent: worker, offered, offer_ended, accepted, ended } = leg
  const ring = { worker, kind: 'ring', from: offered, to: offer_ended ?? end } as const
  if (accepted === null) return [ring]
  return [ring, { worker, kind: 'handle', from: accepted, to: ended ?? end }]
}

function toWorkers(
  rows: WhatIfRows,
  committed: ReadonlyMap<string, readonly LegRow[]>,
  { to: end }: Span,
): readonly StaffedWorker[] {
  const names = new Map(rows.workers.map(({ worker, name }) => [worker, name]))
  const isAvailable = new Map(rows.isAvailable.map((row) => [row.activity, row.takes_tasks]))
  const activities = groupedBy(rows.activities, ({ agent }) => agent)
  const attributes = groupedBy(rows.attributes, ({ worker }) => worker)
  const channels = groupedBy(rows.channels, ({ worker }) => worker)
  return [...activities].map(([sid, own]) => ({
    sid,
    friendlyName: names.get(sid) ?? '',
    changes: [
      ...(attributes.get(sid) ?? []).map((row): WorkerChange => ({
        ...{ at: row.time, kind: 'attributes', attributes: objectIn(row.attributes) },
      })),
      ...(channels.get(sid) ?? []).map(
        ({ time: at, channel, capacity, available }): WorkerChange => ({
          ...{ at, kind: 'channel', channel },
          ...{ configuredCapacity: capacity ?? 1, isAvailable: available ?? true },
        }),
      ),
      ...own.flatMap((row, index) => toActivityChanges(row, own[index + 1], isAvailable)),
    ].toSorted((a, b) => a.at - b.at),
    commitments: (committed.get(sid) ?? []).map(({ accepted, offered, ended, channel }) => ({
      ...{ from: accepted ?? offered, to: ended ?? end, channel },
    })),
  }))
}

function toActivityChanges(
  row: ActivityRow,
  next: ActivityRow | undefined,
  isAvailable: ReadonlyMap<string, boolean>,
): readonly WorkerChange[] {
  const { started: at, activity: sid, activity_name: name, activity_class, ended } = row
  const takesTasks = isAvailable.get(sid) ?? activity_class === 'available'
  const began = { at, kind: 'activity', activity: { sid, name, isAvailable: takesTasks } } as const
  if (ended === null || next !== undefined) return [began]
  // Nothing follows: the worker was deleted.
  const gone = { sid: '', name: '', isAvailable: false }
  return [began, { at: ended, kind: 'activity', activity: gone }]
}

import { estimateOf, type Estimate } from './estimate.ts'
import { openFloor } from './floor.ts'
import {
  measure,
  measureNames,
  type MeasuredOutcome,
  type MeasureName,
  type Measures,
  type Thresholds,
} from './measures.ts'
import { createPlanner } from './plan.ts'
import { replay } from './replay.ts'
import type { RoutingTable } from './routing-table.ts'
import { changeStaff, type StaffChange } from './staff-change.ts'
import type { Contact, Outcome, StaffedWorker, Stay, Stretch } from './stretch.ts'

export interface WhatIfOptions {
  readonly stretch: Stretch
  /** Has every workflow and every queue that contacts, filters and targets name. */
  readonly routing: RoutingTable
  readonly thresholdsOf: (queue: string) => Thresholds
  readonly staff: readonly StaffChange[]
  readonly seed: string
}

/** A stretch of the past under a routing of one's own. */
export interface WhatIf {
  /** One replay; the same number gives the same. Runs differ in what is not recorded, and is drawn. */
  run(number: number): WhatIfRun
  /** What really happened beside what several runs come to. */
  compare(runs: readonly WhatIfRun[]): Comparison
}

export interface WhatIfRun {
  readonly measured: MeasuredOutcome
  /** The share of the counted contacts that ended as they did, in the same queue; null: there were none. */
  readonly sameFate: number | null
}

export interface Comparison {
  readonly total: ComparedMeasures
  /** Of every queue in which somebody waited, be it in fact or in a run; by its sid. */
  readonly queues: ReadonlyMap<string, ComparedMeasures>
  readonly sameFate: Estimate | null
  readonly assumed: Assumed
}

/** One of each name, in their order. */
export type ComparedMeasures = readonly ComparedMeasure[]

export interface ComparedMeasure {
  readonly name: MeasureName
  readonly recorded: number | null
  /** Null: fewer than two runs can tell. */
  readonly replayed: Estimate | null
}

/** How much of the counted stretch is not as it was recorded, or not free to become otherwise: why a replay is not closer. */
export interface Assumed {
  readonly contacts: number
  /** Nobody knows how long they would have waited: they did not go by themselves. */
  readonly patienceDrawn: number
  /** Nobody knows how long they would have taken: they were not answered. */
  readonly handlesDrawn: number
  /** Transfers and what fell back into a queue come when they came, whatever became of what was before. */
  readonly directArrivals: number
  /** Offers that rang in vain go with the contact, whoever is offered it. */
  readonly failedOffers: number
  /** Work that came to a worker by name, or that he began, takes place as it did. */
  readonly commitments: number
}

export type WhatIfReading =
  | { readonly kind: 'ready'; readonly whatIf: WhatIf }
  | { readonly kind: 'nobody_answered' }
  | { readonly kind: 'too_few'; readonly change: StaffChange; readonly has: number }

export function prepareWhatIf(options: WhatIfOptions): WhatIfReading {
  const { stretch, routing, seed, thresholdsOf } = options
  const { contacts, counted, replayed: span } = stretch
  const plan = createPlanner(stretch, seed)
  if (plan === null) return { kind: 'nobody_answered' }
  const members = membersByQueue(stretch.workers, stretch, routing)
  const staff = changeStaff(stretch.workers, options.staff, members, seed)
  if (staff.kind === 'too_few') return staff
  const { workers } = staff
  const after = {
    counted,
    thresholdsOf,
    workers,
    members: membersByQueue(workers, stretch, routing),
  }
  const before = { counted, thresholdsOf, workers: stretch.workers, members }
  const isCounted = ({ at }: Contact) => at >= counted.from && at < counted.to

  return {
    kind: 'ready',
    whatIf: {
      run(number) {
        const outcome = replay({ span, contacts: plan(number), workers, routing })
        return {
          measured: measure(outcome, after),
          sameFate: sameFate(contacts.filter(isCounted), outcome),
        }
      },
      compare(runs) {
        const recorded = measure(outcomeOf(stretch), before)
        const measured = runs.map((run) => run.measured)
        const queues = new Set([recorded, ...measured].flatMap((one) => [...one.queues.keys()]))
        return {
          total: compared(
            recorded.total,
            measured.map(({ total }) => total),
          ),
          queues: new Map(
            [...queues].sort().map((queue) => [
              queue,
              compared(
                recorded.queues.get(queue),
                measured.flatMap((one) => one.queues.get(queue) ?? []),
              ),
            ]),
          ),
          sameFate: estimateOf(runs.flatMap((run) => run.sameFate ?? [])),
          assumed: assumedIn(stretch, isCounted),
        }
      },
    },
  }
}

/** What really happened, in the form of a replay's outcome. */
function outcomeOf({ contacts, work }: Stretch): Outcome {
  return { stays: new Map(contacts.map(({ id, stays }) => [id, stays])), work }
}

function compared(recorded: Measures | undefined, replayed: readonly Measures[]): ComparedMeasures {
  return measureNames.map((name) => ({
    name,
    recorded: recorded?.[name] ?? null,
    replayed: estimateOf(replayed.flatMap((measures) => measures[name] ?? [])),
  }))
}

/** With the attributes that each worker had last. */
function membersByQueue(
  workers: readonly StaffedWorker[],
  { counted, contacts }: Stretch,
  { queues }: RoutingTable,
): ReadonlyMap<string, ReadonlySet<string>> {
  const floor = openFloor(workers, new Set(contacts.map(({ channel }) => channel)))
  workers.forEach(({ changes }, index) => {
    const worker = floor.workers[index]
    if (worker === undefined) throw new Error('a worker is not on the floor')
    for (const change of changes) if (change.at < counted.to) floor.change(worker, change)
  })
  return new Map(
    [...queues].map(([sid, queue]) => [
      sid,
      new Set(floor.membersOf(queue, counted.from).map((worker) => worker.sid)),
    ]),
  )
}

function sameFate(contacts: readonly Contact[], { stays }: Outcome): number | null {
  const fate = (last: Stay | undefined) => JSON.stringify([last?.queue, last?.disposition])
  const same = contacts.filter(
    (contact) => fate(contact.stays.at(-1)) === fate(stays.get(contact.id)?.at(-1)),
  )
  return contacts.length === 0 ? null : same.length / contacts.length
}

function assumedIn(
  { contacts, workers, counted }: Stretch,
  isCounted: (contact: Contact) => boolean,
): Assumed {
  const own = contacts.filter(isCounted)
  const commitments = workers.flatMap((worker) => worker.commitments)
  return {
    contacts: own.length,
    patienceDrawn: own.filter(({ leftAs }) => leftAs === null).length,
    handlesDrawn: own.filter(({ handleMs }) => handleMs === null).length,
    directArrivals: own.filter(({ into }) => into.kind === 'queue').length,
    failedOffers: own.reduce((sum, { failedRingsMs }) => sum + failedRingsMs.length, 0),
    commitments: commitments.filter(({ from, to }) => to > counted.from && from < counted.to)
      .length,
  }
}

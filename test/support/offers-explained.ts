import { encodeEvent } from '../../schemas/avro/codec.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { toConfiguredEvent } from '../../services/live/configured-events.ts'
import { createLedgerView } from '../../services/live/ledger-view.ts'
import { explainWaiting, type WaitingExplained } from '../../services/live/waiting-explained.ts'
import { openEmbeddedLog } from '../../services/log/embedded.ts'
import { placementsOf, type Topic } from '../../services/log/topics.ts'
import { readTwilioConfig } from '../../services/routing/twilio-config.ts'
import { tickMs, tickOf } from '../../services/runner/ticker.ts'
import { systemClock, type Clock } from '../../services/runtime/clock.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import type { Centre } from '../../services/simulator/model/centre.ts'
import { openSimulation } from '../../services/simulator/model/simulation.ts'
import { twilioConfig } from '../../services/simulator/wire/configuration.ts'
import { ledgerEventsOf } from './simulated-ledger.ts'

export interface ExplainedRun {
  readonly centre: Centre
  readonly seed: string
  readonly folder: string
  readonly startAt: Instant
  readonly hours: number
}

export interface ExplainedReport {
  /** Offers of queues, and how many of them went to whom the explainer had just before judged eligible. */
  readonly offers: number
  readonly eligible: number
  /** Places in their workflows by what the workflow says alone. */
  readonly byWorkflow: number
  /** Judgements of planted workers, and what was found instead of their reason: some of that. */
  readonly planted: number
  readonly mistakes: readonly string[]
}

/** Whom no queue may be offered to, each for a reason of his own. They are in no simulation: only the hub hears of them. */
const plants = {
  activity_unavailable: { activity: 'Break', capacity: 1, isOpen: true, hasSkills: true },
  channel_unavailable: { activity: 'Available', capacity: 1, isOpen: false, hasSkills: true },
  capacity_full: { activity: 'Available', capacity: 0, isOpen: true, hasSkills: true },
  not_in_queue: { activity: 'Available', capacity: 1, isOpen: true, hasSkills: false },
} as const

/**
 * A simulated stretch, told to a view event by event. Just before each offer the explainer is asked about the task: the
 * simulator's router, which has code of its own, has chosen somebody whom the explainer must call eligible.
 */
export async function offersExplained(run: ExplainedRun): Promise<ExplainedReport> {
  const { centre, seed, folder, startAt, hours } = run
  const time = { now: startAt }
  const clock: Clock = { ...systemClock, now: () => time.now }
  const log = await openEmbeddedLog({ folder, clock, partitions: 1 })
  const view = createLedgerView(log, clock, silentLogger, null)
  const offsets = new Map<Topic, number>()
  const report = { offers: 0, eligible: 0, byWorkflow: 0, planted: 0 }
  const mistakes: string[] = []

  function tell(event: LedgerEvent): void {
    for (const { topic, key, everywhere } of placementsOf(event)) {
      const offset = offsets.get(topic) ?? 0
      offsets.set(topic, offset + 1)
      const record = {
        key: everywhere ? '' : key,
        value: encodeEvent(event),
        offset,
        appendedAt: 0,
      }
      view.take({ topic, partition: 0 }, [record])
    }
  }

  function check(event: LedgerEvent): void {
    view.refresh()
    const task = view.details.task(event.task ?? '')
    const explained = task === undefined ? null : explainWaiting(task, view.details, event.at)
    if (explained === null) {
      mistake(`${event.id}: waits nowhere`)
      return
    }
    report.offers++
    if (explained.place?.isByWorkflow === true) report.byWorkflow++
    const chosen = explained.workers.find(({ agent }) => agent.id === event.worker)
    if (chosen?.obstacle === null) report.eligible++
    else mistake(`${event.id}: ${JSON.stringify(chosen?.obstacle)}`)
    checkPlants(explained)
  }

  function checkPlants({ workers }: WaitingExplained): void {
    for (const reason of Object.keys(plants)) {
      const found = workers.find(({ agent }) => agent.id === `WK-${reason}`)?.obstacle?.reason
      report.planted++
      if (found !== reason) mistake(`planted ${reason}: ${found ?? 'none'}`)
    }
  }

  function mistake(text: string): void {
    if (mistakes.length < 20) mistakes.push(text)
  }

  try {
    const config = readTwilioConfig(twilioConfig(centre))
    if (config.kind === 'refused') throw new Error(JSON.stringify(config.faults))
    for (const one of config.value) tell(toConfiguredEvent(one, startAt))
    for (const event of plantedEvents(centre, startAt)) tell(event)
    const endAt = startAt + hours * 3_600_000
    const simulation = openSimulation({ centre, seed, startAt, endAt })
    for (const happening of simulation.happenings) {
      if (happening.at > endAt) break
      for (; time.now + tickMs <= happening.at; time.now += tickMs) tell(tickOf(time.now + tickMs))
      for (const event of ledgerEventsOf(happening, centre)) {
        if (event.type === 'reservation.created' && event.direct !== true) check(event)
        tell(event)
      }
    }
    return { ...report, mistakes }
  } finally {
    await log.close()
  }
}

function plantedEvents(centre: Centre, at: Instant): readonly LedgerEvent[] {
  const skills = centre.queues.map(({ skill }) => skill)
  return Object.entries(plants).flatMap(([reason, plant]) => {
    const activity = centre.activities.find(({ name }) => name === plant.activity)
    const worker = { worker: `WK-${reason}`, workerName: reason, workspace: centre.workspaceSid }
    const attributes = JSON.stringify({ skills: plant.hasSkills ? skills : [] })
    return [
      hubEvent({
        ...{ type: 'worker.created', id: `created:${reason}`, at, ...worker, attributes },
        ...{ activity: activity?.sid ?? null, activityName: plant.activity },
      }),
      ...centre.channels.map(({ uniqueName }) =>
        hubEvent({
          ...{ type: 'worker.capacity.update', id: `capacity:${reason}:${uniqueName}`, at },
          ...{ ...worker, channel: uniqueName, capacity: plant.capacity },
          channelAvailable: plant.isOpen,
        }),
      ),
    ]
  })
}

import { expect, test, vi } from 'vitest'
import type { LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import { createLedgerView } from '../../../services/live/ledger-view.ts'
import { placementsOf } from '../../../services/log/topics.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { activities, ann, available, goes, onBreak, queuesForAll } from './contact-centre.ts'

function aView() {
  const shape = { partitions: () => 1, epoch: () => 1 }
  const view = createLedgerView(shape, { now: () => Date.now() }, silentLogger, null)
  const take = (...events: readonly LedgerEvent[]) => {
    for (const event of events) {
      for (const { topic, key, everywhere } of placementsOf(event)) {
        view.takeEvents({ topic, partition: 0 }, [{ entity: everywhere ? '' : key, event }])
      }
    }
  }
  const shown = () => ({
    activity: view.publication.agents.get('WK-ann')?.activity,
    members: view.publication.queues.get('WQ-billing')?.members?.byState,
  })
  return { view, take, shown }
}

test('how the members of a queue stand is shown at once, where few queues show it', () => {
  const { view, take, shown } = aView()
  take(...activities(), ...queuesForAll(1), goes(ann, available, 1))
  view.refresh('urgent')
  take(goes(ann, onBreak, 2))
  view.refresh('urgent')
  expect(shown()).toEqual({ activity: onBreak.activity, members: { aux: 1 } })
  expect(view.lacksStaff()).toBe(false)
})

test('what is urgent is shown at once, how the members of many queues stand a moment later', () => {
  vi.useFakeTimers()
  try {
    const { view, take, shown } = aView()
    take(...activities(), ...queuesForAll(51), goes(ann, available, 1))
    view.refresh()
    expect(shown()).toEqual({ activity: available.activity, members: { idle: 1 } })

    take(goes(ann, onBreak, 2))
    view.refresh('urgent')
    expect(shown()).toEqual({ activity: onBreak.activity, members: { idle: 1 } })
    expect(view.lacksStaff()).toBe(true)
    const { sequence } = view.publication
    vi.advanceTimersByTime(249)
    view.refresh('urgent')
    expect(view.publication.sequence).toBe(sequence)
    vi.advanceTimersByTime(1)
    view.refresh('urgent')
    expect(shown().members).toEqual({ aux: 1 })
    expect(view.lacksStaff()).toBe(false)

    take(goes(ann, available, 3))
    view.refresh('urgent')
    expect(shown().members).toEqual({ aux: 1 })
    view.refresh()
    expect(shown().members).toEqual({ idle: 1 })
  } finally {
    vi.useRealTimers()
  }
})

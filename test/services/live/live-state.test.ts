import { afterEach, expect, test } from 'vitest'
import type { Publication } from '../../../services/live/publication.ts'
import { until } from '../../support/until.ts'
import { activities, ann, available, goes, onBreak, queuesForAll, start } from './contact-centre.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

let hub: TestHub | undefined
afterEach(async () => {
  await hub?.close()
  hub = undefined
})

test('whoever is told of changes is told how members stand too, though nothing more happens', async () => {
  hub = await openTestHub()
  const { state } = hub
  await hub.append([...activities(), ...queuesForAll(60), goes(ann, available, 0)])
  await hub.shown()
  let told: { readonly agent?: string | null; readonly members?: object } = {}
  state.onChange(() => {
    const { agents, queues } = state.told.current()
    told = {
      agent: agents.get('WK-ann')?.state ?? null,
      members: queues.get('WQ-billing')?.members?.byState ?? {},
    }
    return Promise.resolve()
  })
  // Until it is looked at while how members stand is still to come.
  for (let change = 1; ; change++) {
    expect(change, 'changes that were all told whole').toBeLessThan(60)
    const [activity, now] = change % 2 === 1 ? [onBreak, 'aux'] : [available, 'idle']
    await hub.append([goes(ann, activity, change)])
    const seen = () => JSON.stringify(told)
    await until(`he is told to be ${now}`, () => told.agent === now, { seen, forMs: 30_000 })
    const whole = JSON.stringify({ [now]: 1 })
    if (JSON.stringify(told.members) === whole) continue
    const isWhole = () => JSON.stringify(told.members) === whole
    await until('members are told', isWhole, { seen, forMs: 20_000 })
    break
  }
})

test('what is being told stays as it is until everybody has heard it, and what came meanwhile is told then', async () => {
  hub = await openTestHub()
  const { state } = hub
  await hub.append([...activities(), ...queuesForAll(60), goes(ann, available, 0)])
  await hub.shown()
  const isTold = ({ activity }: typeof onBreak) =>
    state.told.current().agents.get('WK-ann')?.activity === activity
  const membersIn = ({ queues }: Publication) => queues.get('WQ-billing')?.members?.byState
  let hear: () => void = () => undefined
  let toldCount = 0
  const seen = () => `told ${toldCount} times`
  const stop = state.onChange(() => {
    toldCount++
    return new Promise((resolve) => (hear = resolve))
  })
  // Until one is told of which how members stand is still to come: who asks for the whole is shown it then.
  try {
    for (let change = 1; ; change += 2) {
      expect(change, 'changes that were all told whole').toBeLessThan(60)
      const before = toldCount
      await hub.append([goes(ann, onBreak, change)])
      const isBeingTold = () => {
        const isIt = toldCount > before && isTold(onBreak)
        // Something else may be.
        if (!isIt) hear()
        return isIt
      }
      await until('he is being told', isBeingTold, patience(seen))
      const { sequence } = state.told.current()
      const [position, count] = [state.position(), toldCount]
      const isPart = membersIn(state.told.current())?.['aux'] !== 1
      await hub.append([goes(ann, available, change + 1)])
      if (isPart) {
        await new Promise((resolve) => setTimeout(resolve, 300))
        expect(membersIn(state.current())).toEqual({ aux: 1 })
        expect(isTold(onBreak)).toBe(true)
        expect(state.told.current().sequence).toBe(sequence)
        expect([state.position(), toldCount]).toEqual([position, count])
      }
      hear()
      await until('the rest is told', () => toldCount > count && isTold(available), patience(seen))
      expect(state.told.current().sequence).toBeGreaterThan(sequence)
      hear()
      if (isPart) break
    }
  } finally {
    stop()
    hear()
  }
})

test('however much comes while a reader is told, all of it is told then', async () => {
  hub = await openTestHub()
  const { state } = hub
  await hub.append([...activities(), goes(ann, available, 0)])
  await hub.shown()
  let hear: () => void = () => undefined
  let toldCount = 0
  const stop = state.onChange(() => {
    toldCount++
    return new Promise((resolve) => (hear = resolve))
  })
  await hub.append([goes(ann, onBreak, 1)])
  await until(
    'it is being told',
    () => toldCount > 0,
    patience(() => 'nothing is told'),
  )
  // More batches than are held at once.
  for (let change = 2; change <= 150; change++) {
    await hub.append([goes(ann, change % 2 === 0 ? available : onBreak, change)])
  }
  stop()
  hear()
  await hub.shown()
  const { activitySince = null } = state.current().agents.get('WK-ann') ?? {}
  expect(activitySince).toBe(start + 150_000)
})

const patience = (seen: () => string) => ({ seen, forMs: 20_000 })

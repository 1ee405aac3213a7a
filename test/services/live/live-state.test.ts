import { afterEach, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import { activities, ann, available, billing, goes, happens, onBreak } from './contact-centre.ts'
import { openTestHub, type TestHub } from './hub-with-state.ts'

let hub: TestHub | undefined
afterEach(async () => {
  await hub?.close()
  hub = undefined
})

test('whoever is told of changes is told how members stand too, though nothing more happens', async () => {
  hub = await openTestHub()
  const { state } = hub
  const attributes = JSON.stringify({ sid: billing.queue, target_workers: '1==1' })
  const configured = happens('task-queue.configured', 0, { ...billing, attributes })
  await hub.append([...activities(), configured, goes(ann, available, 0)])
  await hub.shown()
  let told: { readonly agent?: string | null; readonly members?: object } = {}
  state.onChange(() => {
    const { agents, queues } = state.told.current()
    told = {
      agent: agents.get('WK-ann')?.state ?? null,
      members: queues.get('WQ-billing')?.members?.byState ?? {},
    }
  })
  // Until a change is told so soon after another that how members stand has to wait.
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

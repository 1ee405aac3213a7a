import { expect, test } from 'vitest'
import { createCentre } from '../../../services/simulator/model/create-centre.ts'
import { offersExplained } from '../../support/offers-explained.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('whom a router of its own offers a task the explainer has called eligible just before', async () => {
  const folder = await tempFolder()
  try {
    const seed = 'explained'
    const { offers, eligible, planted, mistakes } = await offersExplained({
      ...{ centre: createCentre({ seed, agents: 40, queues: 10, hours: 'always' }), seed },
      ...{ folder: folder.path, startAt: Date.UTC(2026, 2, 5, 14), hours: 3 },
    })
    expect(mistakes).toEqual([])
    expect(eligible).toBe(offers)
    expect(offers).toBeGreaterThan(100)
    expect(planted).toBe(4 * offers)
  } finally {
    await folder.remove()
  }
})

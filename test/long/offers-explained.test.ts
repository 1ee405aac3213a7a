import { expect, test } from 'vitest'
import { createCentre } from '../../services/simulator/model/create-centre.ts'
import { offersExplained } from '../support/offers-explained.ts'
import { tempFolder } from '../support/temp-folder.ts'

test('a week of offers: each goes to whom the explainer has called eligible just before', async () => {
  const folder = await tempFolder()
  try {
    const seed = 'a week explained'
    const report = await offersExplained({
      ...{ centre: createCentre({ seed, agents: 30, queues: 10 }), seed, folder: folder.path },
      ...{ startAt: Date.UTC(2026, 2, 5, 9), hours: 7 * 24 },
    })
    console.info(JSON.stringify(report))
    expect(report.mistakes).toEqual([])
    expect(report.eligible).toBe(report.offers)
    expect(report.offers).toBeGreaterThan(5_000)
    expect(report.planted).toBe(4 * report.offers)
  } finally {
    await folder.remove()
  }
})

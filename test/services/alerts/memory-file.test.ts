import fc from 'fast-check'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readAlertMemory, writeAlertMemory } from '../../../services/alerts/memory-file.ts'
import { stepAlerts, type Alerts } from '../../../services/alerts/rules/alert-fold.ts'
import { putInOutbox, type Outbox } from '../../../services/alerts/rules/outbox.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { aQueue, rulesOf, start, withState } from './rules/observed-centre.ts'

const { rules } = rulesOf('rules: {busy: {kind: waiting, moreThan: 5, clearForSeconds: 0}}')

/** What waits to be delivered when so many have waited, second by second; after those seconds there is a restart. */
async function outboxAfter(
  file: string | null,
  waits: readonly number[],
  restarts: ReadonlySet<number>,
) {
  let alerts: Alerts = new Map()
  let outbox: Outbox = []
  for (const [index, waiting] of waits.entries()) {
    const now = start + index * 1_000
    const observed = withState({ queues: [aQueue('billing', { waiting })] })
    const step = stepAlerts(alerts, rules, observed, now)
    alerts = step.alerts
    outbox = putInOutbox(outbox, step.notifications, now, 2_000).outbox
    if (file === null || !restarts.has(index)) continue
    await writeAlertMemory(file, { alerts, outbox })
    ;({ alerts, outbox } = await readAlertMemory(file))
  }
  return outbox
}

test('whenever it restarts, the same is delivered under the same ids', async () => {
  const folder = await tempFolder()
  const file = join(folder.path, 'alerts.json')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 3, max: 8 }), { maxLength: 30 }),
      fc.array(fc.nat(30), { maxLength: 4 }),
      async (waits, restarts) => {
        const whole = await outboxAfter(null, waits, new Set())
        expect(await outboxAfter(file, waits, new Set(restarts))).toEqual(whole)
      },
    ),
    { numRuns: 40 },
  )
  await folder.remove()
})

test('no file is an empty memory; a broken one is an error, and stays as it is', async () => {
  const folder = await tempFolder()
  const file = join(folder.path, 'alerts.json')
  expect(await readAlertMemory(file)).toEqual({ alerts: new Map(), outbox: [] })
  await writeFile(file, '{"version":1,"alerts":[')
  await expect(readAlertMemory(file)).rejects.toThrow()
  expect(await readFile(file, 'utf8')).toBe('{"version":1,"alerts":[')
  await folder.remove()
})

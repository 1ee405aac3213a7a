import { expect, test } from 'vitest'
import { openEmbeddedLog } from '../../../services/log/embedded.ts'
import { openRepair } from '../../../services/repair/repair.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { openServerWarehouse } from '../../../services/warehouse/server.ts'
import { createJumpingClock } from '../../support/jumping-clock.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const minuteMs = 60_000
const noon = Date.parse('2026-03-10T12:00:00Z')

test('when the hub was down is known from its start on, until somebody has looked, and only where somebody does', async () => {
  const folder = await tempFolder()
  const clock = createJumpingClock(noon)
  const log = await openEmbeddedLog({ folder: `${folder.path}/log`, clock })
  const open = (lastTickAt: number, isLooking = true) =>
    openRepair({
      ...{ appender: log, clock, logger: silentLogger, lastTickAt, rest: null, workspace: null },
      warehouse: openServerWarehouse({ url: 'http://127.0.0.1:9', database: 'ledgerline' }),
      folder: `${folder.path}/repair`,
      ...{ silenceMs: 15 * minuteMs, latenessMs: 60 * minuteMs, reconcileMs: 15 * minuteMs },
      ...{ isLooking: () => isLooking, mayLook: () => Promise.resolve(false) },
    })
  const downs = [{ from: noon - 30 * minuteMs, to: noon }]
  const first = open(noon - 30 * minuteMs)
  expect(first.unsettled()).toEqual(downs)
  await first.close()

  // Nobody has looked, and the next start comes at once.
  clock.advance(1_000)
  const next = open(clock.now() - 1_000)
  expect(next.unsettled()).toEqual(downs)
  await next.close()
  const other = open(clock.now(), false)
  expect(other.unsettled()).toEqual([])
  await other.close()
  await log.close()
  await folder.remove()
})

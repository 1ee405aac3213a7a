import { expect, test } from 'vitest'
import { openJournal } from '../../../services/repair/journal.ts'
import { systemClock } from '../../../services/runtime/clock.ts'
import { killedWhileReading, readStretch } from '../../support/backfill-process.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openTwilioRestServer } from '../../support/twilio-rest-server.ts'
import { eventsIn, openLedger } from './ledger.ts'
import { numberedEvents } from './rest-items.ts'

test('a backfill that is killed with SIGKILL goes on where it was, and every event is there once', async () => {
  const folder = await tempFolder()
  const from = Date.parse('2026-03-10T00:00:00Z')
  const to = from + 8 * 3_600_000
  // Busy enough that windows stay short.
  const events = numberedEvents(2_880, from, 10_000)
  const server = await openTwilioRestServer({ events })
  const address = { folder: folder.path, url: server.url, from, to }
  await killedWhileReading(address, 4)

  const journal = openJournal(`${folder.path}/repair`)
  const done = journal.windowsOf('taskrouter:one')
  journal.close()
  expect(done.length).toBeGreaterThanOrEqual(4)
  const reached = done.at(-1)?.to ?? 0
  expect(reached).toBeLessThan(to)
  const asked = server.requests.length

  const read = await readStretch(address)
  expect(read.skipped).toBe(done.length)
  const starts = server.requests
    .slice(asked)
    .map((line) => new URL(line.slice(4), 'http://here').searchParams.get('StartDate') ?? '')
  expect(starts.length).toBeGreaterThan(0)
  expect(starts.filter((start) => Date.parse(start) < reached)).toEqual([])

  const ledger = await openLedger(folder.path, systemClock)
  const ids = (await eventsIn(ledger.log, 'ledgerline.tasks')).map(({ id }) => id)
  expect(ids.toSorted()).toEqual(events.map(({ sid }) => String(sid)).toSorted())
  await ledger.close()
  await server.close()
  await folder.remove()
})

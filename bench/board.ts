import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { chromium, type Page } from 'playwright-core'
import { z } from 'zod'
import { figure, type PartReport } from './figure.ts'
import { logFolder, startHub } from './hub.ts'
import { openDoor } from './load.ts'
import { quantilesOf } from './quantiles.ts'
import { sendLoad, untilReady } from './stream.ts'
import { createStreamCentre, writeCentre } from './stream-centre.ts'
import { inTempFolder } from './temp-folder.ts'

const startAt = Date.UTC(2026, 2, 10, 14)
const [agents, queues, rate, seconds] = [500, 30, 100, 20]

/** How smooth the wallboard is in Chromium with 500 agents on the page; the bare limit is a page with nothing on it. */
export function benchBoard(): Promise<PartReport> {
  const centre = createStreamCentre(agents, queues)
  return inTempFolder(async (folder) => {
    await writeCentre(logFolder(folder), centre, startAt)
    const hub = await startHub({ folder, roles: ['ingest', 'api'], startAt: startAt + 60_000 })
    const began = performance.now()
    const now = () => startAt + 60_000 + Math.floor(performance.now() - began)
    const door = openDoor(hub.url, 8)
    const stop = new AbortController()
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    })
    try {
      await untilReady(hub.url)
      const load = sendLoad(door, centre, rate, now, stop.signal)
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      const bare = await framesOf(page)
      const kilobytes = scriptOf(page)
      const openedAt = performance.now()
      await page.goto(hub.url)
      await page.locator('.queues tbody tr').first().waitFor()
      const firstMs = performance.now() - openedAt
      await sleep(2_000)
      const board = await framesOf(page)
      stop.abort()
      await load
      const name = `wallboard, ${agents} agents, ${rate} events/s`
      return {
        figures: [
          figure({ name: `${name}, first numbers`, value: firstMs, unit: 'ms' }),
          figure({
            name: `${name}, frames`,
            ...{ value: board.perSecond, unit: 'frames/s', bare: bare.perSecond },
            note: 'bare: an empty page',
          }),
          figure({
            name: `${name}, from frame to frame, p99`,
            ...{ value: board.p99, unit: 'ms', bare: bare.p99 },
          }),
          figure({ name: 'wallboard, script packed', value: await kilobytes(), unit: 'kB' }),
        ],
        details: { agents, queues, rate, seconds, board, bare },
      }
    } finally {
      stop.abort()
      door.close()
      await browser.close()
      await hub.close()
    }
  })
}

/** How frames follow each other for some seconds, as the page itself sees it. */
async function framesOf(page: Page) {
  const found = await page.evaluate(`new Promise((resolve) => {
    const gaps = []
    let last = performance.now()
    const end = last + ${seconds * 1_000}
    const next = (now) => {
      gaps.push(now - last)
      last = now
      if (now < end) requestAnimationFrame(next)
      else resolve(gaps)
    }
    requestAnimationFrame(next)
  })`)
  const gaps = z.array(z.number()).parse(found)
  const whole = gaps.reduce((sum, gap) => sum + gap, 0)
  return { perSecond: (gaps.length * 1_000) / whole, ...quantilesOf(gaps) }
}

/** What the page loads of script from now on, packed as any proxy would. */
function scriptOf(page: Page): () => Promise<number> {
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    sizes.push(response.body().then((body) => gzipSync(body).length))
  })
  return async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) / 1_000
}

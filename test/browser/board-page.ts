import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { createBoardHub, type BoardHub } from './board-hub.ts'
import { launchBrowser } from './browser.ts'

/** What the tests of a file share: one hub and one browser, and for each test a page of its own. */
export interface BoardPage {
  readonly board: BoardHub
  readonly browser: Browser
  readonly page: Page
  /** Errors that the page's script did not catch. */
  readonly errors: readonly string[]
  /** What the browser wrote as an error to its console, as of an answer that was not 2xx. */
  readonly complaints: readonly string[]
}

const hour = new Date().getUTCHours()

/** Where whoever reads the pages is: where today began hours ago, and goes on for hours, at whatever time tests run. */
export const timezoneId = hour >= 6 && hour < 18 ? 'UTC' : 'Asia/Tokyo'

/** To be called at the top of a file of tests: makes hub, browser and pages before them, and clears up after them. */
export function useBoardPage(morning: () => readonly LedgerEvent[]): BoardPage {
  let browser: Browser
  let board: BoardHub
  let page: Page
  let errors: string[]
  let complaints: string[]

  beforeAll(async () => {
    browser = await launchBrowser()
    board = await createBoardHub()
    await board.start()
    await board.hub().append(morning())
    await board.hub().shown()
  })
  afterAll(async () => {
    await browser.close()
    await board.remove()
  })
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, timezoneId })
    errors = []
    complaints = []
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  })
  afterEach(() => page.close())

  return {
    get board() {
      return board
    },
    get browser() {
      return browser
    },
    get page() {
      return page
    },
    get errors() {
      return errors
    },
    get complaints() {
      return complaints
    },
  }
}

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { createBoardHub, type BoardHub } from './board-hub.ts'
import { launchBrowser } from './browser.ts'

let browser: Browser
let board: BoardHub
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  board = await createBoardHub()
  await board.start()
  await board.hub().append(aMorning())
  await board.hub().shown()
})
afterAll(async () => {
  await browser.close()
  await board.remove()
})

beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterEach(() => page.close())

const available = { activity: 'WA1', activityName: 'Available' }
const voice = { channel: 'voice', direction: 'inbound' }
const billing = { queue: 'WQ-billing', queueName: 'Billing' }
const support = { queue: 'WQ-support', queueName: 'Technical support' }
const ann = { worker: 'WK-ann', workerName: 'Ann Archer' }
const bob = { worker: 'WK-bob', workerName: 'Bob Baker' }

let told = 0

/** Something that happens now, or so many seconds ago. */
function now(type: string, fields: Readonly<Record<string, unknown>>, secondsAgo = 0): LedgerEvent {
  told++
  return anEvent({ type, id: `board-${told}`, at: Date.now() - secondsAgo * 1000, ...fields })
}

function enters(task: string, queue: object, secondsAgo = 0): readonly LedgerEvent[] {
  return [
    now('task.created', { task, ...voice }, secondsAgo),
    now('task-queue.entered', { task, ...queue, ...voice }, secondsAgo),
  ]
}

function aMorning(): readonly LedgerEvent[] {
  const call = { task: 'T0', reservation: 'WR0', ...ann, ...billing, ...voice }
  return [
    now('activity.created', { ...available, activityAvailable: true }, 900),
    now('worker.activity.update', { ...ann, ...available }, 800),
    now('worker.activity.update', { ...bob, activity: 'WA2', activityName: 'Lunch' }, 300),
    ...enters('T0', billing, 120),
    now('reservation.created', call, 118),
    now('reservation.accepted', call, 110),
    ...enters('T1', support, 75),
  ]
}

function row(name: string) {
  return page.locator('.queues tbody tr', { has: page.getByRole('rowheader', { name }) })
}

test('the page shows queues, who waits, and agents by what they do', async () => {
  await page.goto(board.url)
  await row('Technical support').waitFor()
  expect(await row('Technical support').locator('td').first().innerText()).toBe('1')
  expect(await row('Technical support').locator('.wait').innerText()).toMatch(/^1:\d\d/)
  expect(await page.locator('.waiting li').innerText()).toContain('Technical support')
  expect(await page.locator('.agent-group.talk').innerText()).toContain('Ann Archer')
  expect(await page.locator('.agent-group.talk').innerText()).toContain('Billing · voice')
  expect(await page.locator('.agent-group.aux').innerText()).toContain('Lunch')
  await page.locator('.freshness.good').waitFor()
  expect(complaints).toEqual([])
})

test('numbers change when something happens, and times count up by themselves', async () => {
  await page.goto(board.url)
  await row('Technical support').waitFor()
  const wait = row('Technical support').locator('.wait')
  const before = await wait.innerText()

  const call = { task: 'T1', reservation: 'WR1', ...bob, ...support, ...voice }
  await board.hub().append([now('worker.activity.update', { ...bob, ...available })])
  await page.locator('.agent-group.idle', { hasText: 'Bob Baker' }).waitFor()
  await page.locator('.queues tr.late .wait').filter({ hasNotText: before }).first().waitFor()
  await board.hub().append([now('reservation.created', call)])
  await page.locator('.agent-group.alert', { hasText: 'Bob Baker' }).waitFor()
  await board.hub().append([now('reservation.accepted', call)])
  await page.locator('.agent-group.talk', { hasText: 'Bob Baker' }).waitFor()
  await page.locator('.waiting', { hasText: 'Nobody waits' }).waitFor()
  expect(await row('Technical support').locator('td').first().innerText()).toBe('0')
  expect(complaints).toEqual([])
})

test('the day is drawn from the tables, in the length that is chosen', async () => {
  await page.goto(board.url)
  await page.locator('.chart canvas').waitFor()
  const offered = page.locator('.day tbody td:nth-child(2)')
  const counts = (await offered.allInnerTexts()).map(Number)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2)
  await page.getByRole('button', { name: '15 min' }).click()
  await page.locator('button[aria-pressed="true"]', { hasText: '15 min' }).waitFor()
  expect(complaints).toEqual([])
})

test('the slider shows a moment of the past, and the way back is one step', async () => {
  await page.goto(board.url)
  await row('Billing').waitFor()
  await page.getByRole('button', { name: 'Look back' }).click()
  await page.locator('.freshness', { hasText: 'The past' }).waitFor()
  const slider = page.getByRole('slider', { name: 'Moment that is shown' })
  // Ten minutes ago Ann was ready for work, Bob was not known yet, and nobody had called.
  await slider.fill(String(Math.floor(Date.now() / 60_000 - 10) * 60_000))
  await page.locator('.agent-group.idle', { hasText: 'Ann Archer' }).waitFor()
  await page.locator('.waiting', { hasText: 'Nobody waits.' }).waitFor()
  expect(await page.locator('.agents', { hasText: 'Bob Baker' }).count()).toBe(0)
  expect(await page.locator('.day').count()).toBe(0)
  const before = await slider.inputValue()
  await slider.press('ArrowRight')
  expect(Number(await slider.inputValue()) - Number(before)).toBe(60_000)
  await page.getByRole('button', { name: 'Back to now' }).click()
  await page.locator('.freshness.good').waitFor()
  await page.locator('.agents', { hasText: 'Bob Baker' }).waitFor()
  expect(complaints).toEqual([])
})

test('a moment that cannot be shown is told as such', async () => {
  await page.goto(board.url)
  await row('Billing').waitFor()
  await page.route('**/v1/state?at=*', (route) =>
    route.fulfill({ status: 503, json: { title: 'Not now', detail: 'The tables are away.' } }),
  )
  await page.getByRole('button', { name: 'Look back' }).click()
  await page.getByText('This moment cannot be shown. The tables are away.').waitFor()
  await page.getByRole('button', { name: 'Back to now' }).click()
  await page.locator('.freshness.good').waitFor()
})

test('when the hub goes away the page says so, and goes on when it is back', async () => {
  await page.goto(board.url)
  await page.locator('.freshness.good').waitFor()
  await board.stop()
  await page.locator('.freshness.bad').waitFor()
  await page.getByRole('status').getByText('The hub does not answer.').waitFor()
  // What was known stays there to be read.
  expect(await row('Billing').count()).toBe(1)

  await board.start()
  await page.locator('.freshness.good').waitFor()
  await board.hub().append(enters('T2', billing))
  await page.locator('.waiting li', { hasText: 'Billing' }).waitFor()
  expect(await page.getByRole('status').getByText('The hub').count()).toBe(0)
})

test('a hub with tokens asks for one, and shows the board to who has it', async () => {
  await board.stop()
  await board.start({ apiTokens: ['a-long-secret'] })
  try {
    await page.goto(board.url)
    const token = page.getByLabel('API token')
    await token.fill('a wrong one')
    await page.getByRole('button', { name: 'Show the board' }).click()
    await page.getByText('The hub does not know this token.').waitFor()
    await token.fill('a-long-secret')
    await page.keyboard.press('Enter')
    await row('Billing').waitFor()
    await page.locator('.day table').waitFor()
  } finally {
    await board.stop()
    await board.start()
  }
})

test.each([
  ['light', { width: 1440, height: 900 }],
  ['dark', { width: 1440, height: 900 }],
  ['light', { width: 390, height: 844 }],
] as const)('in %s at %o nothing is wider than the page', async (colorScheme, viewport) => {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize(viewport)
  await page.goto(board.url)
  await row('Billing').waitFor()
  await page.locator('.chart canvas').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width)
  const folder = process.env['SCREENSHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const path = join(folder, `board-${colorScheme}-${viewport.width}.png`)
  await page.screenshot({ path, fullPage: true })
})

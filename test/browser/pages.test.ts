import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { createBoardHub, type BoardHub } from './board-hub.ts'
import { launchBrowser } from './browser.ts'

let browser: Browser
let board: BoardHub
let page: Page
let complaints: string[]
let told = 0

function ago(
  seconds: number,
  type: string,
  fields: Readonly<Record<string, unknown>>,
): LedgerEvent {
  told++
  return anEvent({
    ...{ type, id: `page-${told}`, at: Date.now() - seconds * 1000 },
    ...{ source: 'twilio-taskrouter', ...fields },
  })
}

const voice = { channel: 'voice', direction: 'inbound' }
const billing = { queue: 'WQ-billing', queueName: 'Billing', ...voice }
const ann = { worker: 'WK-ann', workerName: 'Ann Archer' }
const bob = { worker: 'WK-bob', workerName: 'Bob Baker' }
const ready = { activity: 'WA1', activityName: 'Available' }
const over = { task: 'WT-over', ...billing, ...ann, reservation: 'WR1' }
const missed = { task: 'WT-open', ...billing, ...bob, reservation: 'WR2' }

/** Ann has had a call with a hold; another waits, and Bob has let it ring. */
function aMorning(): readonly LedgerEvent[] {
  return [
    ago(700, 'definitions.set', {
      attributes: JSON.stringify({ adherence: { activityCodes: { Available: 'ON_QUEUE' } } }),
    }),
    ago(600, 'activity.created', { ...ready, activityAvailable: true }),
    ago(500, 'worker.activity.update', { ...ann, ...ready }),
    ago(500, 'worker.activity.update', { ...bob, ...ready }),
    ago(400, 'task.created', { task: 'WT-over', ...voice }),
    ago(400, 'task-queue.entered', { task: 'WT-over', ...billing }),
    ago(390, 'reservation.created', over),
    ago(385, 'reservation.accepted', over),
    ago(300, 'reservation.hold', over),
    ago(270, 'reservation.unhold', over),
    ago(200, 'reservation.wrapup', over),
    ago(170, 'reservation.completed', over),
    ago(170, 'task.completed', { task: 'WT-over', ...voice }),
    ago(90, 'task.created', { task: 'WT-open', ...voice }),
    ago(90, 'task-queue.entered', { task: 'WT-open', ...billing }),
    ago(80, 'reservation.created', missed),
    ago(70, 'reservation.timeout', missed),
  ]
}

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
})
afterEach(async () => {
  await page.close()
  expect(complaints).toEqual([])
})

test('from a queue to who waits in it, and why; and back by the browser’s own way', async () => {
  await page.goto(board.url)
  await page.getByRole('rowheader', { name: 'Billing' }).getByRole('link').click()
  await page.getByRole('heading', { name: 'Queue Billing' }).waitFor()
  await page.locator('.chart canvas').waitFor()
  await page.locator('.waiting').getByRole('link', { name: 'Billing' }).click()
  await page.getByRole('heading', { name: 'Task WT-open' }).waitFor()
  await page.getByRole('heading', { name: /^Why it waits/ }).waitFor()
  await page.getByText('It is next in its queue.').waitFor()
  await page.locator('.life li', { hasText: 'Bob Baker: timed out' }).waitFor()
  await page.goBack()
  await page.getByRole('heading', { name: 'Queue Billing' }).waitFor()
  await page.getByRole('link', { name: 'The centre' }).click()
  await page.locator('.trust').waitFor()
})

test('an agent’s day is a band of states with its sums, and the contacts of the day lead to their lives', async () => {
  await page.goto(board.url)
  await page.locator('.agents').getByRole('link', { name: 'Ann Archer' }).click()
  await page.getByRole('heading', { name: 'Agent Ann Archer' }).waitFor()
  await page.locator('.lanes rect.hold').waitFor()
  const sums = page.getByRole('list', { name: 'How long in each' })
  expect(await sums.getByText('On hold').innerText()).toContain('0:30')
  expect(await sums.getByText('Wrapping up').innerText()).toContain('0:30')
  expect(await page.getByRole('heading', { name: /^Contacts/ }).innerText()).toContain(
    '1 taken of 1',
  )
  await page.locator('.work tbody').getByRole('link').click()
  await page.getByRole('heading', { name: 'Task WT-over' }).waitFor()
  await page.locator('.life li', { hasText: 'Over: answered' }).waitFor()
  expect(await page.getByRole('heading', { name: /^Why it waits/ }).count()).toBe(0)
})

test('a place can be opened by its address; what nobody knows is told as such', async () => {
  await page.goto(`${board.url}/#/agent/WK-bob`)
  await page.getByRole('heading', { name: 'Agent Bob Baker' }).waitFor()
  await page.goto(`${board.url}/#/queue/WQ-none`)
  await page.getByText('The hub knows of no queue WQ-none at this moment.').waitFor()
  await page.goto(`${board.url}/#/task/WT-none`)
  await page.getByText('The tables know of no task WT-none yet.').waitFor()
})

test('whoever comes to a page by the keyboard begins at its name', async () => {
  await page.goto(board.url)
  const link = page.getByRole('rowheader', { name: 'Billing' }).getByRole('link')
  await link.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Queue Billing' }).waitFor()
  expect(await page.evaluate('document.activeElement.textContent')).toContain('Billing')
})

test('the wall shows everything on one screen, with nothing to scroll', async () => {
  await page.setViewportSize({ width: 1920, height: 1080 })
  await page.goto(`${board.url}/#/wall`)
  await page.locator('.wall tbody tr', { hasText: 'Billing' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(1080)
  await page.getByRole('link', { name: 'Leave the wall' }).click()
  await page.locator('.trust').waitFor()
})

test('colours are those of the system until somebody chooses, and stay as he has chosen', async () => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(board.url)
  const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
  const colours = page.getByLabel('Colours')
  await colours.waitFor()
  const dark = await ground()
  await colours.selectOption('light')
  const light = await ground()
  expect(light).not.toBe(dark)
  await page.reload()
  await colours.waitFor()
  expect(await ground()).toBe(light)
})

test('adherence shows who is out, since when, and his plan beside what he does', async () => {
  await page.goto(`${board.url}/#/adherence`)
  await page.getByText('No plan of today has been read.').waitFor()
  const now = Date.now()
  const planned = (agent: string, code: string) => ({
    agent,
    segments: [{ from: now - 300_000, to: now + 3_600_000, code }],
  })
  const agents = [planned('WK-ann', 'ON_QUEUE'), planned('WK-bob', 'BREAK')]
  const taken = await fetch(`${board.url}/v1/schedules?format=json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agents }),
  })
  expect(await taken.json()).toMatchObject({ set: 2, unknown: [] })
  const bob = page.locator('.adherence tr', { hasText: 'Bob Baker' })
  await bob.waitFor()
  expect(await bob.innerText()).toMatch(/BREAK\s+ON_QUEUE\s+[45]:\d\d/)
  await page.locator('.adherence', { hasText: 'As planned' }).getByText('Ann Archer').waitFor()
  await bob.getByRole('link').click()
  await page.getByRole('heading', { name: 'Plan and adherence' }).waitFor()
  await page.locator('.lanes.plan rect.nonadherent').first().waitFor()
})

test('it says which sources are heard, and up to when the tables are complete', async () => {
  await page.goto(board.url)
  await page.locator('.trust li', { hasText: 'Tables complete up to' }).waitFor()
  const source = page.locator('.trust li', { hasText: 'twilio-taskrouter' })
  await source.getByRole('img', { name: 'in order' }).waitFor()
  expect(await source.innerText()).toMatch(/heard .+ ago/)
})

const places = [
  '',
  '#/queue/WQ-billing',
  '#/agent/WK-ann',
  '#/task/WT-open',
  '#/adherence',
  '#/wall',
]

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(places)('axe finds nothing serious at /%s', async (hash) => {
    await page.emulateMedia({ colorScheme })
    await page.goto(`${board.url}/${hash}`)
    await page.locator('section').nth(1).waitFor()
    await page.locator('.empty', { hasText: 'on its way' }).waitFor({ state: 'detached' })
    await page.evaluate(axeSource)
    const found = await page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
    )
    const { violations } = violationsSchema.parse(found)
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  })

  test.each(places)('nothing is wider than a phone at /%s', async (hash) => {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(`${board.url}/${hash}`)
    await page.locator('section').nth(1).waitFor()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  })
})

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)
const violationsSchema = z.object({
  violations: z.array(
    z.object({
      id: z.string(),
      impact: z.string().nullable(),
      nodes: z.array(z.object({ html: z.string() })),
    }),
  ),
})

test('all script that the page loads is no more than 150 kB when it is packed', async () => {
  let bytes = 0
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    void response.body().then((body) => (bytes += gzipSync(body).length))
  })
  await page.goto(board.url)
  await page.locator('.chart canvas').waitFor()
  await page.waitForLoadState('load')
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThanOrEqual(150_000)
})

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { useBoardPage } from './board-page.ts'

const at = useBoardPage(aMorning)

const available = { activity: 'WA1', activityName: 'Available' }
const voice = { channel: 'voice', direction: 'inbound' }
const billing = { queue: 'WQ-billing', queueName: 'Billing' }
const support = { queue: 'WQ-support', queueName: 'Technical support' }
const ann = { worker: 'WK-ann', workerName: 'Ann Archer' }
const bob = { worker: 'WK-bob', workerName: 'Bob Baker' }

let told = 0
let supportCalledAt = 0

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
  supportCalledAt = Date.now() - 75_000
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
  return at.page.locator('.queues tbody tr', { has: at.page.getByRole('rowheader', { name }) })
}

test('the page shows queues, who waits, and agents by what they do', async () => {
  await at.page.goto(at.board.url)
  await row('Technical support').waitFor()
  expect(await row('Technical support').locator('td').first().innerText()).toBe('1')
  const wait = await row('Technical support').locator('.wait').innerText()
  const [, minutes, seconds] = /^(\d+):(\d\d)/.exec(wait) ?? []
  const waited = 60 * Number(minutes) + Number(seconds)
  expect(waited).toBeGreaterThanOrEqual(75)
  expect(waited).toBeLessThanOrEqual(1 + (Date.now() - supportCalledAt) / 1_000)
  expect(await at.page.locator('.waiting li').innerText()).toContain('Technical support')
  expect(await at.page.locator('.agent-group.talk').innerText()).toContain('Ann Archer')
  expect(await at.page.locator('.agent-group.talk').innerText()).toContain('Billing · voice')
  expect(await at.page.locator('.agent-group.aux').innerText()).toContain('Lunch')
  await at.page.locator('.freshness.good').waitFor()
  expect([...at.errors, ...at.complaints]).toEqual([])
})

test('numbers change when something happens, and times count up by themselves', async () => {
  await at.page.goto(at.board.url)
  await row('Technical support').waitFor()
  const wait = row('Technical support').locator('.wait')
  const before = await wait.innerText()

  const call = { task: 'T1', reservation: 'WR1', ...bob, ...support, ...voice }
  await at.board.hub().append([now('worker.activity.update', { ...bob, ...available })])
  await at.page.locator('.agent-group.idle', { hasText: 'Bob Baker' }).waitFor()
  await at.page.locator('.queues tr.late .wait').filter({ hasNotText: before }).first().waitFor()
  await at.board.hub().append([now('reservation.created', call)])
  await at.page.locator('.agent-group.alert', { hasText: 'Bob Baker' }).waitFor()
  await at.board.hub().append([now('reservation.accepted', call)])
  await at.page.locator('.agent-group.talk', { hasText: 'Bob Baker' }).waitFor()
  await at.page.locator('.waiting', { hasText: 'Nobody waits' }).waitFor()
  expect(await row('Technical support').locator('td').first().innerText()).toBe('0')
  expect([...at.errors, ...at.complaints]).toEqual([])
})

test('the day is drawn from the tables, in the length that is chosen', async () => {
  await at.page.goto(at.board.url)
  await at.page.locator('.chart canvas').waitFor()
  const offered = at.page.locator('.day tbody td:nth-child(2)')
  const counts = (await offered.allInnerTexts()).map(Number)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(2)
  await at.page.getByRole('button', { name: '15 min' }).click()
  await at.page.locator('button[aria-pressed="true"]', { hasText: '15 min' }).waitFor()
  expect([...at.errors, ...at.complaints]).toEqual([])
})

test('the slider shows a moment of the past, and the way back is one step', async () => {
  await at.page.goto(at.board.url)
  await row('Billing').waitFor()
  await at.page.getByRole('button', { name: 'Look back' }).click()
  await at.page.locator('.freshness', { hasText: 'The past' }).waitFor()
  const slider = at.page.getByRole('slider', { name: 'Moment that is shown' })
  // Ten minutes ago Ann was ready for work, Bob was not known yet, and nobody had called.
  await slider.fill(String(Math.floor(Date.now() / 60_000 - 10) * 60_000))
  await at.page.locator('.agent-group.idle', { hasText: 'Ann Archer' }).waitFor()
  await at.page.locator('.waiting', { hasText: 'Nobody waits.' }).waitFor()
  expect(await at.page.locator('.agents', { hasText: 'Bob Baker' }).count()).toBe(0)
  expect(await at.page.locator('.day').count()).toBe(0)
  const before = await slider.inputValue()
  await slider.press('ArrowRight')
  expect(Number(await slider.inputValue()) - Number(before)).toBe(60_000)
  await at.page.getByRole('button', { name: 'Back to now' }).click()
  await at.page.locator('.freshness.good').waitFor()
  await at.page.locator('.agents', { hasText: 'Bob Baker' }).waitFor()
  expect([...at.errors, ...at.complaints]).toEqual([])
})

test('a moment that cannot be shown is told as such', async () => {
  await at.page.goto(at.board.url)
  await row('Billing').waitFor()
  await at.page.route('**/v1/state?at=*', (route) =>
    route.fulfill({ status: 503, json: { title: 'Not now', detail: 'The tables are away.' } }),
  )
  await at.page.getByRole('button', { name: 'Look back' }).click()
  await at.page.getByText('This moment cannot be shown. The tables are away.').waitFor()
  await at.page.getByRole('button', { name: 'Back to now' }).click()
  await at.page.locator('.freshness.good').waitFor()
})

test('when the hub goes away the page says so, and goes on when it is back', async () => {
  await at.page.goto(at.board.url)
  await at.page.locator('.freshness.good').waitFor()
  await at.board.stop()
  await at.page.locator('.freshness.bad').waitFor()
  await at.page.getByRole('status').getByText('The hub does not answer.').waitFor()
  // What was known stays there to be read.
  expect(await row('Billing').count()).toBe(1)

  await at.board.start()
  await at.page.locator('.freshness.good').waitFor()
  await at.board.hub().append(enters('T2', billing))
  await at.page.locator('.waiting li', { hasText: 'Billing' }).waitFor()
  expect(await at.page.getByRole('status').getByText('The hub').count()).toBe(0)
})

test('a hub with tokens asks for one, and shows the board to who has it', async () => {
  await at.board.stop()
  await at.board.start({ apiTokens: ['a-long-secret'] })
  try {
    await at.page.goto(at.board.url)
    const token = at.page.getByLabel('API token')
    await token.fill('a wrong one')
    await at.page.getByRole('button', { name: 'Show the board' }).click()
    await at.page.getByText('The hub does not know this token.').waitFor()
    await token.fill('a-long-secret')
    await at.page.keyboard.press('Enter')
    await row('Billing').waitFor()
    await at.page.locator('.day table').waitFor()
  } finally {
    await at.board.stop()
    await at.board.start()
  }
})

test.each([
  ['light', { width: 1440, height: 900 }],
  ['dark', { width: 1440, height: 900 }],
  ['light', { width: 390, height: 844 }],
] as const)('in %s at %o nothing is wider than the page', async (colorScheme, viewport) => {
  await at.page.emulateMedia({ colorScheme })
  await at.page.setViewportSize(viewport)
  await at.page.goto(at.board.url)
  await row('Billing').waitFor()
  await at.page.locator('.chart canvas').waitFor()
  expect(await at.page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width)
  const folder = process.env['SCREENSHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  const path = join(folder, `board-${colorScheme}-${viewport.width}.png`)
  await at.page.screenshot({ path, fullPage: true })
})

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { anEvent } from '../support/fold-all.ts'
import { useBoardPage } from './board-page.ts'

const at = useBoardPage(aMorning)
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

afterEach(() => {
  expect(at.errors).toEqual([])
})

test('from a queue to who waits in it, and why; and back by the browser’s own way', async () => {
  await at.page.goto(at.board.url)
  await at.page.getByRole('rowheader', { name: 'Billing' }).getByRole('link').click()
  await at.page.getByRole('heading', { name: 'Queue Billing' }).waitFor()
  await at.page.locator('.chart canvas').waitFor()
  await at.page.locator('.waiting').getByRole('link', { name: 'Billing' }).click()
  await at.page.getByRole('heading', { name: 'Task WT-open' }).waitFor()
  await at.page.getByRole('heading', { name: /^Why it waits/ }).waitFor()
  await at.page.getByText('It is next in its queue.').waitFor()
  await at.page.locator('.life li', { hasText: 'Bob Baker: timed out' }).waitFor()
  await at.page.goBack()
  await at.page.getByRole('heading', { name: 'Queue Billing' }).waitFor()
  await at.page.getByRole('link', { name: 'The centre' }).click()
  await at.page.locator('.trust').waitFor()
})

test('an agent’s day is a band of states with its sums, and the contacts of the day lead to their lives', async () => {
  await at.page.goto(at.board.url)
  await at.page.locator('.agents').getByRole('link', { name: 'Ann Archer' }).click()
  await at.page.getByRole('heading', { name: 'Agent Ann Archer' }).waitFor()
  await at.page.locator('.lanes rect.hold').waitFor()
  const sums = at.page.getByRole('list', { name: 'How long in each' })
  expect(await sums.getByText('On hold').innerText()).toContain('0:30')
  expect(await sums.getByText('Wrapping up').innerText()).toContain('0:30')
  expect(await at.page.getByRole('heading', { name: /^Contacts/ }).innerText()).toContain(
    '1 taken of 1',
  )
  await at.page.locator('.work tbody').getByRole('link').click()
  await at.page.getByRole('heading', { name: 'Task WT-over' }).waitFor()
  await at.page.locator('.life li', { hasText: 'Over: answered' }).waitFor()
  expect(await at.page.getByRole('heading', { name: /^Why it waits/ }).count()).toBe(0)
})

test('a place can be opened by its address; what nobody knows is told as such', async () => {
  await at.page.goto(`${at.board.url}/#/agent/WK-bob`)
  await at.page.getByRole('heading', { name: 'Agent Bob Baker' }).waitFor()
  await at.page.goto(`${at.board.url}/#/queue/WQ-none`)
  await at.page.getByText('The hub knows of no queue WQ-none at this moment.').waitFor()
  await at.page.goto(`${at.board.url}/#/task/WT-none`)
  await at.page.getByText('The tables know of no task WT-none yet.').waitFor()
})

test('whoever comes to a page by the keyboard begins at its name', async () => {
  await at.page.goto(at.board.url)
  const link = at.page.getByRole('rowheader', { name: 'Billing' }).getByRole('link')
  await link.focus()
  await at.page.keyboard.press('Enter')
  await at.page.getByRole('heading', { name: 'Queue Billing' }).waitFor()
  expect(await at.page.evaluate('document.activeElement.textContent')).toContain('Billing')
})

test('the wall shows everything on one screen, with nothing to scroll', async () => {
  await at.page.setViewportSize({ width: 1920, height: 1080 })
  await at.page.goto(`${at.board.url}/#/wall`)
  await at.page.locator('.wall tbody tr', { hasText: 'Billing' }).waitFor()
  expect(await at.page.evaluate('document.documentElement.scrollHeight')).toBeLessThanOrEqual(1080)
  await at.page.getByRole('link', { name: 'Leave the wall' }).click()
  await at.page.locator('.trust').waitFor()
})

test('colours are those of the system until somebody chooses, and stay as he has chosen', async () => {
  await at.page.emulateMedia({ colorScheme: 'dark' })
  await at.page.goto(at.board.url)
  const ground = () => at.page.evaluate('getComputedStyle(document.body).backgroundColor')
  const colours = at.page.getByLabel('Colours')
  await colours.waitFor()
  const dark = await ground()
  await colours.selectOption('light')
  const light = await ground()
  expect(light).not.toBe(dark)
  await at.page.reload()
  await colours.waitFor()
  expect(await ground()).toBe(light)
})

test('adherence shows who is out, since when, and his plan beside what he does', async () => {
  await at.page.goto(`${at.board.url}/#/adherence`)
  await at.page.getByText('No plan of today has been read.').waitFor()
  const now = Date.now()
  const planned = (agent: string, code: string) => ({
    agent,
    segments: [{ from: now - 300_000, to: now + 3_600_000, code }],
  })
  const agents = [planned('WK-ann', 'ON_QUEUE'), planned('WK-bob', 'BREAK')]
  const taken = await fetch(`${at.board.url}/v1/schedules?format=json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agents }),
  })
  expect(await taken.json()).toMatchObject({ set: 2, unknown: [] })
  const bob = at.page.locator('.adherence tr', { hasText: 'Bob Baker' })
  await bob.waitFor()
  expect(await bob.innerText()).toMatch(/BREAK\s+ON_QUEUE\s+[45]:\d\d/)
  await at.page.locator('.adherence', { hasText: 'As planned' }).getByText('Ann Archer').waitFor()
  await bob.getByRole('link').click()
  await at.page.getByRole('heading', { name: 'Plan and adherence' }).waitFor()
  await at.page.locator('.lanes.plan rect.nonadherent').first().waitFor()
})

test('it says which sources are heard, and up to when the tables are complete', async () => {
  await at.page.goto(at.board.url)
  await at.page.locator('.trust li', { hasText: 'Tables complete up to' }).waitFor()
  const source = at.page.locator('.trust li', { hasText: 'twilio-taskrouter' })
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
    await at.page.emulateMedia({ colorScheme })
    await at.page.goto(`${at.board.url}/${hash}`)
    await at.page.locator('section').nth(1).waitFor()
    await at.page.locator('.empty', { hasText: 'on its way' }).waitFor({ state: 'detached' })
    await at.page.evaluate(axeSource)
    const found = await at.page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })`,
    )
    const { violations } = violationsSchema.parse(found)
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  })

  test.each(places)('nothing is wider than a phone at /%s', async (hash) => {
    await at.page.emulateMedia({ colorScheme })
    await at.page.setViewportSize({ width: 390, height: 844 })
    await at.page.goto(`${at.board.url}/${hash}`)
    await at.page.locator('section').nth(1).waitFor()
    expect(await at.page.evaluate('document.documentElement.scrollWidth')).toBe(390)
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
  const scripts: Promise<Buffer>[] = []
  at.page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })
  await at.page.goto(at.board.url)
  await at.page.locator('.chart canvas').waitFor()
  await at.page.waitForLoadState('load')
  const sizes = (await Promise.all(scripts)).map((body) => gzipSync(body).length)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThanOrEqual(150_000)
})

import { beforeAll, expect, test } from 'vitest'
import { followAdherence } from '../../client/state.ts'
import type { LedgerEvent } from '../../schemas/events/ledger-event.ts'
import { adherenceAnswerSchema } from '../../schemas/feeds/adherence.ts'
import type { TestHubOptions } from '../services/live/hub-with-state.ts'
import { anEvent } from '../support/fold-all.ts'
import { until } from '../support/until.ts'
import { timezoneId, useBoardPage } from './board-page.ts'

const at = useBoardPage(aMorning)

const ann = { worker: 'WK-ann', workerName: 'Ann Archer' }
const bob = { worker: 'WK-bob', workerName: 'Bob Baker' }
const available = { activity: 'WA1', activityName: 'Available' }
const onBreak = { activity: 'WA2', activityName: 'Break' }

let told = 0

function goes(worker: object, activity: object, secondsAgo = 0): LedgerEvent {
  told++
  const happened = Date.now() - secondsAgo * 1000
  return anEvent({
    ...{ type: 'worker.activity.update', id: `adherence-${told}`, at: happened },
    ...{ ...worker, ...activity },
  })
}

function aMorning(): readonly LedgerEvent[] {
  const adherence = { activityCodes: { Available: 'ON_QUEUE', Break: 'BREAK' } }
  return [
    anEvent({
      ...{ type: 'definitions.set', id: 'definitions', at: Date.now() - 700_000 },
      attributes: JSON.stringify({ adherence }),
    }),
    ...[goes(ann, available, 500), goes(bob, available, 500)],
  ]
}

beforeAll(async () => {
  const now = Date.now()
  const segments = [{ from: now - 60_000, to: now + 3_600_000, code: 'ON_QUEUE' }]
  const agents = [ann, bob].map(({ worker }) => ({ agent: worker, segments }))
  // Plans are taken in for agents whom the tables know.
  await until(
    'both plans are taken in',
    async () => {
      const taken = await fetch(`${at.board.url}/v1/schedules?format=json`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ agents }),
      })
      return !JSON.stringify(await taken.json()).includes('detail')
    },
    { seen: () => 'an agent is not known', forMs: 60_000 },
  )
})

const page = () => `${at.board.url}/#/adherence`
const stream = '**/v1/adherence/stream*'
const row = (name: string) => at.page.locator('.adherence tbody tr', { hasText: name })
const out = () => at.page.getByRole('region', { name: /^Out of adherence/ }).locator('tbody tr')
const isLive = () => at.page.locator('.freshness.good').waitFor()
const isSaid = (words: string) => at.page.getByRole('status').getByText(words).waitFor()

/** Bob goes, and the page has it. */
async function goesOut(): Promise<void> {
  await at.board.hub().append([goes(bob, onBreak)])
  await out().filter({ hasText: 'Bob Baker' }).waitFor()
}

async function comesBack(): Promise<void> {
  await at.board.hub().append([goes(bob, available)])
  await out().filter({ hasText: 'Bob Baker' }).waitFor({ state: 'detached' })
}

/** How much later than another reader of the stream the page has it that Bob is out, or is not. */
async function lagOf(change: () => Promise<void>, isOut: boolean): Promise<number> {
  let heardAt = Infinity
  const other = followAdherence({
    url: at.board.url,
    onChange: ({ agents }) => {
      if (agents.get(bob.worker)?.isOut === isOut) heardAt = Math.min(heardAt, performance.now())
    },
  })
  await change()
  const shownAt = performance.now()
  await until('another reader hears it', () => heardAt < Infinity, {
    ...{ seen: () => 'he has heard nothing of it', forMs: 30_000 },
  })
  other.close()
  return shownAt - heardAt
}

/** Of his day up to now, in per cent. */
async function adherenceOf({ worker }: typeof ann): Promise<number> {
  const answer = await fetch(`${at.board.url}/v1/adherence?zone=${timezoneId}`)
  const { agents } = adherenceAnswerSchema.parse(await answer.json())
  return 100 * (agents.find(({ agent }) => agent === worker)?.today.adherence ?? NaN)
}

/** The hub is another one for as long as it takes. */
async function withHub(options: TestHubOptions, look: () => Promise<void>): Promise<void> {
  await at.board.stop()
  await at.board.start(options)
  try {
    await look()
  } finally {
    await at.board.stop()
    await at.board.start()
  }
}

test('a change is on the page though nothing is asked for again, and times count up between changes', async () => {
  const asked: string[] = []
  at.page.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname.startsWith('/v1/adherence')) asked.push(pathname)
  })
  await at.page.goto(page())
  await row('Ann Archer').waitFor()
  await isLive()
  const lags = [
    await lagOf(goesOut, true),
    await lagOf(comesBack, false),
    await lagOf(goesOut, true),
  ]
  // How busy the machine is decides about each of them, so it is the quickest that counts.
  expect(Math.min(...lags)).toBeLessThan(2_000)

  const today = row('Bob Baker').locator('td').last()
  const before = await today.innerText()
  await row('Bob Baker')
    .locator('.wait')
    .filter({ hasText: /0:(08|09|1.)/ })
    .waitFor()
  // As long as he is out it goes down, so what the page shows lies between what is told before and after.
  const most = await adherenceOf(bob)
  const counted = parseInt(await today.innerText())
  const least = await adherenceOf(bob)
  expect(counted).toBeLessThan(parseInt(before))
  expect(counted).toBeLessThan(most + 2)
  expect(counted).toBeGreaterThan(least - 2)

  expect(asked).toEqual(['/v1/adherence/stream'])
  await comesBack()
  expect([...at.errors, ...at.complaints]).toEqual([])
})

test('when the hub goes away times stand still, and the page goes on when it is back', async () => {
  await at.page.goto(page())
  await row('Ann Archer').waitFor()
  await goesOut()
  await isLive()
  await at.board.stop()
  await at.page.locator('.freshness.bad', { hasText: 'Disconnected' }).waitFor()
  await isSaid('The hub does not answer.')
  const wait = row('Bob Baker').locator('.wait')
  const before = await wait.innerText()
  // Each time it waits longer before it asks again: that is some seconds.
  for (let times = 0; times < 3; times++) await at.page.waitForRequest(stream)
  expect(await wait.innerText()).toBe(before)

  await at.board.start()
  await isLive()
  expect(await at.page.getByRole('status').getByText('The hub').count()).toBe(0)
  await comesBack()
})

test('while the tables cannot be read the page says that it may be old', async () => {
  const { warehouse } = at.board
  let isAway = false
  const unreliable: typeof warehouse = {
    ...warehouse,
    query: (sql, ...rest) =>
      isAway && sql.includes('FROM schedule_segments')
        ? Promise.reject(new Error('the tables are away'))
        : warehouse.query(sql, ...rest),
  }
  await withHub({ warehouse: unreliable }, async () => {
    await at.page.goto(page())
    await row('Ann Archer').waitFor()
    await isLive()
    isAway = true
    await at.page.locator('.freshness.bad', { hasText: 'Stale' }).waitFor()
    await isSaid('The hub cannot read its tables.')
    expect(await row('Ann Archer').count()).toBe(1)
    isAway = false
    await isLive()
  })
})

test('where adherence alone is not told the page says so, and other pages go on', async () => {
  await at.page.route(stream, (route) => route.abort())
  await at.page.goto(page())
  await isSaid('The hub tells nothing of adherence.')
  await at.page.getByText('Nothing is known of adherence yet.').waitFor()
  await at.page.getByRole('link', { name: 'The centre' }).click()
  await isLive()
  await at.page.goBack()
  await at.page.locator('.freshness.bad').waitFor()
  await at.page.unroute(stream)
  await row('Ann Archer').waitFor()
  await isLive()
})

test('a zone that the hub does not know is told as its reason', async () => {
  const detail = 'is no IANA time zone'
  const problem = {
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'zone is wrong',
  }
  await at.page.route(stream, (route) =>
    route.fulfill({
      ...{ status: 400, contentType: 'application/problem+json' },
      json: { ...problem, errors: [{ field: 'zone', detail }] },
    }),
  )
  await at.page.goto(page())
  await isSaid(`zone: ${detail}`)
})

test('a hub with tokens asks for one, and again when it takes others', async () => {
  const token = at.page.getByLabel('API token')
  const show = at.page.getByRole('button', { name: 'Show the board' })
  await withHub({ apiTokens: ['a-long-secret'] }, async () => {
    await at.page.goto(page())
    await token.fill('a wrong one')
    await show.click()
    await at.page.getByText('The hub does not know this token.').waitFor()
    await token.fill('a-long-secret')
    await show.click()
    await row('Ann Archer').waitFor()
    await isLive()
  })
  await withHub({ apiTokens: ['another-secret'] }, async () => {
    await token.fill('another-secret')
    await show.click()
    await row('Ann Archer').waitFor()
  })
})

test('adherence is only of now: the slider says so, and the way back is one step', async () => {
  await at.page.goto(page())
  await row('Ann Archer').waitFor()
  await at.page.getByRole('button', { name: 'Look back' }).click()
  await at.page.getByText('Adherence goes up to now; go back to now to see it.').waitFor()
  await at.page.locator('.freshness', { hasText: 'The past' }).waitFor()
  await at.page.getByRole('button', { name: 'Back to now' }).click()
  await row('Ann Archer').waitFor()
  await isLive()
})

test('whoever leaves the page follows adherence no more', async () => {
  const readers = async () => {
    const text = await (await fetch(`${at.board.url}/metrics`)).text()
    return /^ledgerline_adherence_readers (\d+)$/m.exec(text)?.[1]
  }
  const areReaders = (count: string) =>
    until(`${count} follow adherence`, async () => (await readers()) === count, {
      seen: async () => String(await readers()),
      forMs: 30_000,
    })
  await at.page.goto(page())
  await row('Ann Archer').waitFor()
  await areReaders('1')
  await at.page.getByRole('link', { name: 'The centre' }).click()
  await areReaders('0')
})

import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { alertsAnswerSchema, type AlertsAnswer } from '../../../schemas/feeds/alerts.ts'
import { openConfiguredAlerts } from '../../../services/alerts/configured-alerts.ts'
import { openAlertWatch } from '../../../services/alerts/alert-watch.ts'
import { systemClock, type Clock } from '../../../services/runtime/clock.ts'
import { readConfig } from '../../../services/runtime/config.ts'
import { silentLogger } from '../../../services/runtime/logger.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'
import {
  activities,
  ann,
  available,
  billing,
  enters,
  goes,
  hangsUp,
  start,
} from '../live/contact-centre.ts'
import { openTestHub, type TestHub } from '../live/hub-with-state.ts'
import { openAlertReceiver, secret, type AlertReceiver } from './alert-receiver.ts'
import { rulesOf } from './rules/observed-centre.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
let receiver: AlertReceiver
let hub: TestHub
let now: number
/** Stands still but for what a test adds. */
const clock: Clock = { now: () => now, sleep: (ms, signal) => systemClock.sleep(ms, signal) }
const advance = (ms: number) => void (now += ms)

beforeEach(async () => {
  folder = await tempFolder()
  receiver = await openAlertReceiver()
  now = start
})

afterEach(async () => {
  await hub.close()
  await receiver.close()
  await folder.remove()
})

const rules = `
groupSeconds: 0
rules:
  long-wait:
    kind: oldest_wait
    queues: [Billing]
    longerThanSeconds: 60
    clearAtSeconds: 30
    clearForSeconds: 10
    severity: critical
`

/** How far the tables are, which have no row. */
let asOf: number | null = null

function openHub(text = rules): Promise<TestHub> {
  return openTestHub({
    ...{ clock, folder: folder.path },
    async openAlerts({ state, warehouse, metrics, folder: path }) {
      const watch = await openAlertWatch({
        ...{ state, metrics, clock, logger: silentLogger, lookEveryMs: 10 },
        warehouse: { ...warehouse, query: () => Promise.resolve([]) },
        ...{ rules: rulesOf(text), memoryFile: join(path, 'alerts.json') },
        webhook: { url: receiver.url, secret },
        unmapped: () => null,
        out: () => Promise.resolve(new Map()),
        heard: () => Promise.resolve(new Map()),
        tablesLag: () => Promise.resolve(null),
        tablesAsOf: () => Promise.resolve(asOf),
      })
      return { watch, reload: () => Promise.resolve({ kind: 'reloaded', rules: 0 }) }
    },
  })
}

async function answer(): Promise<AlertsAnswer> {
  const response = await hub.app.inject({ url: '/v1/alerts' })
  return alertsAnswerSchema.parse(response.json())
}

/** Waits in real time until something is so, which two looks bring about. */
function soon(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  return until(what, isSo, { forMs: 60_000, seen: async () => JSON.stringify(await answer()) })
}

/** Resolves when the rules have been looked at with all that has happened by now. */
async function lookedAt(): Promise<void> {
  await hub.shown()
  const at = clock.now()
  advance(1)
  await soon('a look', async () => ((await answer()).evaluatedAt ?? 0) > at)
}

const statuses = () =>
  receiver.taken.flatMap(({ alerts }) => alerts.map(({ rule, status }) => `${rule} ${status}`))

test('a wait that is too long is told with a signature, and told again when it is over', async () => {
  hub = await openHub()
  await hub.append([...activities(), goes(ann, available, -10), ...enters('WT-1', billing, 0)])
  advance(60_500)
  await lookedAt()
  expect((await answer()).alerts).toEqual([])

  advance(1_000)
  await soon('it is told', () => receiver.taken.length === 1)
  expect(receiver.taken[0]?.alerts).toMatchObject([
    {
      ...{ rule: 'long-wait', kind: 'oldest_wait', severity: 'critical', status: 'firing' },
      subject: { kind: 'queue', id: 'WQ-billing', name: 'Billing' },
      ...{ value: 61, unit: 'seconds', threshold: 60, clearAt: 30 },
    },
  ])
  await soon('it is known to be taken', async () => (await answer()).delivery.waiting === 0)
  expect(await answer()).toMatchObject({
    rules: [{ rule: 'long-wait', isObserved: true, firing: 1, pending: 0, unmatched: [] }],
    alerts: [{ status: 'firing', value: 61, lastToldAt: receiver.taken[0]?.at }],
    delivery: { isConfigured: true, waiting: 0, lastFailure: null },
  })
  const metrics = (await hub.app.inject({ url: '/metrics' })).payload
  expect(metrics).toContain(
    'ledgerline_alert_firing{rule="long-wait",subject="queue",severity="critical"} 1',
  )
  expect(metrics).toContain('ledgerline_alert_deliveries_total{outcome="taken"} 1')

  await hub.append([hangsUp('WT-1', 61)])
  await lookedAt()
  advance(9_000)
  await lookedAt()
  expect(receiver.taken).toHaveLength(1)
  advance(2_000)
  await soon('its end is told', () => receiver.taken.length === 2)
  expect(statuses()).toEqual(['long-wait firing', 'long-wait resolved'])
  expect((await answer()).alerts).toEqual([])
})

test('what fires goes on firing after a restart, and is not delivered a second time', async () => {
  hub = await openHub()
  await hub.append(enters('WT-1', billing, 0))
  advance(61_500)
  await soon('it is told', () => receiver.taken.length === 1)
  await soon('it is known to be taken', async () => (await answer()).delivery.waiting === 0)
  const [before] = (await answer()).alerts
  await hub.close()
  hub = await openHub()
  await lookedAt()
  advance(1_000)
  await lookedAt()
  expect((await answer()).alerts).toMatchObject([
    {
      status: 'firing',
      since: before?.since,
      firedAt: before?.firedAt,
      lastToldAt: before?.lastToldAt,
    },
  ])
  expect(receiver.posted).toHaveLength(1)
})

test('while the receiver is away alerts wait, also over a restart, and then come once each, in order', async () => {
  hub = await openHub()
  receiver.answerWith(503)
  await hub.append(enters('WT-1', billing, 0))
  advance(61_500)
  await soon('it is tried', () => receiver.posted.length === 1)
  await soon('the failure is told', async () => (await answer()).delivery.lastFailure !== null)
  expect((await answer()).delivery).toMatchObject({
    waiting: 1,
    lastDeliveredAt: null,
    lastFailure: { reason: 'status 503' },
  })
  await hub.close()

  hub = await openHub()
  await hub.append([hangsUp('WT-1', 62)])
  await lookedAt()
  advance(11_000)
  await soon('the end waits too, or was tried', async () => (await answer()).alerts.length === 0)
  receiver.answerWith(204)
  await soon('all is taken', () => {
    // An attempt that was under way may fail yet, and is tried again some time after that.
    advance(60_000)
    return receiver.taken.length === 2
  })
  expect(statuses()).toEqual(['long-wait firing', 'long-wait resolved'])
  // Each attempt bore the same id.
  expect(new Set(receiver.posted)).toEqual(new Set(receiver.taken.map(({ id }) => id)))
  // The receiver has it a moment before the hub knows that it has.
  await soon('nothing waits', async () => (await answer()).delivery.waiting === 0)
  expect((await answer()).delivery).toMatchObject({ waiting: 0, oldestWaitingSince: null })
})

test('a body that is refused as it is does not hold up what comes after it', async () => {
  hub = await openHub()
  receiver.answerWith(422)
  await hub.append(enters('WT-1', billing, 0))
  advance(61_500)
  await soon('it is given up', async () => {
    const { delivery } = await answer()
    return delivery.waiting === 0 && delivery.lastFailure?.reason === 'status 422'
  })
  const metrics = (await hub.app.inject({ url: '/metrics' })).payload
  expect(metrics).toContain('ledgerline_alert_deliveries_total{outcome="given_up"} 1')
})

test('what tables tell that are minutes behind neither fires nor clears', async () => {
  asOf = now - 60_000
  hub = await openHub(
    'rules: {low: {kind: service_level, belowPercent: 70}, out: {kind: out_of_adherence, longerThanSeconds: 60}}',
  )
  await hub.append(activities())
  const areObserved = async (isObserved: boolean) =>
    (await answer()).rules.every((rule) => rule.isObserved === isObserved)
  await soon('the tables are of the present', () => areObserved(true))
  asOf = now - 10 * 60_000
  advance(15_000)
  await soon('they are behind', () => areObserved(false))
})

test('rules are read from the file that is set, and read again when asked; wrong ones leave those in force', async () => {
  const path = join(folder.path, 'rules.yaml')
  await writeFile(path, rules)
  const config = readConfig({ LEDGERLINE_ALERT_RULES: path, LEDGERLINE_DATA_DIR: folder.path })
  let again: () => Promise<unknown> = () => Promise.reject(new Error('not opened yet'))
  hub = await openTestHub({
    ...{ clock, folder: folder.path },
    async openAlerts(parts) {
      const open = () =>
        openConfiguredAlerts(config, {
          ...{ ...parts, logger: silentLogger, progress: null },
          unmapped: () => null,
          out: () => Promise.resolve(new Map()),
          tablesAsOf: () => Promise.resolve(null),
        })
      again = open
      const alerts = await open()
      if (alerts === null) throw new Error('no rules are set')
      return alerts
    },
  })
  const reload = () => hub.app.inject({ method: 'POST', url: '/v1/operations/alerts/reload' })
  const names = async () => (await answer()).rules.map(({ rule }) => rule)
  expect(await names()).toEqual(['long-wait'])

  await writeFile(path, rules.replace('longerThanSeconds', 'longerThan'))
  const refused = await reload()
  expect(refused.statusCode).toBe(409)
  expect(refused.json()).toMatchObject({ errors: [{ line: 4 }, { line: 7, column: 5 }] })
  expect(await names()).toEqual(['long-wait'])
  await expect(again()).rejects.toThrow(
    /CONFIG_INVALID: LEDGERLINE_ALERT_RULES: .*line 4, .*; line 7, column 5, .*no such setting/,
  )

  await rm(path)
  expect((await reload()).json()).toMatchObject({
    detail: expect.stringContaining('ENOENT') as unknown,
  })
  await writeFile(path, 'rules: {}')
  expect((await reload()).json()).toEqual({ rules: 0 })
  expect(await names()).toEqual([])
})

test('without rules there is nothing, and it says so', async () => {
  hub = await openTestHub({ clock, folder: folder.path })
  expect(await answer()).toMatchObject({ rules: [], alerts: [], evaluatedAt: null })
  const reload = await hub.app.inject({ method: 'POST', url: '/v1/operations/alerts/reload' })
  expect(reload.statusCode).toBe(409)
})

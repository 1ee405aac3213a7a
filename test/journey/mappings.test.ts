import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createOperationsClient, type OperationsClient } from '../../client/operations.ts'
import { hubEvent } from '../../schemas/events/hub-event.ts'
import type { Clock } from '../../services/runtime/clock.ts'
import { systemClock } from '../../services/runtime/clock.ts'
import { anEvent, type PlainRow } from '../support/fold-all.ts'
import { openHubWithTables, type HubWithTables } from '../support/hub-with-tables.ts'
import { tableRows } from '../support/table-rows.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { runCli } from '../support/terminal.ts'

const now = Date.parse('2026-03-12T09:30:00Z')
const clock: Clock = { ...systemClock, now: () => now }
const dayMs = 86_400_000
const from = Date.parse('2026-03-10T00:00:00Z')

/** Both work from eight to four on each day, with two breaks, one of them long; one calls it lunch. */
const shifts = ['ann', 'bob'].flatMap((worker, who) =>
  [0, 1, 2, 3, 4].flatMap((day) => {
    const at = (time: string, activity: string, fields: object = {}) => {
      const instant = Date.parse(`2026-03-08T${time}Z`) + day * dayMs
      return anEvent({
        ...{ id: `${worker}-${instant}`, type: 'worker.activity.update', worker },
        ...{ activity: `WA-${activity}`, activityName: activity, at: instant },
        attributes: JSON.stringify({ site: who === 0 ? 'Berlin' : 'Bogotá', ...fields }),
      })
    }
    const task = { task: `WT-${worker}-${day}`, reservation: `WR-${worker}-${day}`, worker }
    const call = (time: string, step: string) => {
      const instant = Date.parse(`2026-03-08T${time}Z`) + day * dayMs
      return anEvent({
        ...task,
        ...{ id: `${worker}-${step}-${day}`, type: `reservation.${step}`, at: instant },
        ...{ channel: 'voice', direction: 'inbound', queue: 'WQ1', workerName: worker },
      })
    }
    return [
      at('08:00:00', 'Available'),
      at('08:30:00', 'Break', { reason: who === 0 ? 'lunch' : 'tea' }),
      at('09:00:00', 'Available'),
      call('09:05:00', 'created'),
      call('09:05:10', 'accepted'),
      call('09:12:00', 'wrapup'),
      call('09:20:00', 'completed'),
      at('12:00:00', 'Yoga'),
      at('16:00:00', 'Offline'),
    ].filter((event) => event.at <= now)
  }),
)

const first = `
target: calabrio
rules:
  - {when: {activity: [Available]}, give: {code: READY, class: available}}
  - {when: {activity: [Break]}, give: {code: BREAK, class: signed_on}}
  - {when: {activity: [Offline]}, give: {code: OUT, class: signed_off}}
  - {when: {phase: [talk]}, give: {code: CALL, class: signed_on, countsAsContact: true}}
`

/** Of him nothing is heard any more. */
const events = [
  ...shifts,
  anEvent({
    ...{ id: 'cy', type: 'worker.activity.update', worker: 'cy' },
    ...{ activity: 'WA-Available', activityName: 'Available' },
    ...{ at: Date.parse('2026-03-08T08:00:00Z'), attributes: '{"reason":"lunch"}' },
  }),
]

/** Long breaks, the wrap-up, the other site, and a dwell. */
const second = `
target: calabrio
minimumDwellMs: 5000
rules:
  - {when: {activity: [Available]}, give: {code: READY, class: available}}
  - {name: lunch, when: {activity: [Break], reason: [lunch]}, give: {code: LUNCH, class: signed_on, paid: false}}
  - {when: {activity: [Break], longerThanMs: 900000}, give: {code: LATE, class: signed_on}}
  - {when: {activity: [Break]}, give: {code: BREAK, class: signed_on}}
  - {when: {activity: [Offline]}, give: {code: OUT, class: signed_off}}
  - {when: {phase: [talk, acw]}, give: {code: CALL, class: signed_on, countsAsContact: true}}
sites:
  Bogotá:
    - {when: {activity: [Yoga]}, give: {code: SPORT, class: signed_on}}
`

let folder: Awaited<ReturnType<typeof tempFolder>>
let hub: HubWithTables
let client: OperationsClient
let env: Record<string, string>
beforeAll(async () => {
  folder = await tempFolder()
  hub = await openHubWithTables({ clock, partitions: 2 })
  await hub.tell([...events, hubEvent({ type: 'clock.ticked', id: 'tick', at: now })])
  client = createOperationsClient({ url: hub.url })
  env = { LEDGERLINE_PORT: new URL(hub.url).port }
}, 300_000)
afterAll(async () => {
  await hub.close()
  await folder.remove()
})

async function fileOf(text: string): Promise<string> {
  const path = join(folder.path, 'mapping.yaml')
  await writeFile(path, text)
  return path
}

const wfmRows = () => tableRows(hub.warehouse, 'agent_wfm_states')

test('there are no rows before the first mapping, and from it on there are', async () => {
  expect(await wfmRows()).toEqual([])
  expect(await client.mappings()).toMatchObject({ inForce: [], versions: [] })
  const path = await fileOf(first)
  expect((await runCli(['mapping', 'check', path])).out).toContain('is right')
  const set = await runCli(['mapping', 'set', path, '--from', '2026-03-09T00:00:00Z'], env)
  expect(set.out).toContain('version 1 of calabrio holds from 2026-03-09T00:00:00.000Z')
  await hub.inStep()
  const rows = await wfmRows()
  expect(new Set(rows.map(({ code }) => code))).toEqual(
    new Set(['READY', 'BREAK', 'OUT', 'CALL', 'UNMAPPED']),
  )
  expect(Math.min(...rows.map((row) => Number(row['started_at'])))).toBe(from - dayMs)
  expect(await client.setMapping(first, from - dayMs)).toMatchObject({ version: 1, isNew: false })
  const shown = await runCli(['mapping', 'show', 'calabrio'], env)
  expect(shown.out).toMatch(/^calabrio +1 +2026-03-09T00:00:00.000Z .* in force$/m)
})

test('what no rule maps is told with how long it lasted, and for how many agents', async () => {
  const { targets } = await client.mappingCoverage({ from, to: from + dayMs })
  expect(targets).toMatchObject([{ target: 'calabrio', ms: 3 * dayMs }])
  expect(targets[0]?.unmapped).toEqual([
    { of: 'activity', name: 'Yoga', ms: 2 * 4 * 3_600_000, agents: 2 },
  ])
  const { out } = await runCli(['mapping', 'coverage', '--from', '2026-03-10T00:00:00Z'], env)
  expect(out).toMatch(/^activity +Yoga +[\d,]+ +2$/m)
})

test('why an agent is told as he is, is told rule by rule', async () => {
  const worker = ['--target', 'calabrio', '--worker', 'ann']
  const { out } = await runCli(
    ['mapping', 'explain', ...worker, '--at', '2026-03-10T08:45:00Z'],
    env,
  )
  expect(out).toContain('in Break (aux) since 2026-03-10T08:30Z')
  expect(out).toMatch(/told: BREAK, .* from 2026-03-10T08:30Z to 2026-03-10T09:00Z, by version 1/)
  expect(out).toMatch(/^rules.0 +fails by activity$/m)
  expect(out).toMatch(/^rules.1 +gives the state$/m)
  expect(out).not.toMatch(/rules\.2/)
  const before = await client.explainMapping({
    target: 'calabrio',
    worker: 'ann',
    at: from - 2 * dayMs,
  })
  expect(before).toMatchObject({ version: null, told: null, mapped: null, tried: [] })
  await expect(client.explainMapping({ target: 'none', worker: 'ann' })).rejects.toThrow()
  await expect(client.explainMapping({ target: 'calabrio', worker: 'zoe' })).rejects.toThrow()
})

/** By agent, what is told from an instant up to now: instants at which it changes, and the words. */
function toldBy(rows: readonly PlainRow[]) {
  return (agent: string, at: number) =>
    rows.find(
      (row) =>
        row['agent'] === agent &&
        Number(row['started_at']) <= at &&
        at < Number(row['ended_at'] ?? Infinity),
    )
}

test('what a rehearsal tells is what is then seen, to the second, and it sets nothing', async () => {
  const before = await wfmRows()
  const predicted = await client.rehearseMapping(second, { days: 2 }, () => undefined)
  expect(predicted).toMatchObject({ version: 2, isNew: true, isWhole: true, agents: 3, from })
  expect(predicted.until).toBe(now)
  expect(await wfmRows()).toEqual(before)
  expect((await client.mappings()).versions).toHaveLength(1)

  await client.setMapping(second, from)
  await hub.inStep()
  const after = await wfmRows()
  const seen = new Map<string, number>()
  const codes = new Map<string, { oldMs: number; newMs: number }>()
  const [old, fresh] = [toldBy(before), toldBy(after)]
  const stepMs = 1_000
  for (const agent of ['ann', 'bob', 'cy']) {
    for (let at = from; at < now; at += stepMs) {
      const [was, is] = [old(agent, at), fresh(agent, at)]
      const [oldCode, newCode] = [String(was?.['code']), String(is?.['code'])]
      const ofOld = codes.get(oldCode) ?? { oldMs: 0, newMs: 0 }
      codes.set(oldCode, { ...ofOld, oldMs: ofOld.oldMs + stepMs })
      const ofNew = codes.get(newCode) ?? { oldMs: 0, newMs: 0 }
      codes.set(newCode, { ...ofNew, newMs: ofNew.newMs + stepMs })
      if (words(was) === words(is)) continue
      const name = `${agent} ${oldCode} ${newCode}`
      seen.set(name, (seen.get(name) ?? 0) + stepMs)
    }
  }
  const told = predicted.changes.map(
    ({ agent, oldCode, newCode, ms }) => [`${agent} ${oldCode} ${newCode}`, ms] as const,
  )
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(seen))
  expect(seen.size).toBeGreaterThan(4)
  expect(Object.fromEntries(predicted.codes.map(({ code, ...ms }) => [code, ms]))).toEqual(
    Object.fromEntries(codes),
  )
  // What was told of the time before stays as it was.
  const ended = (rows: readonly PlainRow[]) =>
    rows.filter((row) => Number(row['ended_at'] ?? Infinity) < from)
  expect(ended(after)).toEqual(ended(before))
  expect((await client.rehearseMapping(second, { from, days: 2 }, () => undefined)).isNew).toBe(
    false,
  )
})

function words(row: PlainRow | undefined): string {
  const names = ['code', 'reason', 'text', 'class', 'is_logged_on', 'is_counted_as_contact']
  return JSON.stringify([...names, 'is_paid'].map((name) => row?.[name]))
}

test('a table shows what would change, by code and by agent, and what to do next', async () => {
  const path = await fileOf(second.replace('LUNCH', 'MEAL'))
  const { out } = await runCli(['mapping', 'rehearse', path, '--days', '2'], env)
  expect(out).toContain('version 3 of calabrio from 2026-03-10T00:00Z: 3 agents')
  expect(out).toMatch(/^ann +LUNCH +MEAL +90$/m)
  expect(out).toContain(`ledgerline mapping set ${path} --from 2026-03-10T00:00Z`)
})

test('attributes that were told days ago count until others are told', async () => {
  const late = Date.parse('2026-03-11T10:00:00Z')
  await hub.tell([
    anEvent({
      ...{ id: 'late cy', type: 'worker.activity.update', worker: 'cy', at: late },
      ...{ activity: 'WA-Break', activityName: 'Break' },
    }),
  ])
  expect(toldBy(await wfmRows())('cy', late)).toMatchObject({ code: 'LUNCH' })
})

test('a late event is told by the mapping of its time, with the attributes of its time', async () => {
  const late = Date.parse('2026-03-10T10:00:00Z')
  await hub.tell([
    anEvent({
      ...{ id: 'late', type: 'worker.activity.update', worker: 'ann', at: late },
      ...{ activity: 'WA-Break', activityName: 'Break' },
    }),
  ])
  const told = toldBy(await wfmRows())
  // His attributes are those of his activity before: lunch was over.
  expect(told('ann', late)).toMatchObject({ code: 'BREAK', mapping_version: 2 })
  expect(told('ann', late + 900_000)).toMatchObject({ code: 'LATE' })
})

test('a wrong file is refused with every line, and what is in force stays', async () => {
  const path = await fileOf(
    'target: Calabrio\nrules:\n  - {give: {code: "{activty}", class: on}}\n',
  )
  for (const command of ['check', 'set', 'rehearse']) {
    const { exitCode, err } = await runCli(['mapping', command, path], env)
    expect(exitCode).toBe(1)
    expect(err).toContain('line 1, column 9, target')
    expect(err).toContain('line 3')
  }
  expect((await client.mappings()).versions).toHaveLength(2)
})

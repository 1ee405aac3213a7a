import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alertFile } from '../../dashboards/alert-file.ts'
import { alertRules, type AlertRule } from '../../dashboards/alert-rules.ts'
import type { Instant } from '../../schemas/events/instant.ts'
import { migrate } from '../../services/warehouse/migrations.ts'
import { openTestEngine, type TestEngine } from '../support/engine.ts'
import { expanded } from '../support/grafana.ts'
import { root } from '../support/source-files.ts'

let engine: TestEngine
beforeAll(async () => {
  engine = await openTestEngine()
  await migrate(engine.warehouse)
})
afterAll(() => engine.close())

const path = 'dashboards/provisioning/alerting/rules.json'

// After a change of the rules: npm run dashboards
test('the file of rules is what the rules make', async () => {
  const text = `${JSON.stringify(alertFile(alertRules), null, 2)}\n`
  await expect(await format(text, { parser: 'json', printWidth: 100 })).toMatchFileSnapshot(
    join(root, path),
  )
})

test('nothing but queries has a dollar in it, which provisioning would take for its environment', () => {
  const without = readFileSync(join(root, path), 'utf8').replace(/"rawSql": "[^\n]*/g, '')
  expect(without).not.toContain('$')
  expect(without).toContain('.Values.A')
})

const minuteMs = 60_000
const noon: Instant = Date.UTC(2026, 2, 10, 12)
const at = (minutes: number) => `fromUnixTimestamp64Milli(${noon + minutes * minuteMs}, 'UTC')`

/** What is written to the tables before a minute, and which minutes a rule must fire at: label → from, until. */
interface Case {
  readonly rule: string
  readonly written: Readonly<Record<number, string>>
  readonly fires: readonly [label: string, from: number, until: number][]
}

const visit = (task: string, queue: string, entered: number, version: number, exit = 'NULL') =>
  `INSERT INTO queue_visits (workspace, task, visit, queue, entered_at, exited_at, is_open, sl_threshold_ms, version)
   VALUES ('WS1', '${task}', 1, '${queue}', ${at(entered)}, ${exit}, ${String(exit === 'NULL')}, 20000, ${version})`
const interval = (queue: string, start: number, counts: Readonly<Record<string, number>>) =>
  `INSERT INTO queue_intervals (workspace, queue, channel, direction, interval_start, shard, version, ${Object.keys(counts).join(', ')})
   VALUES ('WS1', '${queue}', 'voice', 'inbound', ${at(start)}, 0, 1, ${Object.values(counts).join(', ')})`
const gap = (status: string, version: number) =>
  `INSERT INTO source_gaps (source, gap_from, gap_to, status, reason, noticed_at, version)
   VALUES ('twilio-voice', ${at(-10)}, ${at(-5)}, '${status}', 'silence', ${at(-4)}, ${version})`
const state = (started: number, unmapped: string, end: string, version: number) =>
  `INSERT INTO agent_wfm_states (workspace, target, agent, started_at, ended_at, is_open, code, unmapped, version)
   VALUES ('WS1', 'calabrio', 'WK1', ${at(started)}, ${end}, ${String(end === 'NULL')}, 'X', '${unmapped}', ${version})`
const span = (
  agent: string,
  started: number,
  run: string,
  end: string,
  version: number,
  basis = 'final',
) =>
  `INSERT INTO adherence_spans (workspace, basis, agent, started_at, ended_at, is_open, standing, run_started_at, version)
   VALUES ('WS1', '${basis}', '${agent}', ${at(started)}, ${end}, ${String(end === 'NULL')}, '${run === 'NULL' ? 'adherent' : 'nonadherent'}', ${run}, ${version})`
const team = (agent: string, name: string) =>
  `INSERT INTO routing_sightings (kind, field, id, day, value, first_at, last_at, first_received_at)
   VALUES ('worker', 'team', '${agent}', '2026-03-09', '${name}', ${at(-600)}, ${at(-600)}, ${at(-600)});
   INSERT INTO events (topic, partition, position, entity, type, id, at, received_at, attributes)
   VALUES ('ledgerline.workers', 0, 1, '${agent}', 'worker.created', 'E-${agent}', ${at(-600)}, ${at(-600)}, '{"team_name": "${name}"}')`

const cases: readonly Case[] = [
  {
    rule: 'longest-wait',
    // Six thresholds of 20 s are two minutes, and it must be so for one more; the other queue's contact waits a minute less.
    written: {
      0: `${visit('T1', 'WQ1', 0, 1)};${visit('T2', 'WQ2', 3, 1)}`,
      5: `${visit('T1', 'WQ1', 0, 2, at(5))};${visit('T2', 'WQ2', 3, 2, at(4))}`,
    },
    fires: [['WQ1', 4, 5]],
  },
  {
    rule: 'service-level',
    // Ten answered, three in time; a quarter later those of the look-back are good. Nine contacts are too few to tell.
    written: {
      0: `${interval('WQ3', -15, { answered_count: 10, answered_in_sl_count: 3 })};${interval('WQ4', -15, { answered_count: 9 })}`,
      20: interval('WQ3', 15, { answered_count: 90, answered_in_sl_count: 90 }),
    },
    fires: [['WQ3', 5, 20]],
  },
  {
    rule: 'abandons',
    written: {
      0: interval('WQ5', -15, {
        offered_count: 10,
        answered_count: 8,
        abandoned_count: 2,
        answered_in_sl_count: 8,
      }),
      20: interval('WQ5', 15, { offered_count: 90, answered_count: 90, answered_in_sl_count: 90 }),
    },
    fires: [['WQ5', 5, 20]],
  },
  {
    rule: 'out-of-adherence',
    // A quarter of an hour, and one minute more. What was only known so does not count, nor one who was back before.
    written: {
      0: [
        ...[team('WK7', 'North'), team('WK8', 'South')],
        ...[span('WK7', 0, at(0), 'NULL', 1), span('WK8', 0, 'NULL', 'NULL', 1)],
        span('WK8', 0, at(0), 'NULL', 1, 'known'),
        span('WK9', 0, at(0), 'NULL', 1),
      ].join(';'),
      10: [span('WK9', 0, at(0), at(10), 2), span('WK9', 10, 'NULL', 'NULL', 2)].join(';'),
      20: [span('WK7', 0, at(0), at(20), 2), span('WK7', 20, 'NULL', 'NULL', 2)].join(';'),
    },
    fires: [['North', 16, 20]],
  },
  {
    rule: 'incomplete',
    written: { 0: gap('open', 1), 3: gap('filled', 2) },
    fires: [['twilio-voice', 0, 3]],
  },
  {
    rule: 'unmapped',
    written: {
      0: state(-1, 'activity', 'NULL', 1),
      8: `${state(-1, 'activity', at(8), 2)};${state(8, '', 'NULL', 2)}`,
    },
    fires: [['calabrio', 5, 8]],
  },
  {
    rule: 'restated',
    written: {
      0: `INSERT INTO restatements (table_name, workspace, interval_start, column_name, position, old_value, new_value, recorded_at, version)
          VALUES ('queue_intervals', 'WS1', ${at(-600)}, 'offered_count', 1, 1, 2, ${at(0)}, 1)`,
    },
    fires: [['queue_intervals', 0, 61]],
  },
]

test('every rule has a case', () => {
  expect(cases.map(({ rule }) => rule).sort()).toEqual(alertRules.map(({ name }) => name).sort())
})

// Query, threshold and length of time are those of the file; what puts them together here is not Grafana's own evaluator.
test.each(cases)('$rule fires when it is so, and is over when it is not', async (given) => {
  const rule = alertRules.find(({ name }) => name === given.rule)
  if (rule === undefined) throw new Error(`there is no rule ${given.rule}`)
  const fired = new Map<string, number[]>()
  const since = new Map<string, number>()
  const last = Math.max(...given.fires.map(([, , until]) => until)) + 2
  for (let minute = 0; minute <= last; minute++) {
    for (const statement of given.written[minute]?.split(';') ?? []) {
      await engine.warehouse.command(statement)
    }
    const beyond = new Set(await labelsBeyond(rule, noon + minute * minuteMs))
    for (const label of since.keys()) if (!beyond.has(label)) since.delete(label)
    for (const label of beyond) {
      const begun = since.get(label) ?? minute
      since.set(label, begun)
      if (minute - begun >= rule.forMinutes) fired.set(label, [...(fired.get(label) ?? []), minute])
    }
  }
  expect(Object.fromEntries(fired)).toEqual(
    Object.fromEntries(
      given.fires.map(([label, from, until]) => [
        label,
        Array.from({ length: until - from }, (_, n) => from + n),
      ]),
    ),
  )
})

async function labelsBeyond(rule: AlertRule, to: Instant): Promise<readonly string[]> {
  const from = to - rule.lookBackMinutes * minuteMs
  const sql = expanded(rule.sql, { from, to, intervalMs: minuteMs, chosen: {} })
  const rows = await engine.warehouse.query<Readonly<Record<string, string | number | null>>>(sql)
  return rows.flatMap((row) => {
    const { value, ...labels } = row
    if (value === null || value === undefined) return []
    const isBeyond =
      rule.fires === 'gt' ? Number(value) > rule.threshold : Number(value) < rule.threshold
    return isBeyond ? [Object.values(labels).join()] : []
  })
}

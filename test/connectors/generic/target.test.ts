import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { intervalFile } from '../../../connectors/form/interval-file.ts'
import { stateMessages } from '../../../connectors/form/state-messages.ts'
import {
  createIdentities,
  identified,
  type KnownNames,
  type PlainRow,
} from '../../../connectors/identities.ts'
import type { IntervalRow } from '../../../connectors/interval-row.ts'
import { readIdentitiesFile } from '../../../services/definitions/identities-file.ts'
import { readTargetFile } from '../../../services/definitions/target-file.ts'
import { faultText, type YamlFile } from '../../../services/definitions/yaml-file.ts'
import { root } from '../../support/source-files.ts'
import { batchOf } from '../batches.ts'
import { agentHour, queueHour } from '../canonical-hour.ts'
import { state } from '../states.ts'
import { wfmFixture } from '../wfm-fixture.ts'

// Whoever follows the page has nothing but what stands on it.
const page = readFileSync(join(root, 'connectors/generic/README.md'), 'utf8')
const [targetYaml = '', identitiesYaml = ''] = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(
  ([, yaml]) => yaml,
)
const target = understood(readTargetFile(targetYaml))
const names: KnownNames = {
  agent: (id) => agentHour.find(({ agent }) => agent?.id === id)?.agent?.name ?? null,
  queue: (id) => queueHour.find(({ queue }) => queue?.id === id)?.queue?.name ?? null,
}
const identities = createIdentities(understood(readIdentitiesFile(identitiesYaml)), names, {
  ...{ numbers: false, logons: true },
})

function understood<T>(file: YamlFile<T>): T {
  if (file.kind === 'refused') throw new Error(file.faults.map(faultText).join('\n'))
  return file.value
}

function plain({ from, queue, agent, values }: IntervalRow): PlainRow {
  return { from, queue, agent: agent?.id ?? null, values }
}

function documents(file: string, rows: readonly IntervalRow[]): readonly (readonly string[])[] {
  const form = target.files[file]
  if (form === undefined) throw new Error(`there is no file ${file}`)
  const made = intervalFile(form, batchOf(rows))
  if (made.kind === 'refused') throw new Error(made.faults.map(({ detail }) => detail).join('\n'))
  return made.documents.map(({ name, text }) => [name, text])
}

test('a target is set up from the page alone: queues', () => {
  const { rows, missing, leftOut } = identified(queueHour.map(plain), identities, names)
  expect(missing).toEqual([])
  expect(leftOut).toBe(4)
  expect(documents('queues', rows)).toEqual([
    ['acme_queues_202603021000.csv', wfmFixture('generic/queues.csv')],
  ])
})

test('a target is set up from the page alone: agents, and who is missing', () => {
  const first = agentHour.filter(({ from }) => from === Date.UTC(2026, 2, 2, 9))
  const { rows, missing } = identified(first.map(plain), identities, names)
  expect(missing.map(({ id, name, rows }) => [id, name, rows])).toEqual([
    ['WK2003', 'Chi Example', 1],
    ['WK2004', 'Dee Example', 1],
  ])
  expect(documents('agents', rows)).toEqual([
    ['agents_202603020900.json', wfmFixture('generic/agents.json')],
  ])
})

test('a target is set up from the page alone: what agents do', () => {
  if (target.states === undefined) throw new Error('there are no states')
  const batch = {
    ...{ kind: 'snapshot' as const, target: 'acme', at: Date.UTC(2026, 2, 2, 9, 31) },
    ...{ settings: { KEY: 'EXAMPLE-KEY' } },
    states: [
      state('2001', 'BREAK', 'Break', '2026-03-02T09:30:03Z'),
      state('2002', 'GONE', 'Gone', '2026-03-02T09:00:00Z', false),
    ],
  }
  const { messages, faults } = stateMessages(target.states, batch)
  expect(faults).toEqual([])
  expect(messages.map(({ text }) => text)).toEqual([
    wfmFixture('generic/states-snapshot.json'),
    '{\n  "key": "EXAMPLE-KEY",\n  "closed": "2026-03-02T09:31:00Z"\n}\n',
  ])
  const long = {
    ...batch,
    kind: 'changes' as const,
    states: [state('1', 'X'.repeat(21), '', '2026-03-02')],
  }
  const refused = stateMessages(target.states, long)
  expect(refused.messages).toEqual([])
  expect(refused.faults[0]?.detail).toContain('longer than 20 characters')
})

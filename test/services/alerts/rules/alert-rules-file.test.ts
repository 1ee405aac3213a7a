import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { alertKinds } from '../../../../schemas/feeds/alerts.ts'
import { readAlertRules } from '../../../../services/alerts/rules/alert-rules-file.ts'
import { faultText } from '../../../../services/definitions/yaml-file.ts'
import { root } from '../../../support/source-files.ts'
import { rulesOf } from './observed-centre.ts'

function faultsOf(text: string): readonly string[] {
  const file = readAlertRules(text)
  return file.kind === 'refused' ? file.faults.map(faultText) : []
}

test('the example of the documentation is right, and has a rule of each kind', () => {
  const text = readFileSync(join(root, 'docs/alerts.md'), 'utf8')
  const [, example = ''] = /```yaml\n(# alerts\.yaml\n[^]*?)```/.exec(text) ?? []
  const { rules } = rulesOf(example)
  expect(new Set(Object.values(rules).map(({ kind }) => kind))).toEqual(new Set(alertKinds))
})

test('every fault is named with its line and column, and what would have been right', () => {
  expect(
    faultsOf(`groupSecond: 3
rules:
  Billing: {kind: waiting, moreThan: 3}
  a: {kind: wait, moreThan: 3}
  b: {kind: waiting, moreThan: -1, queue: [Billing]}
  c:
    kind: waiting
    moreThan: 3
    clearAt: 5
  d: {kind: service_level, belowPercent: 80, clearAtPercent: 75}
  e: {kind: agent_state, states: [idle, lunch], longerThanSeconds: 60}
  f: {kind: lag, moreThanRecords: 5, severity: loud}
`),
  ).toEqual([
    'line 1, column 1, groupSecond: there is no such setting (groupSeconds, rules)',
    'line 3, column 3, rules.Billing: a name is small letters, digits and hyphens',
    'line 4, column 13, rules.a.kind: must be one of these (oldest_wait, waiting, service_level, agent_state, agent_activity, unclassed_activity, unmapped_activity, out_of_adherence, source_silent, lag)',
    expect.stringMatching(/^line 5, column 32, rules\.b\.moreThan: /),
    'line 5, column 36, rules.b.queue: there is no such setting (kind, queues, moreThan, clearAt, severity, forSeconds, clearForSeconds, repeatSeconds)',
    'line 9, column 14, rules.c.clearAt: what fires above 3 must not clear above it (5)',
    'line 10, column 62, rules.d.clearAtPercent: what fires below 80 must not clear below it (75)',
    'line 11, column 41, rules.e.states.1: must be one of these (talk, hold, acw, alert, idle, aux, offline, work_offline)',
    'line 12, column 48, rules.f.severity: must be one of these (info, warning, critical)',
  ])
})

test.each(['', '- a', '7'])('%j is no file of rules', (text) => {
  expect(faultsOf(text)).toEqual([expect.stringMatching(/^line 1, column 1: .*"rules:"/)])
})

test('what is not said is as documented', () => {
  expect(rulesOf('rules: {long: {kind: oldest_wait, longerThanSeconds: 60}}')).toEqual({
    groupSeconds: 5,
    rules: {
      long: {
        ...{ kind: 'oldest_wait', queues: ['*'], longerThanSeconds: 60, severity: 'warning' },
        ...{ forSeconds: 0, clearForSeconds: 60, repeatSeconds: 14_400 },
      },
    },
  })
})

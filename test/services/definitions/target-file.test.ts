import { expect, test } from 'vitest'
import { readTargetFile } from '../../../services/definitions/target-file.ts'
import { faultText } from '../../../services/definitions/yaml-file.ts'

function faultsOf(text: string): readonly string[] {
  const file = readTargetFile(text)
  return file.kind === 'refused' ? file.faults.map(faultText) : []
}

test('every fault is named with its line and field, and what would have been right', () => {
  expect(
    faultsOf(`target: acme
files:
  queues:
    rows: queues
    file: 'q/{from:yyyyMMdd}-{when}.csv'
    zone: Europe/Belin
    rowsMax: 10
    format: {kind: csv, separator: x}
    columns:
      - {name: Interval, time: 'yyyy-MM-dd QQ'}
      - {name: Queue, text: '{queue}'}
      - {name: Calls, metric: anwered_count}
      - {name: Sum, metric: [answered_count, talk_wce_ms]}
      - {name: Both, metric: answered_count, number: 1}
      - {name: Calls, metric: answered_count, words: {a: b}}
      - {name: What, metrics: answered_count}
  agents:
    rows: agents
    file: agents.xml
    format: {kind: xml, body: {Rows: {Row: '{lines}'}, '1st': {}}}
    columns:
      - {name: Agent Id, text: '{agent.logon}'}
  pairs:
    rows: pairs
    file: pairs.tsv
    format: {kind: tsv}
    columns: []
states:
  body: '{state}'
  each: {code: '{state.kode}', since: '{since:QQ}'}
  snapshot: {close: {who: '{agent.logon}'}}
`),
  ).toEqual([
    expect.stringMatching(
      /^line 5, column 11, files\.queues\.file: \{when\} stands for nothing \(/,
    ),
    expect.stringMatching(
      /^line 5, column 11, files\.queues\.file: "q.*" would be no name of a file$/,
    ),
    expect.stringMatching(
      /^line 5, .* must have \{part\} in it, since rowsMax makes several files$/,
    ),
    expect.stringMatching(
      /^line 6, column 11, files\.queues\.zone: is no time zone \(Europe\/Berlin/,
    ),
    expect.stringMatching(
      /^line 8, column 36, files\.queues\.format\.separator: must be no letter/,
    ),
    expect.stringMatching(/^line 10, column 32, files\.queues\.columns\.0\.time: is no pattern/),
    expect.stringMatching(
      /^line 11, .*columns\.1\.text: \{queue\} stands for nothing \(queue\.id, /,
    ),
    expect.stringMatching(/^line 12, .* is no metric of queues \(answered_count, /),
    expect.stringMatching(/^line 13, .* counts and lengths of time do not add up$/),
    expect.stringMatching(/^line 14, .* Both must have one of these, and no second \(metric, time/),
    expect.stringMatching(/^line 15, column 16, .* stands here a second time$/),
    expect.stringMatching(/^line 15, .*columns\.5\.words: is for a column of text$/),
    expect.stringMatching(
      /^line 16, .*columns\.6\.metrics: there is no such setting \(name, metric, /,
    ),
    expect.stringMatching(/^line 20, .* must have exactly one element at its root$/),
    expect.stringMatching(/^line 20, .* Agent Id is no name of an element$/),
    expect.stringMatching(
      /^line 20, .*body\.Rows\.Row: \{lines\} stands for nothing \(rows, count/,
    ),
    expect.stringMatching(/^line 20, .* 1st is no name of an element$/),
    expect.stringMatching(/^line 22, column 7, files\.agents\.columns: none tells the time$/),
    'line 24, column 11, files.pairs.rows: must be one of these (queues, agent-queues, agents)',
    'line 26, column 20, files.pairs.format.kind: must be one of these (csv, json, json-lines, xml)',
    expect.stringMatching(/^line 27, column 14, files\.pairs\.columns: /),
    'line 29, column 9, states.body: has {state} in it, so statesMax must be 1',
    expect.stringMatching(/^line 30, .*states\.each\.code: \{state\.kode\} stands for nothing/),
    expect.stringMatching(/^line 30, .*states\.each\.since: \{since:QQ\} stands for nothing/),
    expect.stringMatching(
      /^line 31, .*states\.snapshot\.close\.who: \{agent\.logon\} stands for nothing/,
    ),
  ])
})

test.each(['', '- a', '7'])('%j is no file of a target', (text) => {
  expect(faultsOf(text)[0]).toMatch(/^line 1, column 1.*"target:"/)
})

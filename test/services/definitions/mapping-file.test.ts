import { expect, test } from 'vitest'
import { readMappingFile } from '../../../services/definitions/mapping-file.ts'
import { faultText } from '../../../services/definitions/yaml-file.ts'

function faultsOf(text: string): readonly string[] {
  const file = readMappingFile(text)
  return file.kind === 'refused' ? file.faults.map(faultText) : []
}

test('what a file leaves out is as the schema has it', () => {
  expect(readMappingFile('target: calabrio')).toMatchObject({
    kind: 'understood',
    value: {
      ...{ target: 'calabrio', contactPolicy: 'contact', minimumDwellMs: 0, rules: [] },
      fallback: { code: 'UNMAPPED', class: 'signed_on' },
    },
  })
})

test('every fault is named with its line and field, and what would have been right', () => {
  expect(
    faultsOf(`target: Calabrio
contactPolicy: both
combinedCode: '{activityCode}+{code}'
fallback: {code: '{nothing}', class: signed_on}
rules:
  - when: {activity: [Break], phases: [talk]}
    give: {code: BRK, class: signed_on}
  - give: {code: 'X-{contact}', class: away}
  - when: {channel: [voice]}
    give: {code: 'CALL-{attributes.team}-{chanel}', class: signed_on}
    from: 2026-03-02T00:00:00Z
    until: 2026-03-01T00:00:00Z
  - give: {code: READY, class: available}
  - when: {activity: [Lunch]}
    give: {code: LUNCH, class: signed_on}
people:
  WK1:
    - give: {code: A, class: available}
      from: yesterday
`),
  ).toEqual([
    expect.stringMatching(/^line 1, column 9, target: is no name such as calabrio/),
    'line 2, column 16, contactPolicy: must be one of these (contact, activity, combined)',
    'line 3, column 15, combinedCode: {code} stands for nothing (activityCode, contactCode)',
    expect.stringMatching(/^line 4, column 18, fallback\.code: \{nothing\} stands for nothing \(/),
    expect.stringMatching(
      /^line 6, column 31, rules\.0\.when\.phases: .* \(activity, activityClass, /,
    ),
    'line 8, column 40, rules.1.give.class: must be one of these (available, signed_on, signed_off)',
    expect.stringMatching(
      /^line 10, column 18, rules\.2\.give\.code: \{chanel\} stands for nothing/,
    ),
    'line 12, column 12, rules.2.until: must be later than from',
    'line 14, column 5, rules.4: never fits: rules.3 gives whatever the activity',
    expect.stringMatching(/^line 19, column 13, people\.WK1\.0\.from: is no instant/),
  ])
})

test('rules about contacts are not hidden by one for whatever the activity', () => {
  const text = `target: nice
rules:
  - give: {code: READY, class: available}
  - when: {channel: [voice]}
    give: {code: CALL, class: available}
`
  expect(faultsOf(text)).toEqual([])
})

test.each(['', '- a', '7'])('%j is no file of rules', (text) => {
  expect(faultsOf(text)[0]).toMatch(/^line 1, column 1.*"target:"/)
})

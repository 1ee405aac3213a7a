import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultDefinitions } from '../../../schemas/events/definitions.ts'
import { contentDigest } from '../../../services/definitions/content-digest.ts'
import { readDefinitionsFile } from '../../../services/definitions/definitions-file.ts'
import { faultText } from '../../../services/definitions/yaml-file.ts'
import { root } from '../../support/source-files.ts'

const example = readFileSync(join(root, 'definitions/ledgerline.yaml'), 'utf8')

function faultsOf(text: string): readonly string[] {
  const file = readDefinitionsFile(text)
  return file.kind === 'refused' ? file.faults.map(faultText) : []
}

function understood(text: string) {
  const file = readDefinitionsFile(text)
  if (file.kind === 'refused') throw new Error(file.faults.map(faultText).join('\n'))
  return file.value
}

test('the example is right, and says every setting', () => {
  const definitions = understood(example)
  expect(definitions).toMatchObject({
    queues: { Billing: { slThresholdMs: 30_000, channels: { chat: { slThresholdMs: 60_000 } } } },
    sites: { Bogotá: { zone: 'America/Bogota', dayStartsAt: '04:00', weekStartsOn: 'sunday' } },
  })
  const { version, ...settings } = defaultDefinitions
  expect(version).toBe(0)
  for (const name of Object.keys(settings)) expect(example).toMatch(new RegExp(`^${name}:`, 'm'))
})

test('the example shows the defaults where a value is one', () => {
  const definitions = understood(example)
  for (const name of ['slThresholdMs', 'shortAbandonMs', 'slFormula', 'cancelReasons'] as const)
    expect(definitions[name]).toEqual(defaultDefinitions[name])
})

test('every fault is named with its line and column, and what would have been right', () => {
  expect(
    faultsOf(`slThreshold: 10
shortAbandonMs: -1
slFormula: best
activities:
  Lunch: away
queues:
  Billing:
    slThresholdMs: 1000
    shortAbandonMs: 2000
    channel: {}
    channels:
      chat: {slThresholdMs: 500}
sites:
  Here: {zone: Europe/Berlni}
  There:
    dayStartsAt: 25:00
  Night: {zone: UTC, dayStartsAt: '04:10'}
productiveActivities: [A, B, A]
intervalMinutes: 10
`),
  ).toEqual([
    expect.stringMatching(
      /^line 1, column 1, slThreshold: there is no such setting \(slThresholdMs, .*intervalMinutes\)$/,
    ),
    expect.stringMatching(/^line 2, column 17, shortAbandonMs: .*>=0/),
    expect.stringMatching(/^line 3, column 12, slFormula: must be one of these \(sl_ex_short, /),
    'line 5, column 10, activities.Lunch: must be one of these (available, aux, offline)',
    'line 9, column 21, queues.Billing.shortAbandonMs: a short abandon (2000 ms) must not be longer than the threshold of the service level (1000 ms)',
    'line 10, column 5, queues.Billing.channel: there is no such setting (slThresholdMs, shortAbandonMs, slFormula, channels)',
    'line 12, column 29, queues.Billing.channels.chat.slThresholdMs: a short abandon (2000 ms) must not be longer than the threshold of the service level (500 ms)',
    expect.stringMatching(
      /^line 14, column 16, sites.Here.zone: is no IANA time zone; .*\(Europe\/Berlin, /,
    ),
    expect.stringMatching(/^line 15, column 3, sites.There.zone: /),
    'line 16, column 18, sites.There.dayStartsAt: is no time of the day, such as "04:00"',
    'line 17, column 35, sites.Night.dayStartsAt: a day must begin where an interval of 15 minutes begins',
    'line 18, column 30, productiveActivities.2: this name stands here a second time',
    'line 19, column 18, intervalMinutes: must be one of these (5, 15, 30)',
  ])
})

test('what is no YAML is refused with every place', () => {
  expect(faultsOf('slThresholdMs: 1\nslThresholdMs: 2\nqueues: {\n')).toEqual([
    'line 2, column 1: this name stands here a second time',
    expect.stringMatching(/^line \d+, column \d+: /),
  ])
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  for (const [one, next] of ['a b', 'b c', 'c d'].map((pair) => pair.split(' ')))
    bomb.push(`${next}: &${next} [${Array<string>(10).fill(`*${one}`).join()}]`)
  expect(faultsOf(bomb.join('\n'))).toEqual([expect.stringMatching(/is a mapping/)])
})

test.each(['', '# nothing', '- a', '7', 'null'])('%j is no file of definitions', (text) => {
  expect(faultsOf(text)).toEqual([expect.stringMatching(/^line 1, column 1: .* is a mapping/)])
})

test('files that say the same have one digest', () => {
  const digest = (text: string) => contentDigest(understood(text))
  const plain = digest('slThresholdMs: 20000\nactivities: {A: aux, B: offline}')
  expect(digest('{"activities": {"B": "offline", "A": "aux"}}')).toBe(plain)
  expect(digest('activities: {A: aux, B: aux}')).not.toBe(plain)
})

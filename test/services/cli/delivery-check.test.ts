import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tempFolder } from '../../support/temp-folder.ts'
import { runCli } from '../../support/terminal.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>

beforeAll(async () => {
  folder = await tempFolder()
})
afterAll(() => folder.remove())

/** Writes a file of targets that are told of states like this, with others beside it, and has it checked. */
async function check(
  states: Readonly<Record<string, string>>,
  beside: Readonly<Record<string, string>> = {},
) {
  const targets = Object.entries(states).map(
    ([name, told]) => `  ${name}:
    kind: http
    url: https://wfm.example/in
    auth: { kind: body, key: { env: A_KEY } }
    states: ${told}
`,
  )
  const path = join(folder.path, 'targets.yaml')
  await writeFile(path, `targets:\n${targets.join('')}`)
  for (const [name, text] of Object.entries(beside)) await writeFile(join(folder.path, name), text)
  const { exitCode, out, err } = await runCli(['delivery', 'check', path])
  return { exitCode, said: (out + err).replaceAll(`${folder.path}/`, '') }
}

test('every fault of what is told of states has its line, whichever target it is of', async () => {
  const { exitCode, said } = await check({
    unknown: '{ mapping: acme, connector: calabrio, form: soap }',
    options: '{ mapping: acme, connector: calabrio-wfm, form: soap, options: { colour: red } }',
    form: '{ mapping: acme, connector: calabrio-wfm, form: pigeon, settings: { sourceId: a } }',
    setting: '{ mapping: acme, connector: calabrio-wfm, form: soap }',
    none: '{ mapping: acme, connector: genesys-cloud, form: soap }',
    right: '{ mapping: acme, connector: calabrio-wfm, form: soap, settings: { sourceId: a } }',
  })
  expect(exitCode).toBe(1)
  const [, ...faults] = said.trim().split('\n')
  expect(faults.map((line) => line.trim())).toEqual([
    expect.stringMatching(
      /^line 6, .*targets\.unknown\.states\.connector: there is no such connector \(.*calabrio-wfm/,
    ),
    expect.stringMatching(/^line 11, .*targets\.options\.states\.options: .*colour/),
    expect.stringMatching(
      /^line 16, .*targets\.form\.states\.form: .* has no such form \(soap, soap-single, json,/,
    ),
    expect.stringMatching(/^line 21, .*targets\.setting\.states.*: the form needs sourceId/),
    expect.stringMatching(/^line 26, .*targets\.none\.states\.form: .* is told nothing of states/),
  ])
})

test('forms of one’s own and identities are looked through too, each where it lies', async () => {
  const acme = 'target: acme\nstates: { body: "{states}", each: { code: "{state.code}" } }\n'
  const { exitCode, said } = await check(
    {
      missing: '{ mapping: acme, form: nowhere.yaml }',
      faulty: '{ mapping: acme, form: faulty.yaml, identities: who.yaml }',
      foreign: '{ mapping: other, form: acme.yaml }',
      files: '{ mapping: acme, form: files.yaml }',
      needy: '{ mapping: acme, form: needy.yaml }',
    },
    {
      'acme.yaml': acme,
      'faulty.yaml': acme.replace('{state.code}', '{state.kode}'),
      'files.yaml': 'target: acme\n',
      'needy.yaml': acme.replace('{state.code}', '{setting.TENANT}'),
      'who.yaml': 'target: acme\nagents:\n  - { worker: WK1 }\n',
    },
  )
  expect(exitCode).toBe(1)
  const [, ...faults] = said.trim().split('\n')
  expect(faults.map((line) => line.trim())).toEqual([
    'targets.missing.states: nowhere.yaml cannot be read',
    expect.stringMatching(/^targets\.faulty\.states: faulty\.yaml: line 2, .*\{state\.kode\}/),
    expect.stringMatching(/^targets\.faulty\.states: who\.yaml: line 3, .*agent/),
    expect.stringMatching(/^targets\.faulty\.states: who\.yaml: line 3, .*worker/),
    'targets.foreign.states: acme.yaml: it is of acme, and the mapping of other',
    'targets.files.states: files.yaml: it says nothing of states',
    'targets.needy.states: the form needs TENANT in settings',
  ])
})

test('what is right is right, with a form of one’s own', async () => {
  const acme = 'target: acme\nstates: { body: "{states}", each: { code: "{state.code}" } }\n'
  const { exitCode, said } = await check(
    { own: '{ mapping: acme, form: acme.yaml }' },
    { 'acme.yaml': acme },
  )
  expect([exitCode, said]).toEqual([0, 'targets.yaml is right\n'])
})

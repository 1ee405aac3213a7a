import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { createCarrier } from '../../../../services/delivery/targets/carriers.ts'
import { targetsJsonSchema } from '../../../../services/delivery/targets/target.ts'
import { readTargets } from '../../../../services/delivery/targets/targets-file.ts'
import { faultText } from '../../../../services/definitions/yaml-file.ts'
import { silentLogger } from '../../../../services/runtime/logger.ts'
import { root } from '../../../support/source-files.ts'

const right = `
targets:
  rta:
    kind: http
    url: https://wfm.example/RTA/TeleoptiRtaService.svc
    headers: { x-tenant: one }
    auth: { kind: bearer, token: { env: WFM_TOKEN } }
    requestsPerSecond: 0.2
  states:
    kind: tcp
    host: 127.0.0.1
    port: 4000
    tls: false
  files:
    kind: sftp
    host: sftp.wfm.example
    user: hub
    auth: { kind: password, password: { file: /run/secrets/sftp } }
    hostKeys: ['SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']
  folder:
    kind: directory
    folder: ./out
  topic:
    kind: kafka
    brokers: [kafka:9092]
    topic: wfm
`

test('what is right is read, with what it leaves out', () => {
  const file = readTargets(right)
  if (file.kind !== 'understood') throw new Error(file.faults.map(faultText).join('\n'))
  const { targets } = file.value
  expect(targets['rta']).toMatchObject({
    timeoutSeconds: 10,
    concurrency: 1,
    requestsPerSecond: 0.2,
  })
  expect(targets['rta']?.retry).toEqual({ firstSeconds: 1, maxSeconds: 60 })
  expect(targets['states']).toMatchObject({ framing: 'line', answers: 'each' })
  expect(targets['files']).toMatchObject({ port: 22, folder: '.', timeoutSeconds: 60 })
  expect(targets['topic']).toMatchObject({ tls: true, timeoutSeconds: 30 })
})

test('the file in the documents is right', () => {
  const text = readFileSync(join(root, 'docs/delivery.md'), 'utf8')
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(text) ?? []
  const file = readTargets(yaml)
  if (file.kind !== 'understood') throw new Error(file.faults.map(faultText).join('\n'))
  expect(Object.keys(file.value.targets)).toEqual(['wfm-rta', 'wfm-files', 'archive'])
})

test('every fault is told with its line', () => {
  const wrong = `
targets:
  Rta:
    kind: directory
    folder: out
  web:
    kind: http
    url: http://wfm.example/in
    headers: { Idempotency-Key: x }
    auth: { kind: basic, user: a, password: { env: LEDGERLINE_X } }
  user:
    kind: http
    url: https://a:b@wfm.example/in
    auth: { kind: bearer, token: { env: A, file: b } }
    retry: { firstSeconds: 10, maxSeconds: 5 }
  line:
    kind: tcp
    host: wfm.example
    port: 0
    tls: false
  files:
    kind: sftp
    host: sftp.wfm.example
    user: hub
    auth: { kind: password, password: {} }
    hostKeys: [aa:bb]
  other:
    kind: ftp
  more:
    kind: directory
    folder: out
    timeout: 5
`
  const file = readTargets(wrong)
  if (file.kind !== 'refused') throw new Error('it was understood')
  const places = file.faults.map(({ line, field }) => `${line} ${field}`)
  expect(places).toEqual([
    '3 targets.Rta',
    '8 targets.web.url',
    '9 targets.web.headers.Idempotency-Key',
    '10 targets.web.auth.password',
    '13 targets.user.url',
    '14 targets.user.auth.token',
    '15 targets.user.retry.maxSeconds',
    '19 targets.line.port',
    '20 targets.line.tls',
    '25 targets.files.auth.password',
    '26 targets.files.hostKeys.0',
    '28 targets.other.kind',
    '32 targets.more.timeout',
  ])
})

test('what is not encrypted is, where somebody says that it is meant', () => {
  const file = readTargets(
    'targets:\n  web: { kind: http, url: "http://wfm.example/in", insecure: true }',
  )
  expect(file.kind).toBe('understood')
})

test('the schema for editors takes what the hub takes, and names the settings that there are', () => {
  const validate = new Ajv2020({ strict: false, formats: { uri: true } }).compile(
    targetsJsonSchema(),
  )
  expect(validate(parse(right))).toBe(true)
  expect(validate({ targets: { web: { kind: 'directory', folder: 'x', timeout: 5 } } })).toBe(false)
  expect(validate({ targets: { web: { kind: 'ftp' } } })).toBe(false)
})

test('a secret that is not where it should be is named by its place', () => {
  const file = readTargets(right)
  if (file.kind !== 'understood') throw new Error('it was refused')
  const { rta, files } = file.value.targets
  if (rta === undefined || files === undefined) throw new Error('a target is missing')
  expect(() => createCarrier(rta, {}, silentLogger)).toThrow('the variable WFM_TOKEN is not set')
  expect(() => createCarrier(files, {}, silentLogger)).toThrow('/run/secrets/sftp cannot be read')
  expect(createCarrier(rta, { WFM_TOKEN: 'x' }, silentLogger).parallelMax).toBe(Infinity)
})

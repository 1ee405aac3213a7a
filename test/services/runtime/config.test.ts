import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readConfig, settingNotes } from '../../../services/runtime/config.ts'
import { LedgerlineError } from '../../../services/runtime/errors.ts'
import { createSender } from '../../support/source-sender.ts'
import { tempFolder } from '../../support/temp-folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => void (folder = await tempFolder()))
afterAll(() => folder.remove())

function faultsOf(env: Readonly<Record<string, string>>): string {
  try {
    readConfig(env)
    return ''
  } catch (error) {
    if (error instanceof LedgerlineError && error.code === 'CONFIG_INVALID') return error.message
    throw error
  }
}

test('nothing needs to be set', () => {
  const config = readConfig({})
  expect(config.LEDGERLINE_HOST).toBe('127.0.0.1')
  expect(config.LEDGERLINE_PORT).toBe(8080)
  expect(config.KAFKA_BROKERS).toEqual([])
  expect(config.CLICKHOUSE_URL).toBeUndefined()
})

test('an empty variable counts as not set', () => {
  const env = Object.fromEntries(settingNotes.map(({ name }) => [name, '']))
  expect(readConfig(env)).toEqual(readConfig({}))
})

test('all faults are named at the same time', () => {
  const faults = faultsOf({
    LEDGERLINE_PORT: '70000',
    LEDGERLINE_LOG_LEVEL: 'loud',
    CLICKHOUSE_URL: 'ftp://somewhere',
    CLICKHOUSE_DATABASE: 'a-b',
    LEDGERLINE_PROT: '1',
  })
  for (const name of [
    'LEDGERLINE_PORT',
    'LEDGERLINE_LOG_LEVEL',
    'CLICKHOUSE_URL',
    'CLICKHOUSE_DATABASE',
    'LEDGERLINE_PROT: no such setting',
  ]) {
    expect(faults).toContain(name)
  }
})

test('what only shows when settings are seen together is named too', () => {
  expect(faultsOf({ LEDGERLINE_HOST: '0.0.0.0' })).toContain('LEDGERLINE_API_TOKENS: needed')
  const mixed = faultsOf({ LEDGERLINE_HOST: '0.0.0.0', LEDGERLINE_PORT: 'x' })
  expect(mixed).toContain('LEDGERLINE_API_TOKENS: needed')
  expect(mixed).toContain('LEDGERLINE_PORT')
  const blank = faultsOf({ LEDGERLINE_HOST: '0.0.0.0', LEDGERLINE_API_TOKENS: 'with a blank' })
  expect(blank).toContain('LEDGERLINE_API_TOKENS.0: a header could not carry it')
  expect(blank).not.toContain('needed')
  expect(faultsOf({ LEDGERLINE_ENGINE_HOST: '::' })).toContain('LEDGERLINE_ENGINE_READER_PASSWORD')
  const login = faultsOf({ KAFKA_SASL_MECHANISM: 'plain' })
  expect(login).toContain('KAFKA_SASL_USERNAME')
  expect(login).toContain('KAFKA_SASL_PASSWORD')
  expect(faultsOf({ KAFKA_BROKERS: 'a:9092,b' })).toContain('"b" is not host:port')
})

test('who may send is looked at before anybody does', () => {
  const key = createSender('SendGrid').sendGridPublicKey
  const config = readConfig({ SENDGRID_WEBHOOK_PUBLIC_KEYS: `${key}, ${key}` })
  expect(config.SENDGRID_WEBHOOK_PUBLIC_KEYS).toEqual([key, key])
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
  const other = rsa.export({ format: 'der', type: 'spki' }).toString('base64')
  for (const wrong of ['bm8ga2V5', other]) {
    expect(faultsOf({ SENDGRID_WEBHOOK_PUBLIC_KEYS: wrong })).toContain('no P-256 public key')
  }
  for (const wrong of ['secret', ':secret', 'user:']) {
    const faults = faultsOf({ SENDGRID_INBOUND_CREDENTIALS: wrong })
    expect(faults).toContain('SENDGRID_INBOUND_CREDENTIALS.0: user:password')
  }
})

test('a secret may lie in a file, and is in no message', async () => {
  const file = join(folder.path, 'tokens')
  await writeFile(file, 'first, second\n')
  expect(readConfig({ LEDGERLINE_API_TOKENS_FILE: file }).LEDGERLINE_API_TOKENS).toEqual([
    'first',
    'second',
  ])
  const both = faultsOf({ LEDGERLINE_API_TOKENS: 'third', LEDGERLINE_API_TOKENS_FILE: file })
  expect(both).toContain('not both')
  const wrong = faultsOf({ TWILIO_AUTH_TOKENS: 'a secret with blanks', LEDGERLINE_PORT: 'x' })
  expect(wrong).toContain('TWILIO_AUTH_TOKENS')
  expect(both + wrong).not.toMatch(/third|a secret/)
  expect(faultsOf({ LEDGERLINE_API_TOKENS_FILE: join(folder.path, 'none') })).toContain(
    'LEDGERLINE_API_TOKENS_FILE: cannot be read',
  )
})

test('every setting says what it is for, and no secret has a default that is one', () => {
  for (const { about, isSecret, default: preset } of settingNotes) {
    expect(about).toMatch(/^\S.*\.$/s)
    if (isSecret) expect(preset).toBe('')
  }
})

import { createServer, type AddressInfo, type Server } from 'node:net'
import { expect, test } from 'vitest'
import { settingNotes } from '../../../services/runtime/config.ts'
import { runCli } from '../../support/terminal.ts'

const commands = ['start', 'demo', 'simulate', 'rebuild', 'verify', 'dlq', 'doctor', 'settings']

test('help names every command and is no error', async () => {
  const { exitCode, out } = await runCli(['--help'])
  expect(exitCode).toBe(0)
  for (const command of commands) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
})

test('every command has help', async () => {
  for (const command of commands) {
    const { exitCode, out } = await runCli([command, '--help'])
    expect(exitCode).toBe(0)
    expect(out).toContain(`Usage: ledgerline ${command}`)
  }
})

test('a command that there is not ends with 2', async () => {
  const { exitCode, err } = await runCli(['strat'])
  expect(exitCode).toBe(2)
  expect(err).toContain("unknown command 'strat'")
  expect(err).toContain('Did you mean start?')
})

test('every wrong setting is named at once, in one line, without a stack', async () => {
  const env = { LEDGERLINE_PORT: 'many', KAFKA_SSL: 'perhaps', LEDGERLINE_PROT: '1' }
  const { exitCode, err, out } = await runCli(['start'], env)
  expect(exitCode).toBe(2)
  expect(out).toBe('')
  expect(err.trimEnd().split('\n')).toHaveLength(1)
  for (const name of Object.keys(env)) expect(err).toContain(name)
})

test('the stack is there for who asks for it', async () => {
  const env = { LEDGERLINE_PORT: 'many', LEDGERLINE_LOG_LEVEL: 'debug' }
  expect((await runCli(['start'], env)).err).toMatch(/\n {4}at /)
})

test('a role that there is not is refused before anything is opened', async () => {
  const { exitCode, err } = await runCli(['start', 'ingest', 'projektions'])
  expect(exitCode).toBe(2)
  expect(err).toBe('ledgerline: there is no role projektions: ingest, projections, api or engine\n')
  expect((await runCli(['start', 'ingest', 'engine'])).exitCode).toBe(2)
})

test('a port that is taken is named with the setting that changes it', async () => {
  const server = await listen()
  const port = String(portOf(server))
  for (const name of ['LEDGERLINE_PORT', 'LEDGERLINE_ENGINE_PORT']) {
    for (const command of ['start', 'demo']) {
      const env = { LEDGERLINE_PORT: '0', LEDGERLINE_ENGINE_PORT: '0', [name]: port }
      const { exitCode, err } = await runCli([command], env)
      expect(exitCode).toBe(1)
      expect(err).toContain(`port ${port} of 127.0.0.1 is taken`)
      expect(err).toContain(`set ${name} to another port`)
    }
  }
  server.close()
})

test('settings tells every setting, its default and its meaning', async () => {
  const { exitCode, out } = await runCli(['settings'])
  expect(exitCode).toBe(0)
  for (const { name, about } of settingNotes) {
    expect(out).toContain(name)
    expect(out).toContain(about)
  }
})

test('a simulation wants a token and a stretch of time', async () => {
  const unsigned = await runCli(['simulate'])
  expect(unsigned.exitCode).toBe(2)
  expect(unsigned.err).toContain('TWILIO_AUTH_TOKENS is not set')
  const backwards = await runCli(
    ['simulate', '--from', '2026-03-10T08:00:00Z', '--to', '2026-03-10T07:00:00Z'],
    { TWILIO_AUTH_TOKENS: 'made-up' },
  )
  expect(backwards.err).toBe('ledgerline: --to must be after --from\n')
  const shapeless = await runCli(['simulate', '--shuffle', 'an hour'])
  expect(shapeless.exitCode).toBe(2)
  expect(shapeless.err).toContain('such as 90s, 15m, 1h or 2d')
})

test('a rebuild from what is no date is refused before anything is opened', async () => {
  for (const from of ['march', '2026-03', '2026-02-30', '2026-03-01T00:00:00Z']) {
    const { exitCode, err } = await runCli(['rebuild', '--from', from])
    expect(exitCode).toBe(2)
    expect(err).toContain('It must be a date, such as 2026-03-01.')
  }
})

test('a redrive of everything must be asked for', async () => {
  const { exitCode, err } = await runCli(['dlq', 'redrive'])
  expect(exitCode).toBe(2)
  expect(err).toContain('--all')
})

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return address.port
}

import { createServer } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCli } from '../../support/terminal.ts'
import { tempFolder } from '../../support/temp-folder.ts'

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => void (folder = await tempFolder()))
afterAll(() => folder.remove())

/** A port that was free a moment ago, and that nobody listens on. */
async function silentPort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' ? address?.port : '')
}

test('each wrong setting is a fault of its own', async () => {
  const { exitCode, out } = await runCli(['doctor'], {
    LEDGERLINE_PORT: 'many',
    CLICKHOUSE_URL: 'clickhouse',
  })
  expect(exitCode).toBe(1)
  expect(out.match(/^FAULT {2}settings/gm)).toHaveLength(2)
})

test('a hub that does not run is a fault, and what to do stands beside it', async () => {
  const port = await silentPort()
  const { exitCode, out, err } = await runCli(['doctor'], {
    LEDGERLINE_PORT: port,
    LEDGERLINE_DATA_DIR: `${folder.path}/not/yet/there`,
  })
  expect(exitCode).toBe(1)
  expect(out).toContain(`nothing answers at http://127.0.0.1:${port}: start it`)
  expect(out).toMatch(/^(ok|note) +disk +[\d.]+ GiB free/m)
  expect(out).toContain('TWILIO_AUTH_TOKENS is not set')
  expect(err).toBe('ledgerline: 1 fault found\n')
})

test('servers that cannot be reached are faults', async () => {
  const port = await silentPort()
  const { out, err } = await runCli(['doctor'], {
    LEDGERLINE_PORT: port,
    LEDGERLINE_DATA_DIR: folder.path,
    KAFKA_BROKERS: `127.0.0.1:${port}`,
    CLICKHOUSE_URL: `http://127.0.0.1:${port}`,
  })
  expect(out).toMatch(/^FAULT +log +127\.0\.0\.1:\d+ cannot be reached/m)
  expect(out).toMatch(/^FAULT +warehouse +http:\/\/127\.0\.0\.1:\d+ cannot be used/m)
  expect(err).toBe('ledgerline: 3 faults found\n')
})

test('what listens there and is no hub is told apart from a hub', async () => {
  const server = createServer((_request, response) => response.writeHead(404).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = String(typeof address === 'object' ? address?.port : '')
  const { out } = await runCli(['doctor'], {
    LEDGERLINE_PORT: port,
    LEDGERLINE_DATA_DIR: folder.path,
  })
  expect(out).toContain('answers 404: is that a hub?')
  server.close()
})

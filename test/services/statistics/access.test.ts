import { afterEach, expect, test } from 'vitest'
import { openTestHub, type TestHub } from '../live/hub-with-state.ts'

let hub: TestHub
afterEach(() => hub.close())

/** Who may ask is told what is wrong with his question. */
const path = '/v1/Workspaces/WS1/Statistics?Minutes=soon'
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

async function asked(headers: Readonly<Record<string, string>>): Promise<number> {
  const response = await hub.app.inject({ url: path, headers: { host: 'hub.example', ...headers } })
  return response.statusCode
}

test('with tokens, whoever shows one as a password, whatever he calls himself', async () => {
  hub = await openTestHub({ apiTokens: ['one', 'an:other'] })
  expect(await asked({})).toBe(401)
  expect(await asked(basic('SK1:wrong'))).toBe(401)
  expect(await asked(basic('one'))).toBe(401)
  expect(await asked(basic('one:'))).toBe(401)
  expect(await asked({ authorization: 'Basic ?' })).toBe(401)
  expect(await asked(basic('SK1:one'))).toBe(400)
  expect(await asked(basic('AC1:an:other'))).toBe(400)
  expect(await asked({ authorization: 'Bearer one' })).toBe(400)
})

test('a password opens nothing but the statistics', async () => {
  hub = await openTestHub({ apiTokens: ['one'] })
  const response = await hub.app.inject({
    url: '/v1/state',
    headers: { host: 'hub.example', ...basic('SK1:one') },
  })
  expect(response.statusCode).toBe(401)
})

test('without tokens, callers on this machine', async () => {
  hub = await openTestHub()
  expect(await asked({ host: 'localhost:8080' })).toBe(400)
  expect(await asked({})).toBe(401)
})

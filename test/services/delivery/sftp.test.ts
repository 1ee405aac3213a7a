import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utils } from 'ssh2'
import { createSftpCarrier, type SftpOptions } from '../../../services/delivery/sftp.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { openSftpServer, type SftpServer } from '../../vendors/sftp-server.ts'

const own = utils.generateKeyPairSync('ed25519')
let folder: Awaited<ReturnType<typeof tempFolder>>
let server: SftpServer

beforeEach(async () => {
  folder = await tempFolder()
  server = await openSftpServer({ folder: folder.path, publicKey: own.public })
})

afterEach(async () => {
  await server.close()
  await folder.remove()
})

const parcel = { key: 'k', name: 'rows.csv', contentType: 'text/csv', headers: {}, subject: '' }

function send(options: Partial<SftpOptions>, text = 'rows') {
  const { port, user, password, hostKey } = server
  const carrier = createSftpCarrier({
    ...{ host: '127.0.0.1', port, user, folder: 'in', hostKeys: [hostKey] },
    login: { kind: 'password', password },
    ...options,
  })
  return carrier.send({ ...parcel, body: Buffer.from(text) }, AbortSignal.timeout(20_000))
}

test('a key lets it in as a password does', async () => {
  const login = { kind: 'key', privateKey: own.private, passphrase: null } as const
  expect(await send({ login })).toEqual({ kind: 'taken', detail: 'written' })
  expect(server.taken.map(({ key }) => key)).toEqual(['rows.csv'])
})

test('a host with another key is told nothing, not even the password', async () => {
  const stranger = `SHA256:${'A'.repeat(43)}`
  expect(await send({ hostKeys: [stranger] })).toMatchObject({
    ...{ kind: 'failed', detail: 'the host has another key' },
  })
  expect(server.taken).toEqual([])
  const { hostKey } = server
  expect(await send({ hostKeys: [stranger, hostKey] })).toMatchObject({ kind: 'taken' })
})

test('a wrong password and a key that is none are failures with a name', async () => {
  expect(await send({ login: { kind: 'password', password: 'wrong' } })).toMatchObject({
    ...{ kind: 'failed', detail: 'not let in' },
  })
  const { privateKey } = generateKeyPairSync('ed25519')
  const other = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  for (const text of [other, 'no key at all']) {
    const login = { kind: 'key', privateKey: text, passphrase: null } as const
    expect(await send({ login })).toMatchObject({ kind: 'failed' })
  }
})

test('a file of the same name is replaced, also by a server that renames over nothing', async () => {
  await send({}, 'old')
  expect(await send({}, 'new')).toMatchObject({ kind: 'taken' })
  expect(server.taken.map(({ body }) => body.toString())).toEqual(['old', 'new'])
})

test('it asks for nothing outside of its folder', async () => {
  await send({ folder: 'elsewhere' })
  expect(server.strayed[0]).toBe('elsewhere/.rows.csv.part')
  expect(server.taken).toEqual([])
  await send({ folder: 'in' })
  expect(server.strayed).toHaveLength(1)
})

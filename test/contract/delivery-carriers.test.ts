import { describe, expect, test } from 'vitest'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { createDirectoryCarrier } from '../../services/delivery/directory.ts'
import { createHttpCarrier } from '../../services/delivery/http.ts'
import { createKafkaCarrier } from '../../services/delivery/kafka.ts'
import { createSftpCarrier } from '../../services/delivery/sftp.ts'
import { createTcpCarrier } from '../../services/delivery/tcp.ts'
import { silentLogger } from '../../services/runtime/logger.ts'
import { startFakeCluster } from '../support/log-fake-cluster.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { openHttpReceiver } from '../vendors/http-receiver.ts'
import type { Vendor } from '../vendors/mood.ts'
import { openSftpServer } from '../vendors/sftp-server.ts'
import { openTcpReceiver } from '../vendors/tcp-receiver.ts'
import { deliveryContract } from './delivery.contract.ts'

const broken = ['failing', 'disconnecting', 'stalling', 'slow', 'forgetting'] as const

describe('over HTTP', () => {
  deliveryContract(
    async () => {
      const vendor = await openHttpReceiver()
      return { vendor, carrier: createHttpCarrier({ url: vendor.url, headers: {} }) }
    },
    { moods: [...broken, 'refusing', 'throttling'], bodies: 'any' },
  )
})

describe.each(['line', 'length'] as const)('over TCP, framed by %s', (framing) => {
  deliveryContract(
    async () => {
      const vendor = await openTcpReceiver(framing)
      const where = { host: '127.0.0.1', port: vendor.port, tls: false }
      return { vendor, carrier: createTcpCarrier({ ...where, framing, answers: 'each' }) }
    },
    {
      moods: [...broken, 'refusing', 'throttling'],
      bodies: framing === 'line' ? 'lines' : 'any',
    },
  )
})

describe('over SFTP', () => {
  // It never refuses for good: whatever an SFTP server says, it says of its folder and not of the file.
  deliveryContract(
    async () => {
      const folder = await tempFolder()
      const server = await openSftpServer({ folder: folder.path })
      const { port, user, password, hostKey } = server
      const carrier = createSftpCarrier({
        ...{ host: '127.0.0.1', port, user, folder: 'in', hostKeys: [hostKey] },
        login: { kind: 'password', password },
      })
      const close = () => server.close().then(() => folder.remove())
      return { vendor: { ...server, close }, carrier }
    },
    { moods: broken, bodies: 'any' },
  )
})

describe('into a folder', () => {
  // A folder does nothing of its own but not be there.
  deliveryContract(
    async () => {
      const folder = await tempFolder()
      const inbox = join(folder.path, 'inbox')
      mkdirSync(inbox)
      return {
        vendor: folderVendor(inbox, () => folder.remove()),
        carrier: createDirectoryCarrier(inbox),
      }
    },
    { moods: ['failing'], bodies: 'any' },
  )

  test('nobody sees a file before it is whole, and one of the same name is replaced', async () => {
    const folder = await tempFolder()
    try {
      const carrier = createDirectoryCarrier(folder.path)
      const path = join(folder.path, 'rows.csv')
      await writeFile(path, 'old')
      await writeFile(join(folder.path, '.rows.csv.part'), 'of an attempt that was cut off')
      const parcel = { key: 'k', name: 'rows.csv', contentType: 'text/csv', headers: {} }
      const body = Buffer.from('new')
      const signal = AbortSignal.timeout(5_000)
      expect(await carrier.send({ ...parcel, subject: '', body }, signal)).toMatchObject({
        kind: 'taken',
      })
      expect(await readFile(path, 'utf8')).toBe('new')
      expect(readdirSync(folder.path)).toEqual(['rows.csv'])
      await rename(path, join(folder.path, 'collected.csv'))
    } finally {
      await folder.remove()
    }
  })
})

describe('over Kafka', () => {
  // What becomes of a send whose answer is lost is the sender's own: test/services/log/kafka-sender.test.ts.
  deliveryContract(
    async () => {
      const cluster = await startFakeCluster('wfm', 1)
      const carrier = createKafkaCarrier({
        ...{ brokers: cluster.addresses, clientId: 'test', topic: 'wfm' },
        ...{ patienceMs: 1_000, logger: silentLogger },
      })
      const taken = () =>
        cluster.values(0).map((text) => ({
          key: /"key":"([^"]+)"/.exec(text)?.[1] ?? '',
          body: Buffer.from(text),
        }))
      const vendor = {
        port: 0,
        get taken() {
          return taken()
        },
        become: () => undefined,
        close: () => cluster.close(),
      }
      return { vendor, carrier }
    },
    { moods: [], bodies: 'lines' },
  )
})

/** Whoever collects files: in the order in which they came, which their names tell. */
function folderVendor(inbox: string, close: () => Promise<void>): Vendor {
  const away = `${inbox}.away`
  return {
    port: 0,
    get taken() {
      const names = existsSync(inbox) ? readdirSync(inbox) : []
      const number = (name: string) => Number(/\d+/.exec(name)?.[0])
      return names
        .toSorted((a, b) => number(a) - number(b))
        .map((name) => ({ key: name, body: readFileSync(join(inbox, name)) }))
    },
    become: (mood) => (mood === 'failing' ? renameSync(inbox, away) : renameSync(away, inbox)),
    close,
  }
}

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Server, utils, type Connection, type SFTPWrapper } from 'ssh2'
import { portOf } from './http-answer.ts'
import { slowMs, type Mood, type Taken, type Vendor } from './mood.ts'

export interface SftpServer extends Vendor {
  /** As `ssh-keygen -lf` tells it. */
  readonly hostKey: string
  readonly user: string
  readonly password: string
  /** Paths outside of its folder that it was asked for. */
  readonly strayed: readonly string[]
}

export interface SftpServerOptions {
  readonly folder: string
  readonly port?: number
  /** A file's name is the user's own key, in OpenSSH's form. */
  readonly publicKey?: string
}

const { STATUS_CODE } = utils.sftp

/**
 * A server after draft-ietf-secsh-filexfer-02, over one folder: files are opened, written, closed, renamed and removed, and
 * nothing else. It does not know OpenSSH's own rename, and refuses to rename over a file that is there, as the draft has it.
 */
export async function openSftpServer(options: SftpServerOptions): Promise<SftpServer> {
  const { folder, port = 0, publicKey } = options
  const [user, password] = ['wfm', 'a password of the test']
  const host = keyPair()
  let mood: Mood = 'well'
  const taken: Taken[] = []
  const strayed: string[] = []
  const connections = new Set<Connection>()
  const allowed = publicKey === undefined ? null : utils.parseKey(publicKey)

  const server = new Server({ hostKeys: [host.private] }, (connection) => {
    connections.add(connection)
    connection.on('close', () => connections.delete(connection))
    connection.on('error', () => undefined)
    connection.on('authentication', (context) => {
      if (mood === 'stalling') return
      const isPassword =
        context.method === 'password' && context.username === user && context.password === password
      const isKey =
        context.method === 'publickey' &&
        allowed !== null &&
        !(allowed instanceof Error) &&
        !Array.isArray(allowed) &&
        context.key.data.equals(allowed.getPublicSSH()) &&
        (context.signature === undefined ||
          context.blob === undefined ||
          allowed.verify(context.blob, context.signature, context.hashAlgo))
      if (isPassword || isKey) context.accept()
      else context.reject(['password', 'publickey'])
    })
    connection.on('ready', () =>
      connection.on('session', (accept) =>
        accept().on('sftp', (acceptSftp) => serve(acceptSftp(), connection)),
      ),
    )
  })

  function serve(sftp: SFTPWrapper, connection: Connection): void {
    const own = mood
    const handles = new Map<number, number>()
    const inside = (path: string): string | null => {
      const name = basename(path)
      if (path === name || path === `in/${name}`) return join(folder, name)
      strayed.push(path)
      return null
    }
    const answer = (id: number, isDone: boolean) =>
      sftp.status(id, isDone ? STATUS_CODE.OK : STATUS_CODE.FAILURE)
    const attempt = (id: number, work: () => void) => {
      try {
        work()
        answer(id, true)
      } catch {
        answer(id, false)
      }
    }
    sftp.on('OPEN', (id, name) => {
      const path = inside(name)
      if (own === 'disconnecting') connection.end()
      else if (own === 'failing' || own === 'throttling' || path === null) answer(id, false)
      else if (own === 'refusing') sftp.status(id, STATUS_CODE.PERMISSION_DENIED)
      else {
        const handle = openSync(path, 'w')
        handles.set(handle, handle)
        const bytes = Buffer.alloc(4)
        bytes.writeUInt32BE(handle)
        setTimeout(() => sftp.handle(id, bytes), own === 'slow' ? slowMs : 0)
      }
    })
    sftp.on('WRITE', (id, handle, offset, data) =>
      attempt(id, () => void writeSync(handle.readUInt32BE(0), data, 0, data.length, offset)),
    )
    sftp.on('FSETSTAT', (id) => answer(id, true))
    sftp.on('CLOSE', (id, handle) => attempt(id, () => closeSync(handle.readUInt32BE(0))))
    sftp.on('REMOVE', (id, name) => attempt(id, () => rmSync(inside(name) ?? '')))
    sftp.on('RENAME', (id, from, to) => {
      const [source, target] = [inside(from), inside(to)]
      attempt(id, () => {
        if (source === null || target === null) throw new Error('outside')
        closeSync(openSync(target, 'wx'))
        renameSync(source, target)
        taken.push({ key: basename(target), body: readFileSync(target) })
        if (own === 'forgetting') connection.end()
      })
    })
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const key = utils.parseKey(host.public)
  if (key instanceof Error || Array.isArray(key)) throw new Error('the host has no key')
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64')
  return {
    ...{ port: portOf(server), taken, strayed, user, password },
    hostKey: `SHA256:${hash.replace(/=+$/, '')}`,
    become: (next) => void (mood = next),
    async close() {
      for (const connection of connections) connection.end()
      server.close()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

/** Now and then the library writes a key that it cannot read again; that is no fault of whoever delivers. */
function keyPair(): ReturnType<typeof utils.generateKeyPairSync> {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519')
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair
  }
}

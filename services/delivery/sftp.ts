import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { Client, type ConnectConfig, type SFTPWrapper } from 'ssh2'
import { failed, type Answer, type Carrier } from './delivery.ts'
import { unfinishedName } from './file-name.ts'

export interface SftpOptions {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly login:
    | { readonly kind: 'password'; readonly password: string }
    | {
        readonly kind: 'key'
        readonly privateKey: string
        readonly passphrase: string | null
      }
  /** The keys by which the host may show that it is itself, as `ssh-keygen -lf` tells them: `SHA256:…`. */
  readonly hostKeys: readonly string[]
  readonly folder: string
}

/**
 * Puts files into a folder of an SFTP server, with a connection of its own each. `taken`: the server has closed the whole file
 * and given it its name; until then it is called `.NAME.part`. A file of the same name is replaced: at one stroke where the
 * server knows OpenSSH's rename, else there is a moment with neither.
 */
export function createSftpCarrier(options: SftpOptions): Carrier {
  return {
    parallelMax: 1,
    send: ({ name, body }, signal) =>
      withSftp(options, signal, async (sftp) => {
        const draft = posix.join(options.folder, unfinishedName(name))
        const target = posix.join(options.folder, name)
        await called((done) => sftp.writeFile(draft, Buffer.from(body), done))
        await putInPlace(sftp, draft, target)
      }),
    close: () => Promise.resolve(),
  }
}

async function putInPlace(sftp: SFTPWrapper, draft: string, target: string): Promise<void> {
  try {
    await called((done) => sftp.ext_openssh_rename(draft, target, done))
  } catch (error) {
    // The library throws without a code where the server has not said that it knows it.
    const code = codeOf(error)
    if (code !== null && code !== unsupported) throw error
    await called((done) => sftp.unlink(target, done)).catch(() => undefined)
    await called((done) => sftp.rename(draft, target, done))
  }
}

function withSftp(
  options: SftpOptions,
  signal: AbortSignal,
  work: (sftp: SFTPWrapper) => Promise<void>,
): Promise<Answer> {
  return new Promise((resolve) => {
    const client = new Client()
    let isStranger = false
    const finish = (answer: Answer) => {
      signal.removeEventListener('abort', onAbort)
      client.end()
      // Whoever does not say goodbye is left all the same.
      client.destroy()
      resolve(answer)
    }
    const onAbort = () => finish(failed('TimeoutError'))
    const fail = (error: unknown) =>
      finish(failed(isStranger ? 'the host has another key' : reasonOf(error)))
    if (signal.aborted) {
      finish(failed('AbortError'))
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    client.on('error', fail)
    client.on('close', () => finish(failed('the connection was closed')))
    client.on('ready', () =>
      client.sftp((error, sftp) => {
        if (error) fail(error)
        else work(sftp).then(() => finish({ kind: 'taken', detail: 'written' }), fail)
      }),
    )
    const isKnown = (key: Buffer) => {
      isStranger = !options.hostKeys.includes(fingerprintOf(key))
      return !isStranger
    }
    try {
      client.connect({ ...configOf(options), hostVerifier: isKnown })
    } catch (error) {
      // A private key that is none.
      fail(error)
    }
  })
}

function configOf({ host, port, user, login }: SftpOptions): ConnectConfig {
  return {
    ...{ host, port, username: user, readyTimeout: 0 },
    ...(login.kind === 'password'
      ? { password: login.password }
      : {
          privateKey: login.privateKey,
          ...(login.passphrase === null ? {} : { passphrase: login.passphrase }),
        }),
  }
}

/** As OpenSSH writes it. */
export function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

type Done = (error?: Error | null) => void

function called(begin: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}

const unsupported = 8

/** Of a status by which the server answers. */
function codeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null
  return typeof error.code === 'number' ? error.code : null
}

/** A word of the library's for where it went wrong, the code of a socket's error, or the server's status. */
function reasonOf(error: unknown): string {
  const code = codeOf(error)
  if (code !== null) return `SFTP status ${code}`
  if (typeof error !== 'object' || error === null) return 'unknown'
  if ('level' in error && error.level === 'client-authentication') return 'not let in'
  if ('code' in error && typeof error.code === 'string') return error.code
  return 'level' in error && typeof error.level === 'string' ? error.level : 'unknown'
}

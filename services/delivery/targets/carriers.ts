import { saslOf } from '../../log/kafka/sasl.ts'
import type { Logger } from '../../runtime/logger.ts'
import type { Carrier } from '../delivery.ts'
import { createDirectoryCarrier } from '../directory.ts'
import { createHttpCarrier } from '../http.ts'
import { createKafkaCarrier } from '../kafka.ts'
import { createSftpCarrier } from '../sftp.ts'
import { createTcpCarrier } from '../tcp.ts'
import { readSecret } from './secrets.ts'
import type { SecretPlace, Target } from './target.ts'

type Env = Readonly<Record<string, string | undefined>>
type Read = (place: SecretPlace) => string

/** The way to a target, with its secrets. Connects to nothing yet. Throws CONFIG_INVALID when a secret is not where it should be. */
export function createCarrier(target: Target, env: Env, logger: Logger): Carrier {
  const read: Read = (place) => readSecret(place, env)
  switch (target.kind) {
    case 'http': {
      const headers = { ...target.headers, ...httpAuth(target, read) }
      return createHttpCarrier({ url: target.url, headers })
    }
    case 'tcp':
      return createTcpCarrier(target)
    case 'sftp':
      return createSftpCarrier({ ...target, login: sftpLogin(target, read) })
    case 'directory':
      return createDirectoryCarrier(target.folder)
    case 'kafka':
      return createKafkaCarrier({
        ...{ brokers: target.brokers, topic: target.topic, clientId: 'ledgerline-delivery' },
        ...{ ssl: target.tls, logger, patienceMs: target.timeoutSeconds * 1000 },
        ...(target.auth === undefined
          ? {}
          : { sasl: saslOf(target.auth.kind, target.auth.user, read(target.auth.password)) }),
      })
  }
}

/** What a target wants to find in the body; null: nothing. Throws as `createCarrier` does. */
export function bodyKeyOf(target: Target, env: Env): string | null {
  return target.kind === 'http' && target.auth?.kind === 'body'
    ? readSecret(target.auth.key, env)
    : null
}

/** Where a target is, for people: without what may be secret in an address. */
export function addressOf(target: Target): string {
  switch (target.kind) {
    case 'http': {
      const { protocol, host, pathname } = new URL(target.url)
      return `${protocol}//${host}${pathname}`
    }
    case 'tcp':
      return `${target.tls ? 'tls' : 'tcp'}://${target.host}:${target.port}`
    case 'sftp':
      return `sftp://${target.host}:${target.port}/${target.folder}`
    case 'directory':
      return target.folder
    case 'kafka':
      return `kafka://${target.brokers.join(',')}/${target.topic}`
  }
}

function httpAuth(
  { auth }: Extract<Target, { kind: 'http' }>,
  read: Read,
): Readonly<Record<string, string>> {
  switch (auth?.kind) {
    case 'bearer':
      return { authorization: `Bearer ${read(auth.token)}` }
    case 'basic': {
      const both = Buffer.from(`${auth.user}:${read(auth.password)}`).toString('base64')
      return { authorization: `Basic ${both}` }
    }
    case 'header':
      return { [auth.name]: read(auth.value) }
    // The composer puts it where it belongs.
    case 'body':
    case undefined:
      return {}
  }
}

function sftpLogin({ auth }: Extract<Target, { kind: 'sftp' }>, read: Read) {
  return auth.kind === 'password'
    ? ({ kind: 'password', password: read(auth.password) } as const)
    : ({
        kind: 'key',
        privateKey: read(auth.privateKey),
        passphrase: auth.passphrase === undefined ? null : read(auth.passphrase),
      } as const)
}

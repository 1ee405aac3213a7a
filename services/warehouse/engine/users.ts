import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { exception } from './exception.ts'

/** The hub, which may do everything; or anyone who looks, who may read. */
export type User = 'writer' | 'reader'

export interface UserOptions {
  /** The name that goes with `writerSecret`. */
  readonly writerName: string
  readonly writerSecret: string
  /** Without it the reader needs no password, and must come from this machine. */
  readonly readerPassword?: string | undefined
}

/** The reader is ClickHouse's `default`, because that is what a client that was told nothing calls itself. */
const readerName = 'default'

/** Who asks: by Basic authentication, by X-ClickHouse-User and -Key, or by `user` and `password` in the address. */
export function authenticate(
  request: IncomingMessage,
  url: URLSearchParams,
  options: UserOptions,
): User {
  const { name, password } = credentials(request, url)
  if (name === options.writerName && isSame(password, options.writerSecret)) return 'writer'
  if (name === readerName && mayRead(request, password, options)) return 'reader'
  const what = `${name}: Authentication failed: password is incorrect, or there is no user with such name.`
  throw exception('AUTHENTICATION_FAILED', what)
}

function mayRead(request: IncomingMessage, password: string, options: UserOptions): boolean {
  if (options.readerPassword !== undefined) return isSame(password, options.readerPassword)
  return password === '' && isLocal(request)
}

interface Credentials {
  readonly name: string
  readonly password: string
}

function credentials(request: IncomingMessage, url: URLSearchParams): Credentials {
  const { authorization } = request.headers
  const user = header(request, 'x-clickhouse-user')
  const key = header(request, 'x-clickhouse-key')
  if (user !== undefined || key !== undefined) {
    return { name: user ?? readerName, password: key ?? '' }
  }
  if (authorization !== undefined) return basicCredentials(authorization)
  return { name: url.get('user') ?? readerName, password: url.get('password') ?? '' }
}

function basicCredentials(authorization: string): Credentials {
  const [scheme, value] = authorization.split(' ')
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) {
    throw exception('AUTHENTICATION_FAILED', 'Invalid authentication: only Basic is supported.')
  }
  const text = Buffer.from(value, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon === -1) return { name: text, password: '' }
  return { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

/**
 * From this machine, and by a name of this machine: a page in a browser that reaches a loopback address by a name of its
 * own (DNS rebinding) shows that name here, and gets nothing.
 */
function isLocal(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? ''
  const isLoopback = /^(?:::ffff:)?127\.|^::1$/.test(address)
  const host = (request.headers.host ?? 'localhost').replace(/:\d+$/, '')
  return isLoopback && /^(?:localhost|127\.[\d.]+|\[::1\])$/i.test(host)
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Takes the same time wherever the two differ. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

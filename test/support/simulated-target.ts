import { createHmac, verify, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import twilio from 'twilio'

/** A hub of which only the door is there: it checks signatures as Twilio's own package does, and counts what came in. */
export interface SimulatedTarget {
  readonly url: string
  /** The sids that it has acknowledged, in the order of their arrival, repetitions included. */
  readonly accepted: string[]
  readonly requests: { readonly path: string; readonly sids: readonly string[] }[]
  close(): Promise<void>
}

export interface TargetOptions {
  readonly authToken: string
  readonly segmentSecret?: string
  readonly sendGridKey?: KeyObject
  /** What to do with a request instead of accepting it; called with its number, from 0. */
  readonly misbehave?: (request: number) => 'drop' | number | undefined
}

const streamSchema = z.array(z.object({ id: z.string() }))

export async function openTarget(options: TargetOptions): Promise<SimulatedTarget> {
  const accepted: string[] = []
  const requests: SimulatedTarget['requests'] = []
  let number = 0
  let url = ''
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const misdeed = options.misbehave?.(number++)
      if (misdeed === 'drop') {
        request.socket.destroy()
        return
      }
      const sids = sidsOf(request, body)
      const isSigned = isGenuine(request, body)
      const status = misdeed ?? (isSigned ? 204 : 403)
      if (status === 204) {
        accepted.push(...sids)
        requests.push({ path: request.url?.split('?')[0] ?? '', sids })
      }
      response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {}).end()
    })
  })

  function isGenuine(request: IncomingMessage, body: string): boolean {
    if (request.url === '/segment') return isOfSegment(request, body, options)
    if (request.url === '/sendgrid/events') return isOfSendGrid(request, body, options)
    const signature = request.headers['x-twilio-signature']
    const address = `${url}${request.url ?? ''}`
    if (typeof signature !== 'string') return false
    if (address.includes('bodySHA256=')) {
      return twilio.validateRequestWithBody(options.authToken, signature, address, body)
    }
    const form = Object.fromEntries(new URLSearchParams(body))
    return twilio.validateRequest(options.authToken, signature, address, form)
  }

  url = await listen(server)
  return {
    url,
    accepted,
    requests,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** As Segment's documentation says it: the HMAC-SHA1 in hexadecimal of the body or, in a batch, of the first call. */
function isOfSegment(
  { headers }: IncomingMessage,
  body: string,
  { segmentSecret = '' }: TargetOptions,
): boolean {
  const calls = z.union([z.array(z.unknown()), z.unknown().transform((call) => [call])])
  const [first] = calls.parse(JSON.parse(body))
  const signed = JSON.stringify(first)
  const expected = createHmac('sha1', segmentSecret).update(signed).digest('hex')
  return segmentSecret !== '' && headers['x-signature'] === expected
}

/** As SendGrid's own library does it: over the time and the bytes. */
function isOfSendGrid(
  { headers }: IncomingMessage,
  body: string,
  { sendGridKey }: TargetOptions,
): boolean {
  const time = headers['x-twilio-email-event-webhook-timestamp']
  const signature = headers['x-twilio-email-event-webhook-signature']
  if (sendGridKey === undefined) return false
  if (typeof time !== 'string' || typeof signature !== 'string') return false
  const signed = Buffer.from(time + body)
  return verify('sha256', signed, sendGridKey, Buffer.from(signature, 'base64'))
}

function sidsOf(request: IncomingMessage, body: string): readonly string[] {
  if (request.url?.startsWith('/twilio/event-streams') === true) {
    return streamSchema.parse(JSON.parse(body)).map(({ id }) => id)
  }
  return [new URLSearchParams(body).get('Sid') ?? '']
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('no port')
      resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}

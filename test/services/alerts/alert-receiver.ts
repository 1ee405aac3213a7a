import { createHmac } from 'node:crypto'
import fastify from 'fastify'
import { alertDeliverySchema, type AlertDelivery } from '../../../schemas/feeds/alerts.ts'

/** Whom alerts are posted to: it checks each signature by itself, and answers as it is told to. */
export interface AlertReceiver {
  readonly url: string
  /** What was taken, in order. */
  readonly taken: readonly AlertDelivery[]
  /** Ids of all that was posted, with what was not taken. */
  readonly posted: readonly string[]
  /** From now on. */
  answerWith(status: number): void
  close(): Promise<void>
}

export const secret = `whsec_${Buffer.from('a secret of 24 bytes or more').toString('base64')}`

export async function openAlertReceiver(port = 0): Promise<AlertReceiver> {
  const app = fastify({ forceCloseConnections: true })
  const taken: AlertDelivery[] = []
  const posted: string[] = []
  let status = 200
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  app.post('/alerts', async ({ headers, body }, reply) => {
    const id = String(headers['webhook-id'])
    const at = Number(headers['webhook-timestamp'])
    const text = String(body)
    const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${at}.${text}`).digest('base64')
    if (headers['webhook-signature'] !== `v1,${expected}`) return reply.code(401).send()
    if (Math.abs(Date.now() / 1000 - at) > 300) return reply.code(401).send()
    posted.push(id)
    const delivery = alertDeliverySchema.parse(JSON.parse(text))
    if (delivery.id !== id) return reply.code(401).send()
    if (status < 300) taken.push(delivery)
    return reply.code(status).send()
  })
  const address = await app.listen({ port, host: '127.0.0.1' })
  return {
    ...{ url: `${address}/alerts`, taken, posted },
    answerWith: (next) => void (status = next),
    close: () => app.close(),
  }
}

import type { FastifyInstance } from 'fastify'
import { structuredBody } from './cloud-event-binding.ts'
import { sendProblem } from './problem.ts'
import { bodyOf, headersOf, receivedOf } from './received-request.ts'
import type { Doors } from './routes.ts'
import { customEventsSource, readCustomEvents } from './sources/custom-events.ts'

/** Where a custom channel sends its events. It is an API: a wrong call is told what is wrong, and nothing of it is kept. */
export function addCustomEventsRoute(app: FastifyInstance, doors: Doors): void {
  const { clock, config, ingest, isAllowed, metrics } = doors

  app.post('/events', async (request, reply) => {
    const source = customEventsSource
    const headers = headersOf(request)
    const remoteAddress = request.socket.remoteAddress ?? ''
    const reject = (status: number) =>
      metrics.ingestRejections.inc({ source, status: String(status) })
    if (!isAllowed({ headers, body: bodyOf(request), remoteAddress })) {
      metrics.ingestSignatureFailures.inc({ source })
      reply.header('www-authenticate', 'Bearer')
      return sendProblem(reply, 401, 'an API token or a Standard Webhooks signature is needed')
    }
    const body = structuredBody(headers, bodyOf(request))
    if (body === null) {
      reject(415)
      return sendProblem(reply, 415, `the content type must be one of ${contentTypes.join(', ')}`)
    }
    const received = { ...receivedOf(request, source, clock.now()), body }
    const { judged, faults } = readCustomEvents(body, {
      ...config,
      receivedAt: received.receivedAt,
    })
    if (faults.length > 0) {
      reject(400)
      return sendProblem(reply, 400, 'no event of this request was stored', faults)
    }
    const { understood, unknown, refused } = await ingest.store(received, judged)
    doors.heard(source, received.receivedAt)
    return reply.code(202).send({ understood, unknown, refused })
  })
}

const contentTypes = [
  'application/json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
]

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { taskRouterCallbackSchema } from '../../schemas/inbound/twilio-taskrouter.ts'
import type { Received } from './ingest.ts'
import { formOf, receivedOf, signedUrlOf } from './received-request.ts'
import type { Doors } from './routes.ts'
import { mayConcern, signerOf, type AuthToken } from './signature.ts'
import { eventStreamsSource, readEventStreams } from './sources/twilio-event-streams.ts'
import { normaliseTaskRouter, taskRouterSource } from './sources/twilio-taskrouter.ts'
import { refused, type Judged } from './verdict.ts'

type Form = ReturnType<typeof formOf>

/** What a source makes of a request that its signer is known of. */
type Judge = (received: Received, form: Form) => readonly Judged[]

/** The addresses to give to Twilio. */
export function addTwilioRoutes(app: FastifyInstance, doors: Doors): void {
  const { clock, logger, config, metrics, ingest } = doors
  const { clockSkewMaxMs } = config

  function judgeCallback(received: Received, form: Form): readonly Judged[] {
    const { body, receivedAt } = received
    const parameters = taskRouterCallbackSchema.safeParse(form)
    if (!parameters.success) {
      return [{ verdict: refused('unreadable', 'the body is no form', body), body }]
    }
    const receipt = { road: 'callback', body, clockSkewMaxMs } as const
    return [{ verdict: normaliseTaskRouter(parameters.data, receivedAt, receipt), body }]
  }

  function judgeStream({ body, receivedAt }: Received): readonly Judged[] {
    const { judged, testId } = readEventStreams(body, receivedAt, clockSkewMaxMs)
    if (testId !== null) doors.testedBy(testId)
    return judged
  }

  function answer(source: string, judge: Judge) {
    return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const received = receivedOf(request, source, clock.now())
      const form = formOf(request)
      const url = signedUrlOf(request, config.publicUrl)
      const signer = signerOf(
        { url: url ?? '', signature: signatureOf(received), body: received.body, form },
        url === null ? [] : config.authTokens,
      )
      if (signer === null) {
        metrics.ingestSignatureFailures.inc({ source })
        logger.warn({ source, addressKnown: url !== null }, 'request without a known signature')
        return reply.code(403).send()
      }
      const judged = judge(received, form).map((each) => ofSigner(each, signer))
      const tally = await ingest.store(received, judged)
      doors.heard(source, received.receivedAt)
      if (tally.refused > 0) logger.warn({ source, ...tally }, 'request not understood in full')
      return reply.code(204).type('application/json').send()
    }
  }

  app.post('/twilio/taskrouter', answer(taskRouterSource, judgeCallback))
  app.post('/twilio/event-streams', answer(eventStreamsSource, judgeStream))
}

function signatureOf({ headers }: Received): string {
  return headers['x-twilio-signature'] ?? ''
}

/** A sub-account's token signs for that account only, also inside a batch. */
function ofSigner(judged: Judged, signer: AuthToken): Judged {
  const { verdict, body } = judged
  if (verdict.kind === 'refused' || signer.account === null) return judged
  const events = verdict.kind === 'understood' ? verdict.events : [verdict.event]
  if (events.every(({ account }) => mayConcern(signer, account === '' ? undefined : account))) {
    return judged
  }
  return { verdict: refused('account', 'the event is about another account', body), body }
}

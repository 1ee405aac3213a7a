import type { FastifyInstance } from 'fastify'
import {
  formOf,
  isUrlencoded,
  receivedOf,
  signedUrlOf,
  urlencodedFields,
} from './received-request.ts'
import type { Doors } from './routes.ts'
import { mayConcern } from './signature.ts'
import { createSignerCheck, isAwaited, type Signer } from './signer.ts'
import { sources, type Source } from './sources.ts'
import { refused, type Judged } from './verdict.ts'

/** The addresses to give to everybody who sends. */
export function addSourceRoutes(app: FastifyInstance, doors: Doors): void {
  const signerOf = createSignerCheck(doors.config)
  for (const source of sources) addRoute(app, doors, source, signerOf)
}

function addRoute(
  app: FastifyInstance,
  { clock, logger, config, metrics, ingest, heard, testedBy }: Doors,
  { name, path, signedBy, read, answer, bodyBytesMax = 0 }: Source,
  signerOf: ReturnType<typeof createSignerCheck>,
): void {
  // Whoever nobody waits for need not have much of the memory before he is turned away.
  const ownLimit = isAwaited(signedBy, config) ? bodyBytesMax : 0
  const bodyLimit = Math.max(ownLimit, config.bodyBytesMax)

  app.post(path, { bodyLimit }, async (request, reply) => {
    const received = receivedOf(request, name, clock.now())
    const { body, receivedAt, contentType } = received
    const form = isUrlencoded(contentType) ? urlencodedFields(body) : null
    const signer = signerOf(signedBy, request, received, form)
    if (signer === null) {
      metrics.ingestSignatureFailures.inc({ source: name })
      const addressKnown = signedUrlOf(request, config.publicUrl) !== null
      logger.warn({ source: name, addressKnown }, 'request without a known signature')
      return reply.code(403).send()
    }
    const fields = form ?? (await formOf(contentType, body))
    const { clockSkewMaxMs } = config
    const { judged, testId = null } = read({ body, fields, receivedAt, clockSkewMaxMs })
    if (testId !== null) testedBy(testId)
    const tally = await ingest.store(
      received,
      judged.map((each) => ofSigner(each, signer)),
    )
    heard(name, receivedAt)
    if (tally.refused > 0) logger.warn({ source: name, ...tally }, 'request not understood in full')
    if (answer.contentType !== null) reply.type(answer.contentType)
    return reply.code(answer.status).send()
  })
}

/** A sub-account's token signs for that account only, also inside a batch. */
function ofSigner(judged: Judged, signer: Signer): Judged {
  const { verdict, body } = judged
  if (verdict.kind === 'refused' || signer.account === null) return judged
  const events = verdict.kind === 'understood' ? verdict.events : [verdict.event]
  if (events.every(({ account }) => mayConcern(signer, account === '' ? undefined : account))) {
    return judged
  }
  return { verdict: refused('account', 'the event is about another account', body), body }
}

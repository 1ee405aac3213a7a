import { twilioCallbackSchema } from '../../../schemas/inbound/twilio-callback.ts'
import { refused, type Judged, type Verdict } from '../verdict.ts'
import type { Parameters } from './parameters.ts'
import type { SourceRequest } from './source-request.ts'
import type { Telling } from './told.ts'

/** Reads a callback that is a form: one event, or what to say about its absence. */
export function readForm(
  request: SourceRequest,
  source: string,
  normalise: (parameters: Parameters, telling: Telling) => Verdict,
): readonly Judged[] {
  const { body, fields, receivedAt, clockSkewMaxMs } = request
  const form = twilioCallbackSchema.safeParse(fields)
  if (!form.success) return [{ verdict: refused('unreadable', 'the body is no form', body), body }]
  const payload = JSON.stringify(form.data)
  const telling = { source, road: 'callback', receivedAt, clockSkewMaxMs, payload, bytes: body }
  return [{ verdict: normalise(form.data, { ...telling, road: 'callback' }), body }]
}

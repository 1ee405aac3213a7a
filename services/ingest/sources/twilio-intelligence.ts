import { operatorResultsSchema } from '../../../schemas/inbound/twilio-intelligence.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Judged, type Verdict } from '../verdict.ts'
import { readForm } from './form-callback.ts'
import { toInstant } from './event-time.ts'
import { readJson } from './json-body.ts'
import { isMembers, membersOf, type Members } from './members.ts'
import { idOf, textOf, timeOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import { understand, type Telling } from './told.ts'
import { keepUnknownForm } from './unknown-form.ts'
import { taskNamed } from './voice-conference.ts'

export const intelligenceSource = 'twilio-intelligence'

/** Reads the notice that a transcript is there (v2, as JSON or form), and the results of operators (v3). */
export function readIntelligence(request: SourceRequest): SourceReading {
  const source = intelligenceSource
  if (request.fields !== null) return { judged: readForm(request, source, noticeOf) }
  const { receivedAt, clockSkewMaxMs } = request
  const judged = readJson(request.body, ({ value, text, bytes }) => {
    const telling: Telling = {
      ...{ source, road: 'callback', receivedAt, clockSkewMaxMs, payload: text, bytes },
    }
    if (!isMembers(value)) return refused('shape', 'the element is no object', bytes)
    return judgeResults(value, telling) ?? noticeOf(value, telling)
  })
  return { judged }
}

/** The results in one body, each with its envelope as if it had come alone; null where it is another body. */
export function judgeResults(value: unknown, telling: Telling): readonly Judged[] | null {
  const parsed = operatorResultsSchema.safeParse(value)
  if (!parsed.success) return null
  const { operatorResults, ...envelope } = parsed.data
  if (operatorResults.length === 0) {
    const verdict = refused('shape', 'there is no result in the body', telling.bytes)
    return [{ verdict, body: telling.bytes }]
  }
  return operatorResults.map((result) => {
    const payload = JSON.stringify({ ...envelope, operatorResults: [result] })
    const body = Buffer.from(payload)
    return { verdict: resultOf(result, envelope, { ...telling, payload, bytes: body }), body }
  })
}

function resultOf(result: unknown, envelope: Members, telling: Telling): Verdict {
  if (!isMembers(result)) return refused('shape', 'a result is no object', telling.bytes)
  const id = textOf(result, 'id')
  if (id === null) return refused('missing', 'id of the result', telling.bytes)
  const references = Array.isArray(result['referenceIds']) ? result['referenceIds'] : []
  const referred = (prefix: string) => references.find((each) => isSid(each, prefix)) ?? null
  return understand(telling, {
    type: 'operator.result',
    id,
    at: momentOf(result['dateCreated']),
    account: textOf(envelope, 'accountId') ?? textOf(envelope, 'account_sid') ?? '',
    conversation: referred('CH'),
    call: referred('CA'),
    reason: textOf(membersOf(result['operator']), 'displayName'),
    status: labelOf(result),
  })
}

function isSid(value: unknown, prefix: string): value is string {
  return typeof value === 'string' && value.startsWith(prefix) && value.length === 34
}

/** A classification says one word; every other format says more than a word, and stays in the payload. */
function labelOf(result: Members): string | null {
  if (textOf(result, 'outputFormat')?.toUpperCase() !== 'CLASSIFICATION') return null
  return textOf(result, 'result') ?? textOf(membersOf(result['result']), 'label')
}

/** An event of Event Streams, which is kept or refused whole; null for a type that is not known. */
export function normaliseIntelligence(
  type: string,
  data: Members,
  telling: Telling,
  at: Instant | null,
): Verdict | null {
  if (isTranscriptNotice.test(type)) return noticeOf(data, telling, { type, at })
  if (type !== 'com.twilio.intelligence.operator-result.created') return null
  // Seen once and not documented: one result, or a body like that of the webhook.
  const results = 'operatorResults' in data ? data : { ...data, operatorResults: [data] }
  const verdicts = (judgeResults(results, telling) ?? []).map(({ verdict }) => verdict)
  const fault = verdicts.find((verdict) => verdict.kind === 'refused')
  if (fault !== undefined) return refused(fault.reason.code, fault.reason.detail, telling.bytes)
  const events = verdicts.flatMap((verdict) =>
    verdict.kind === 'understood'
      ? verdict.events.map((event) => ({ ...event, sourceType: type }))
      : [],
  )
  return events.length === 0 ? null : { kind: 'understood', events }
}

/** To the nanosecond: as ISO 8601, or as a count of them. */
function momentOf(value: unknown): Instant | null {
  const digits = typeof value === 'number' ? String(value) : value
  const isNanoseconds = typeof digits === 'string' && /^\d{18,19}$/.test(digits)
  return isNanoseconds ? Number(digits.slice(0, -6)) : toInstant(value)
}

/** A notice has no time of its own but that of its arrival, or of its publication. */
export function noticeOf(
  parameters: Parameters,
  telling: Telling,
  published: { readonly type: string; readonly at: Instant | null } | null = null,
): Verdict {
  const type = published?.type ?? textOf(parameters, 'event_type') ?? ''
  const transcript = idOf(parameters, 'transcript_sid')
  if (!isTranscriptNotice.test(type)) return keepUnknownForm(parameters, telling, type)
  if (transcript === null) return refused('missing', 'transcript_sid', telling.bytes)
  const key = idOf(parameters, 'customer_key')
  return understand(telling, {
    type: 'transcript.available',
    id: `${transcript}/${type}`,
    at: timeOf(parameters, 'date_created') ?? published?.at ?? telling.receivedAt,
    account: textOf(parameters, 'account_sid') ?? '',
    sourceType: type,
    // The centre's own key: by custom the sid of what was transcribed.
    task: taskNamed(key),
    call: isSid(key, 'CA') ? key : null,
    conversation: isSid(key, 'CH') ? key : null,
  })
}

const isTranscriptNotice =
  /^voice_intelligence_transcript_available$|^com\.twilio\.engagement-intelligence\.transcript\./

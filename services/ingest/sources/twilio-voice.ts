import type { Instant } from '../../../schemas/events/instant.ts'
import type { Verdict } from '../verdict.ts'
import { readForm } from './form-callback.ts'
import { textOf, type Parameters } from './parameters.ts'
import type { SourceReading, SourceRequest } from './source-request.ts'
import type { Telling } from './told.ts'
import { keepUnknownForm } from './unknown-form.ts'
import { normaliseCall } from './voice-call.ts'
import { normaliseConference } from './voice-conference.ts'
import { normaliseRecording } from './voice-recording.ts'

export const voiceSource = 'twilio-voice'

/** Reads the status callbacks of calls, conferences and recordings, which may all have the one address. */
export function readVoice(request: SourceRequest): SourceReading {
  const judged = readForm(request, voiceSource, (parameters, telling) => {
    const name = textOf(parameters, 'StatusCallbackEvent') ?? textOf(parameters, 'CallStatus') ?? ''
    return normaliseVoice(parameters, telling) ?? keepUnknownForm(parameters, telling, name)
  })
  return { judged }
}

/** What a callback's parameters tell, by whichever road they came; null for what is not known. */
export function normaliseVoice(
  parameters: Parameters,
  telling: Telling,
  publishedAt: Instant | null = null,
): Verdict | null {
  const says = (name: string) => textOf(parameters, name) !== null
  if (says('ConferenceSid') && says('StatusCallbackEvent')) {
    return normaliseConference(parameters, telling, publishedAt)
  }
  // The last report of a call names its recording as well.
  if (says('CallStatus')) return normaliseCall(parameters, telling, publishedAt)
  return normaliseRecording(parameters, telling, publishedAt)
}

/**
 * The types of Event Streams that are such a callback. The others quote parameters of a call as well, and mean something
 * else by them.
 */
export function isVoiceCallback(type: string): boolean {
  return callbackTypes.test(type)
}

const callbackTypes =
  /^com\.twilio\.voice\.(webhook\.)?status-callback\.(call\..+|conference[.-](participant\.)?updated|recording\.processed)$/

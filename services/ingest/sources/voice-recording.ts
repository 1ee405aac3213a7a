import type { Instant } from '../../../schemas/events/instant.ts'
import type { Verdict } from '../verdict.ts'
import { secondsAsMs } from './durations.ts'
import { idOf, integerOf, textOf, timeOf, type Parameters } from './parameters.ts'
import { understand, type Telling } from './told.ts'

/** What has become of a recording. Where it never began, it is dated by when that was heard of. */
export function normaliseRecording(
  parameters: Parameters,
  telling: Telling,
  publishedAt: Instant | null,
): Verdict | null {
  const recording = idOf(parameters, 'RecordingSid')
  const status = textOf(parameters, 'RecordingStatus')?.toLowerCase() ?? null
  if (recording === null || status === null) return null
  const durationMs = secondsAsMs(integerOf(parameters, 'RecordingDuration'))
  const begun = timeOf(parameters, 'RecordingStartTime')
  const ended = begun === null ? null : begun + (durationMs ?? 0)
  const error = textOf(parameters, 'ErrorCode')
  return understand(telling, {
    type: 'recording.updated',
    id: `${recording}/${status}`,
    at: ended ?? publishedAt ?? telling.receivedAt,
    account: textOf(parameters, 'AccountSid') ?? '',
    call: idOf(parameters, 'CallSid'),
    conference: idOf(parameters, 'ConferenceSid'),
    status,
    reason: error === '0' ? null : error,
    durationMs,
  })
}

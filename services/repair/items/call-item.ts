import { secondsAsMs } from '../../ingest/sources/durations.ts'
import { idOf, integerOf, textOf, timeOf } from '../../ingest/sources/parameters.ts'
import { understand } from '../../ingest/sources/told.ts'
import { voiceSource } from '../../ingest/sources/twilio-voice.ts'
import { directionOf, sidesOf } from '../../ingest/sources/voice-call.ts'
import { judgeItem, nothingYet } from './judged-item.ts'

/**
 * A call as the list of calls has it: how it ended. The steps on the way and their numbers are not kept there, so this
 * stands beside what callbacks tell and takes the place of none of them.
 */
export const judgeCall = judgeItem(voiceSource, (item, telling) => {
  const at = timeOf(item, 'end_time')
  // Still going on: it is read again when it is over.
  if (at === null) return nothingYet
  const call = idOf(item, 'sid')
  const direction = directionOf(textOf(item, 'direction'))
  return understand(telling, {
    type: 'call.summary',
    id: call === null ? null : `${call}/rest`,
    at,
    account: textOf(item, 'account_sid') ?? '',
    call,
    parentCall: idOf(item, 'parent_call_sid'),
    channel: 'voice',
    direction,
    status: textOf(item, 'status'),
    durationMs: secondsAsMs(integerOf(item, 'duration')),
    ...sidesOf(direction, textOf(item, 'from'), textOf(item, 'to')),
  })
})

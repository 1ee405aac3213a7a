import type { Instant } from '../../../schemas/events/instant.ts'
import type { Verdict } from '../verdict.ts'
import type { Members } from './members.ts'
import { idOf, textOf, timeOf } from './parameters.ts'
import { understand, type Telling } from './told.ts'

export const errorLogsSource = 'twilio-error-logs'

/** A fault or warning that Twilio has logged, such as a webhook of ours that did not answer. */
export function normaliseErrorLog(
  type: string,
  data: Members,
  telling: Telling,
  envelope: { readonly id: string | null; readonly publishedAt: Instant | null },
): Verdict | null {
  if (type !== 'com.twilio.error-logs.error.logged') return null
  return understand(telling, {
    type: 'source.error',
    id: idOf(data, 'sid') ?? envelope.id,
    at: timeOf(data, 'date_created') ?? envelope.publishedAt,
    account: textOf(data, 'account_sid') ?? '',
    sourceType: type,
    reason: textOf(data, 'error_code'),
    status: textOf(data, 'level'),
    cause: slugOf(textOf(data, 'product_name')),
  })
}

/** `Programmable Voice` is `programmable-voice`. */
function slugOf(name: string | null): string | null {
  const slug = (name ?? '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
  const trimmed = slug.replaceAll(/^-|-$/g, '')
  return trimmed === '' ? null : trimmed
}

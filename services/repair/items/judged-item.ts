import type { z } from 'zod'
import { emptyFields, type LedgerEvent } from '../../../schemas/events/ledger-event.ts'
import type { Instant } from '../../../schemas/events/instant.ts'
import { refused, type Judged } from '../../ingest/verdict.ts'

/** What every event has that was read from a REST list. */
export type RestFields = Omit<typeof emptyFields, 'account' | 'payload'> & {
  readonly road: 'rest'
  readonly source: string
  readonly account: string
  readonly receivedAt: Instant
  readonly payload: string
}

/** Reads one item of a list and says what it means; an item that nobody can read is refused, the others stay. */
export function judgeItem<T extends { readonly account_sid?: string | null | undefined }>(
  source: string,
  schema: z.ZodType<T>,
  meaning: (item: T, fields: RestFields) => readonly (LedgerEvent | null)[],
): (item: unknown, receivedAt: Instant) => Judged {
  return (item, receivedAt) => {
    const payload = JSON.stringify(item)
    const body = Buffer.from(payload)
    const read = schema.safeParse(item)
    if (!read.success) {
      const fields = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].join(', ')
      return { verdict: refused('shape', `the item is wrong: ${fields}`, body), body }
    }
    const account = read.data.account_sid ?? ''
    const fields = { ...emptyFields, road: 'rest', source, account, receivedAt, payload } as const
    const events = meaning(read.data, fields).filter((event) => event !== null)
    if (events.some(({ at }) => at > receivedAt + aheadMsMax)) {
      return { verdict: refused('future', 'the event has not happened yet', body), body }
    }
    return { verdict: { kind: 'understood', events }, body }
  }
}

/** How far Twilio's clock may be ahead of ours (rule R11). */
const aheadMsMax = 300_000

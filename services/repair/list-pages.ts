import type { Instant } from '../../schemas/events/instant.ts'
import { restItemSchema } from '../../schemas/inbound/twilio-rest.ts'
import { timeOf } from '../ingest/sources/parameters.ts'
import type { Judged } from '../ingest/verdict.ts'
import type { JudgeItem } from './items/judged-item.ts'
import type { Parameters } from './twilio-rest.ts'
import type { Stretch } from './windows.ts'

/** What is made of the items of pages. */
export async function* judgedPages(
  pages: AsyncIterable<readonly unknown[]>,
  judge: JudgeItem,
  now: () => Instant,
): AsyncGenerator<readonly Judged[]> {
  for await (const items of pages) {
    const receivedAt = now()
    yield items.map((item) => judge(item, receivedAt))
  }
}

/**
 * The items of a stretch alone: Twilio's ranges have whole seconds and both their ends, so the neighbours' items come, too.
 * What has no date stays; somebody has to look at it.
 */
export async function* within(
  { from, to }: Stretch,
  dates: readonly string[],
  pages: AsyncIterable<readonly unknown[]>,
): AsyncGenerator<readonly unknown[]> {
  for await (const items of pages) {
    yield items.filter((item) => {
      const at = dateOf(item, dates)
      return at === null || (at >= from && at < to)
    })
  }
}

function dateOf(item: unknown, dates: readonly string[]): Instant | null {
  const { data } = restItemSchema.safeParse(item)
  if (data === undefined) return null
  for (const name of dates) {
    const at = timeOf(data, name)
    if (at !== null) return at
  }
  return null
}

/** What is asked for is never less than the stretch. */
export function dateRange({ from, to }: Stretch): Parameters {
  return { StartDate: isoSeconds(from), EndDate: isoSeconds(to + 999) }
}

/** The older API asks for a range by signs in the names. */
export function signedRange(name: string, { from, to }: Stretch): Parameters {
  return { [`${name}>`]: isoSeconds(from), [`${name}<`]: isoSeconds(to + 999) }
}

function isoSeconds(at: Instant): string {
  return new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000Z', 'Z')
}

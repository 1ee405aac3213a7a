import { z } from 'zod'
import { LedgerlineError } from '../runtime/errors.ts'
import type { Parameters, TwilioRest } from './twilio-rest.ts'

/** Twilio gives no more in one answer. */
export const pageSizeMax = 1000

const pageSchema = z.looseObject({
  meta: z.looseObject({ next_page_url: z.string().nullish() }).optional(),
  /** The older API has the next page's path here. */
  next_page_uri: z.string().nullish(),
})

/**
 * The items of a list, page by page, following the address of the next page that each page gives: a page's number alone
 * means nothing to Twilio.
 */
export async function* pagesOf(
  rest: TwilioRest,
  url: string,
  key: string,
  parameters: Parameters,
): AsyncGenerator<readonly unknown[]> {
  const seen = new Set<string>()
  const read = (body: unknown) => {
    const page = pageSchema.safeParse(body)
    if (!page.success) throw misshapen(url, 'the answer is no page of a list')
    return page.data
  }
  let page = read(await rest.get(url, { ...parameters, PageSize: pageSizeMax }))
  for (;;) {
    const items = page[key]
    if (!Array.isArray(items)) throw misshapen(url, `the page has no list "${key}"`)
    yield items
    const next = page.meta?.next_page_url ?? page.next_page_uri ?? null
    if (next === null || next === '') return
    const following = new URL(next, url)
    // The password goes with the request, so it goes nowhere that the answer alone names.
    if (following.host !== new URL(url).host) throw misshapen(url, 'the next page is elsewhere')
    if (seen.has(following.href)) throw misshapen(url, 'the pages go round in a circle')
    seen.add(following.href)
    page = read(await rest.get(following.href))
  }
}

/** A list that is short, in one go. */
export async function listOf<T extends z.ZodType>(
  rest: TwilioRest,
  url: string,
  key: string,
  schema: T,
): Promise<readonly z.infer<T>[]> {
  const all: z.infer<T>[] = []
  for await (const items of pagesOf(rest, url, key, {})) {
    const read = z.array(schema).safeParse(items)
    if (!read.success) throw misshapen(url, `an item of "${key}" is not what Twilio documents`)
    all.push(...read.data)
  }
  return all
}

function misshapen(url: string, what: string): LedgerlineError {
  const { hostname, pathname } = new URL(url)
  const message = `${hostname}${pathname}: ${what}`
  return new LedgerlineError('TWILIO_REFUSED', message, { retryable: false })
}

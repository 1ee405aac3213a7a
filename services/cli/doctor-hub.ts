import { z } from 'zod'
import { createOperationsClient, HubError } from '../../client/operations.ts'
import type { OperationsProgress } from '../../schemas/feeds/operations.ts'
import { freshnessSchema } from '../../schemas/feeds/state.ts'
import type { Config } from '../runtime/config.ts'
import { explain } from './failure.ts'
import type { Finding } from './finding.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'

/** What the hub tells about itself, if it runs. */
export async function checkHub(config: Config): Promise<readonly Finding[]> {
  const url = hubUrl(config)
  try {
    if (!(await hubAnswers(url))) {
      const detail = `nothing answers at ${url}: start it with "ledgerline start", or set LEDGERLINE_HOST and LEDGERLINE_PORT to where it runs`
      return [{ sort: 'FAULT', what: 'hub', detail }]
    }
    const token = config.LEDGERLINE_API_TOKENS[0]
    const answers: Finding = { sort: 'ok', what: 'hub', detail: `answers at ${url}` }
    const progress = await progressOf(url, token)
    if (progress === null) return [answers]
    return [
      answers,
      ...(await checkReady(url)),
      ...checkLag(progress),
      ...checkTick(progress),
      ...(await checkClock(url, token)),
    ]
  } catch (error) {
    return [{ sort: 'FAULT', what: 'hub', detail: explain(error) }]
  }
}

/** Null of a process that only takes webhooks in: it knows nothing of tables. */
async function progressOf(url: string, token: string | undefined) {
  try {
    return await createOperationsClient({ url, token }).progress()
  } catch (error) {
    if (error instanceof HubError && error.status === 404) return null
    throw error
  }
}

const readySchema = z.object({
  ready: z.boolean(),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
})

async function checkReady(url: string): Promise<readonly Finding[]> {
  const response = await fetch(new URL('/readyz', url))
  const ready = readySchema.safeParse(await response.json().catch(() => null))
  if (!ready.success) {
    return [{ sort: 'FAULT', what: 'hub', detail: 'it does not say whether it is ready' }]
  }
  return ready.data.checks.map(({ name, ok }) => ({
    sort: ok ? 'ok' : 'FAULT',
    what: 'hub',
    detail: ok ? name : `not so: ${name}; its log says why`,
  }))
}

/** A batch or two are always under way. */
const lagNote = 10_000

function checkLag({ holdsAll, shards }: OperationsProgress): readonly Finding[] {
  const lag = shards.reduce((sum, { lagRecords }) => sum + (lagRecords ?? 0), 0)
  const held = shards.filter(({ nextOffset }) => nextOffset !== null).length
  const detail = `${held} of ${shards.length} shards are written by this process, ${lag} records behind the ledger`
  return [{ sort: holdsAll && lag < lagNote ? 'ok' : 'note', what: 'tables', detail }]
}

const tickMsMax = 180_000

/** The ledger's own clock: without it intervals do not end. */
function checkTick({ shards }: OperationsProgress): readonly Finding[] {
  const ages = shards.flatMap(({ ageMs }) => (ageMs === null ? [] : [ageMs]))
  if (ages.length === 0) return []
  const age = Math.max(...ages)
  const seconds = `${Math.round(age / 1000)} s`
  if (age <= tickMsMax) {
    return [{ sort: 'ok', what: 'clock', detail: `the ledger's last tick is ${seconds} old` }]
  }
  const detail = `the ledger's last tick is ${seconds} old: the tables lag, or no process with the role projections appends ticks`
  return [{ sort: 'FAULT', what: 'clock', detail }]
}

const aheadMsMax = 60_000
const silentMsMin = 15 * 60_000

/** Events from the future mean that a clock is wrong: theirs or ours. */
async function checkClock(url: string, token: string | undefined): Promise<readonly Finding[]> {
  const response = await fetch(new URL('/v1/state', url), {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })
  const state = z.object({ freshness: freshnessSchema }).safeParse(await response.json())
  if (!state.success) return []
  const { newestHappenedAt, newestReceivedAt } = state.data.freshness
  if (newestHappenedAt === null || newestReceivedAt === null) {
    return [{ sort: 'note', what: 'events', detail: 'none has come yet' }]
  }
  const ahead = newestHappenedAt - Date.now()
  if (ahead > aheadMsMax) {
    const detail = `the newest event is ${Math.round(ahead / 1000)} s in the future: set this machine's clock by NTP, or look at the source's`
    return [{ sort: 'FAULT', what: 'clock', detail }]
  }
  const silentMs = Date.now() - newestReceivedAt
  const detail = `the newest came ${Math.round(silentMs / 1000)} s ago`
  return [{ sort: silentMs > silentMsMin ? 'note' : 'ok', what: 'events', detail }]
}

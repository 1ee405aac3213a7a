import { createOperationsClient, HubError, type OperationsClient } from '../../client/operations.ts'
import type { SourceState } from '../../schemas/feeds/sources.ts'
import type { Config } from '../runtime/config.ts'
import { explain } from './failure.ts'
import type { Finding } from './finding.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'

/** Whether the sources are heard, as the running hub tells it; nothing where none runs, which is told elsewhere. */
export async function checkSources(config: Config): Promise<readonly Finding[]> {
  const url = hubUrl(config)
  try {
    if (!(await hubAnswers(url))) return []
    const hub = createOperationsClient({ url, token: config.LEDGERLINE_API_TOKENS[0] })
    const { sources } = await hub.sources()
    return [
      ...sources.flatMap(findingsOf),
      ...checkConferences(sources),
      ...(await checkDeadLetters(hub)),
    ]
  } catch (error) {
    // A process that only takes webhooks in knows nothing of tables.
    if (error instanceof HubError && error.status === 404) return []
    return [{ sort: 'FAULT', what: 'sources', detail: explain(error) }]
  }
}

export function findingsOf(source: SourceState): readonly Finding[] {
  const {
    source: name,
    state,
    gaps,
    signatureFailures,
    errors,
    lastReceivedAt,
    skewSeconds,
  } = source
  const findings: Finding[] = []
  if (state === 'silent' && lastReceivedAt !== null) {
    const detail = `${name} was last heard at ${new Date(lastReceivedAt).toISOString()}`
    findings.push({ sort: 'note', what: 'sources', detail })
  }
  const [gap] = gaps
  if (gap !== undefined) {
    const since = new Date(gap.from).toISOString()
    const detail = `${name}: open gaps: ${gaps.length}, the first from ${since} (${gap.reason}): see "ledgerline sources" and "ledgerline backfill"`
    findings.push({ sort: gap.to === null ? 'FAULT' : 'note', what: 'sources', detail })
  }
  if (skewSeconds !== null && Math.abs(skewSeconds) > skewMaxSeconds) {
    const seconds = Math.abs(skewSeconds).toFixed(1)
    const detail =
      skewSeconds < 0
        ? `${name}: its clock is ${seconds} s ahead of ours, so its events count too late: see that both keep time by NTP`
        : `${name}: no event of the last hour came within ${seconds} s of happening: its clock is behind ours, or all it sends is late`
    findings.push({ sort: 'note', what: 'clock', detail })
  }
  if (signatureFailures > 0) {
    const detail = `${name}: requests without a known signature: ${signatureFailures}; see TWILIO_AUTH_TOKENS, and whether LEDGERLINE_PUBLIC_URL is what Twilio calls`
    findings.push({ sort: 'FAULT', what: 'sources', detail })
  }
  if (errors.length > 0) {
    const told = errors.map(({ code, count }) => `${code} (${count})`).join(', ')
    const detail = `${name} has reported faults in the last day: ${told}; see twilio.com/docs/api/errors`
    findings.push({ sort: 'note', what: 'sources', detail })
  }
  return findings
}

/** A clock that keeps time is off by far less, and an event on its way for longer is late. */
const skewMaxSeconds = 30

/** Nothing else tells of hold. */
function checkConferences(sources: readonly SourceState[]): readonly Finding[] {
  const isHeard = (name: string) =>
    sources.some(({ source, lastReceivedAt }) => source === name && lastReceivedAt !== null)
  if (!isHeard('twilio-taskrouter') || isHeard('twilio-voice')) return []
  const detail =
    'no event of a call or conference has ever come: if calls are taken, their hold counts as talk; "ledgerline twilio setup --dry-run" says which callbacks to set'
  return [{ sort: 'note', what: 'sources', detail }]
}

async function checkDeadLetters(hub: OperationsClient): Promise<readonly Finding[]> {
  const letters = await hub.deadLetters()
  if (letters.length === 0) return []
  const detail = `what came in and could not be understood: ${letters.length}; see "ledgerline dlq list"`
  return [{ sort: 'note', what: 'dead letters', detail }]
}

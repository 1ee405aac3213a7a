import { openConfiguredRest } from '../repair/credentials.ts'
import { setupDifferences, type Difference } from '../repair/setup/setup-differences.ts'
import { findSetup } from '../repair/setup/setup-found.ts'
import { createSetupPlan } from '../repair/setup/setup-plan.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Config } from '../runtime/config.ts'
import { explain } from './failure.ts'
import type { Finding } from './finding.ts'

const patienceMs = 30_000

/** Whether Twilio sends everything here. Asks Twilio only where credentials are set, and changes nothing. */
export async function checkTwilio(config: Config): Promise<readonly Finding[]> {
  const rest = openConfiguredRest(config, systemClock)
  if (rest === null) {
    const detail =
      'no credentials of Twilio (TWILIO_ACCOUNT_SID with an API key or an auth token), so gaps are found but not filled'
    return [{ sort: 'note', what: 'twilio', detail }]
  }
  const { LEDGERLINE_PUBLIC_URL: publicUrl, TWILIO_WORKSPACE_SID: workspace } = config
  const missing: Finding[] =
    workspace === undefined
      ? [{ sort: 'note', what: 'twilio', detail: 'without TWILIO_WORKSPACE_SID gaps stay open' }]
      : []
  if (publicUrl === undefined) {
    const detail = 'without LEDGERLINE_PUBLIC_URL nobody can tell whether Twilio sends to the hub'
    return [...missing, { sort: 'note', what: 'twilio', detail }]
  }
  const plan = createSetupPlan(publicUrl, workspace ?? null)
  try {
    const found = await findSetup(rest.until(AbortSignal.timeout(patienceMs)), plan)
    const differences = setupDifferences(plan, found)
    if (differences.length > 0) return [...missing, ...findingsOf(differences)]
    return [...missing, { sort: 'ok', what: 'twilio', detail: `sends everything to ${publicUrl}` }]
  } catch (error) {
    return [...missing, { sort: 'FAULT', what: 'twilio', detail: explain(error) }]
  }
}

/** Types are many: they are told together. */
function findingsOf(differences: readonly Difference[]): readonly Finding[] {
  const findings = differences.flatMap((difference): Finding[] => {
    if (difference.part === 'type') return []
    return [{ ...describe(difference), what: 'twilio' }]
  })
  const types = differences.filter((difference) => difference.part === 'type')
  const missing = types.filter(({ kind }) => kind === 'missing').map(({ type }) => type)
  const unpinned = types.filter(({ kind }) => kind === 'version').map(({ type }) => type)
  return [
    ...findings,
    ...together(missing, 'types that are not subscribed to'),
    ...together(unpinned, 'types in another schema version than the hub is tested with'),
  ]
}

function together(types: readonly string[], what: string): readonly Finding[] {
  const [first] = types
  if (first === undefined) return []
  const detail = `${what}: ${types.length}, such as ${first}: ${remedy}`
  return [{ sort: 'note', what: 'twilio', detail }]
}

const remedy = 'run "ledgerline twilio setup"'

function describe(
  difference: Exclude<Difference, { part: 'type' }>,
): Pick<Finding, 'sort' | 'detail'> {
  switch (difference.part) {
    case 'workspace':
      return ofWorkspace(difference)
    case 'conversations':
      // Not everybody has them.
      return { sort: 'note', detail: `Conversations: webhooks are ${difference.kind}: ${remedy}` }
    case 'sink':
      return ofSink(difference)
    case 'subscription':
      return { sort: 'note', detail: `nothing is subscribed to in Event Streams: ${remedy}` }
  }
}

function ofWorkspace(
  difference: Extract<Difference, { part: 'workspace' }>,
): Pick<Finding, 'sort' | 'detail'> {
  switch (difference.kind) {
    case 'unset':
      return { sort: 'note', detail: `the workspace has no event callback: ${remedy}` }
    case 'incomplete':
      return { sort: 'FAULT', detail: `the workspace filters its events: ${remedy}` }
    case 'elsewhere':
      return {
        sort: 'note',
        detail: `the workspace's event callback goes elsewhere, so Event Streams has to bring everything; ${remedy} --replace to change that`,
      }
  }
}

function ofSink(
  difference: Extract<Difference, { part: 'sink' }>,
): Pick<Finding, 'sort' | 'detail'> {
  switch (difference.kind) {
    case 'missing':
      return { sort: 'note', detail: `no sink of Event Streams sends to the hub: ${remedy}` }
    case 'inactive':
      return { sort: 'FAULT', detail: `the sink is ${difference.status}: ${remedy}` }
    case 'unbatched':
      return {
        sort: 'note',
        detail: 'the sink sends one event at a time: make a new one with batch_events',
      }
  }
}

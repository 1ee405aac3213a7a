import type { Command } from 'commander'
import { createOperationsClient } from '../../client/operations.ts'
import { openConfiguredRest } from '../repair/credentials.ts'
import { createSetupPlan } from '../repair/setup/setup-plan.ts'
import { setUp } from '../repair/setup/setup-work.ts'
import { systemClock } from '../runtime/clock.ts'
import { readConfig, type Config } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { hubUrl } from './hub-address.ts'
import { toUrl } from './option-values.ts'
import { setupText } from './setup-text.ts'
import type { Terminal } from './terminal.ts'

interface SetupOptions {
  readonly dryRun?: boolean
  readonly publicUrl?: string
  readonly replace?: boolean
  readonly json?: boolean
}

export function addTwilio(program: Command, terminal: Terminal): void {
  program
    .command('twilio')
    .description("The customer's own Twilio account.")
    .command('setup')
    .description('Have Twilio send everything to the hub; what is so already stays as it is.')
    .option('--dry-run', 'only print what is to be set up; needs no credentials')
    .option(
      '--public-url <url>',
      'how Twilio reaches the hub; LEDGERLINE_PUBLIC_URL if not given',
      toUrl,
    )
    .option('--replace', 'also where events go to somebody else now: he will get none any more')
    .option('--json', 'print JSON')
    .action(async (options: SetupOptions) => runSetup(options, terminal))
}

async function runSetup(options: SetupOptions, terminal: Terminal): Promise<void> {
  const config = readConfig(terminal.env)
  const publicUrl = options.publicUrl ?? config.LEDGERLINE_PUBLIC_URL
  if (publicUrl === undefined) {
    throw new CommandFailure('give --public-url, or set LEDGERLINE_PUBLIC_URL', 2)
  }
  const plan = createSetupPlan(publicUrl, config.TWILIO_WORKSPACE_SID ?? null)
  if (options.dryRun === true) {
    terminal.out(options.json === true ? JSON.stringify(plan) : setupText(plan))
    return
  }
  const rest = openConfiguredRest(config, systemClock)
  if (rest === null) {
    throw new CommandFailure(
      'set TWILIO_ACCOUNT_SID, and TWILIO_API_KEY with TWILIO_API_SECRET or an auth token; or use --dry-run',
      2,
    )
  }
  const steps = await setUp({
    rest: rest.until(terminal.stopping),
    plan,
    replace: options.replace === true,
    lastTestId: () => lastTestIdOf(config, terminal),
    clock: systemClock,
  })
  if (options.json === true) {
    terminal.out(JSON.stringify({ steps, byHand: plan.byHand }))
  } else {
    if (steps.length === 0) terminal.out('everything was so already')
    steps.forEach(({ outcome, what }) => terminal.out(`${outcome}: ${what}`))
    terminal.out('By hand, if you use it ("ledgerline twilio setup --dry-run" says why):')
    plan.byHand.forEach(({ what, value }) => terminal.out(`  ${what}: ${value}`))
  }
  const failed = steps.filter(({ outcome }) => outcome === 'failed').length
  if (failed > 0) throw new CommandFailure('not everything could be set up')
}

/** The test comes to the hub; without one that answers nobody can tell Twilio of it. */
async function lastTestIdOf(config: Config, { stopping }: Terminal): Promise<string | null> {
  const token = config.LEDGERLINE_API_TOKENS[0]
  const hub = createOperationsClient({ url: hubUrl(config), token, signal: stopping })
  return hub.sources().then(
    ({ sinkTestId }) => sinkTestId,
    () => null,
  )
}

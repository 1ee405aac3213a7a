import type { Command } from 'commander'
import { readConfig, type Config } from '../runtime/config.ts'
import { checkDisk } from './doctor-disk.ts'
import { checkHub } from './doctor-hub.ts'
import { checkServers } from './doctor-servers.ts'
import { checkSources } from './doctor-sources.ts'
import { checkTwilio } from './doctor-twilio.ts'
import { CommandFailure, explain } from './failure.ts'
import type { Finding } from './finding.ts'
import type { Terminal } from './terminal.ts'
import { textTable } from './text-table.ts'

export function addDoctor(program: Command, terminal: Terminal): void {
  program
    .command('doctor')
    .description(
      'Look at configuration, hub, sources, Twilio, log, warehouse, disk and clock, and say what to do.',
    )
    .addHelpText('after', '\nExits with 1 when there is a fault.')
    .action(async () => {
      const findings = await examine(terminal)
      const rows = findings.map(({ sort, what, detail }) => [sort, what, detail])
      terminal.out(textTable(['', '', ''], rows).trimStart())
      const faults = findings.filter(({ sort }) => sort === 'FAULT').length
      if (faults > 0) throw new CommandFailure(`${faults} fault${faults === 1 ? '' : 's'} found`)
    })
}

async function examine({ env }: Terminal): Promise<readonly Finding[]> {
  let config: Config
  try {
    config = readConfig(env)
  } catch (error) {
    // Without a configuration nobody knows where to look for the rest.
    const faults = explain(error)
      .replace(/^CONFIG_INVALID: /, '')
      .split('; ')
    return faults.map((detail) => ({ sort: 'FAULT', what: 'settings', detail }))
  }
  return [
    { sort: 'ok', what: 'settings', detail: 'every setting can be understood' },
    ...checkTokens(config),
    ...(await checkHub(config)),
    ...(await checkSources(config)),
    ...(await checkTwilio(config)),
    ...(await checkServers(config)),
    ...(await checkDisk(config)),
  ]
}

function checkTokens({ TWILIO_AUTH_TOKENS: tokens }: Config): readonly Finding[] {
  if (tokens.length > 0) return []
  const detail = 'TWILIO_AUTH_TOKENS is not set, so webhooks of Twilio are refused'
  return [{ sort: 'note', what: 'settings', detail }]
}

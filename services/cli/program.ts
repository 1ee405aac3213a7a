import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { packageRoot } from '../runtime/package-root.ts'
import { addAlerts } from './alerts.ts'
import { addAudit } from './audit.ts'
import { addBackfill } from './backfill.ts'
import { addDefinitions } from './definitions.ts'
import { addDelivery } from './delivery.ts'
import { addDemo } from './demo.ts'
import { addDlq } from './dlq.ts'
import { addDoctor } from './doctor.ts'
import { addExplain } from './explain.ts'
import { addExport } from './export.ts'
import { CommandFailure, exitCodeOf, explain } from './failure.ts'
import { addIdentities } from './identities.ts'
import { addImport } from './import.ts'
import { addMapping } from './mapping.ts'
import { addRebuild } from './rebuild.ts'
import { addReplay } from './replay.ts'
import { addForecast } from './forecast.ts'
import { addSchedule } from './schedule.ts'
import { addSettings } from './settings.ts'
import { addSimulate } from './simulate.ts'
import { addSources } from './sources.ts'
import { addSql } from './sql.ts'
import { addStart } from './start.ts'
import type { Terminal } from './terminal.ts'
import { addTwilio } from './twilio-setup.ts'
import { addVerify } from './verify.ts'
import { addWhatIf } from './whatif.ts'

/** Runs one command and answers the exit code; whatever goes wrong is one line on standard error. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const isQuiet = terminal.stopping.aborted && !(error instanceof CommandFailure)
    if (!isQuiet) terminal.err(`ledgerline: ${explain(error)}\n`)
    if (showsStacks(terminal) && error instanceof Error) terminal.err(`${error.stack ?? ''}\n`)
    return exitCodeOf(error, terminal.stopping)
  }
}

export function createProgram(terminal: Terminal): Command {
  const program = new Command('ledgerline')
    .description('An event-sourced analytics and workforce-management data hub for Twilio Flex.')
    .version(readVersion())
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text),
    })
    .exitOverride()
    // What stands behind a command is that command's, also where one above it has an option of the same name.
    .enablePositionalOptions()
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', '\nEvery setting is an environment variable: ledgerline settings')
  for (const add of [
    addStart,
    addDemo,
    addSimulate,
    addRebuild,
    addVerify,
    addSql,
    addBackfill,
    addAudit,
    addExplain,
    addReplay,
    addDefinitions,
    addMapping,
    addSchedule,
    addForecast,
    addAlerts,
    addDelivery,
    addExport,
    addIdentities,
    addImport,
    addWhatIf,
    addSources,
    addTwilio,
    addDlq,
    addDoctor,
    addSettings,
  ]) {
    add(program, terminal)
  }
  return program
}

function showsStacks({ env }: Terminal): boolean {
  return ['debug', 'trace'].includes(env['LEDGERLINE_LOG_LEVEL'] ?? '')
}

function readVersion(): string {
  const text = readFileSync(join(packageRoot, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version
}

import { Option, type Command } from 'commander'
import { replayState } from '../../client/state-replay.ts'
import { stateClocks, type StateClock } from '../../schemas/feeds/state.ts'
import { readConfig } from '../runtime/config.ts'
import { CommandFailure } from './failure.ts'
import { hubAnswers, hubUrl } from './hub-address.ts'
import { toInstant, toSpeed } from './option-values.ts'
import type { Terminal } from './terminal.ts'

interface ReplayFlags {
  readonly from: number
  readonly to: number
  readonly speed: number
  readonly as: StateClock
}

/** The routing state as it was. */
export function addReplay(program: Command, terminal: Terminal): void {
  program
    .command('replay')
    .description('Tell a past stretch of the routing state again, one JSON object a line.')
    .requiredOption('--from <time>', 'where it begins, such as 2026-03-10T08:00:00Z', toInstant)
    .requiredOption('--to <time>', 'where it ends', toInstant)
    .option('--speed <factor>', 'how many times as fast as it went, or max', toSpeed, 1)
    .addOption(
      new Option('--as <clock>', 'with all that is known now, or with what had arrived by then')
        .choices(stateClocks)
        .default('happened'),
    )
    .addHelpText(
      'after',
      '\nThe first line is a snapshot, then changes, as GET /v1/state/replay tells them. Wants a hub that runs.',
    )
    .action(async ({ from, to, speed, as }: ReplayFlags) => {
      const config = readConfig(terminal.env)
      const url = hubUrl(config)
      if (!(await hubAnswers(url))) throw new CommandFailure(`no hub runs at ${url}`)
      const told = replayState({
        ...{ url, token: config.LEDGERLINE_API_TOKENS[0], signal: terminal.stopping, as },
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        speed: Number.isFinite(speed) ? speed : 0,
      })
      for await (const { event, data } of told) {
        terminal.out(`{"event":${JSON.stringify(event)},${data.slice(1)}`)
      }
    })
}

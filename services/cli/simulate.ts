import type { KeyObject } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Option, type Command } from 'commander'
import { readConfig, type Config } from '../runtime/config.ts'
import type { LostStretch } from '../simulator/delivery/lost-stretch.ts'
import { createCentre } from '../simulator/model/create-centre.ts'
import type { SourceName } from '../simulator/model/sources.ts'
import { simulate, type SimulateReport } from '../simulator/simulator.ts'
import { truthLines } from '../simulator/truth/truth-lines.ts'
import { CommandFailure } from './failure.ts'
import { hubUrl } from './hub-address.ts'
import { toCount, toDurationMs, toInstant, toShare, toSpeed, toUrl } from './option-values.ts'
import { createProgressLine } from './progress-line.ts'
import { speakers, toLostStretches, toPrivateKey, toSources } from './simulated-sources.ts'
import type { Terminal } from './terminal.ts'

interface SimulateFlags {
  readonly target?: string
  readonly seed: string
  readonly agents: number
  readonly queues: number
  readonly hours: 'office' | 'always'
  readonly from?: number
  readonly to?: number
  readonly speed: number
  readonly road: 'callback' | 'stream' | 'both'
  readonly duplicates: number
  readonly shuffle: number
  readonly late: number
  readonly sources?: readonly SourceName[]
  readonly sendgridKey?: KeyObject
  readonly lost?: readonly LostStretch[]
  readonly truth?: string
}

const hourMs = 3_600_000

export function addSimulate(program: Command, terminal: Terminal): void {
  program
    .command('simulate')
    .description("Send a simulated contact centre's webhooks to a hub, signed as Twilio signs.")
    .option('--target <url>', "the hub's address as Twilio would know it", toUrl)
    .option('--seed <text>', 'another seed is another centre and another day', 'ledgerline')
    .option('--agents <count>', 'how many agents', toCount, 200)
    .option('--queues <count>', 'how many queues', toCount, 10)
    .addOption(
      new Option('--hours <hours>', 'busy always, or in office hours of New York, by shifts')
        .choices(['always', 'office'])
        .default('always'),
    )
    .option('--from <time>', 'where simulated time begins; an hour ago unless given', toInstant)
    .option('--to <time>', 'where it ends; an hour later unless given', toInstant)
    .option(
      '--speed <factor>',
      '1 is real time; max: as fast as the hub takes it',
      toSpeed,
      Infinity,
    )
    .addOption(
      new Option('--road <road>', 'event callbacks, Event Streams, or each event by both')
        .choices(['callback', 'stream', 'both'])
        .default('callback'),
    )
    .option('--duplicates <share>', 'events that come twice, such as 5%', toShare, 0)
    .option('--shuffle <time>', 'every event comes up to so much late, such as 1h', toDurationMs, 0)
    .option('--late <share>', 'events that come a day late, such as 1%', toShare, 0)
    .option(
      '--sources <names>',
      "who speaks, such as taskrouter,voice, or all; by default all of Twilio's, and those that can sign",
      toSources,
    )
    .option('--sendgrid-key <file>', 'a private key in PEM, to speak as SendGrid', toPrivateKey)
    .option(
      '--lost <source=from/to>',
      'a stretch in which nothing of a source arrives; may be given several times',
      toLostStretches,
    )
    .option(
      '--truth <file>',
      'write the interval rows that the hub should come to, as lines of JSON',
    )
    .addHelpText(
      'after',
      "\nSigns with the first of TWILIO_AUTH_TOKENS and, as Segment, of SEGMENT_SHARED_SECRETS, which must be the hub's too.",
    )
    .action((flags: SimulateFlags) => runSimulate(flags, readConfig(terminal.env), terminal))
}

async function runSimulate(
  flags: SimulateFlags,
  config: Config,
  terminal: Terminal,
): Promise<void> {
  const startAt = flags.from ?? Date.now() - hourMs
  const endAt = flags.to ?? startAt + hourMs
  if (endAt <= startAt) throw new CommandFailure('--to must be after --from', 2)
  const { target = config.LEDGERLINE_PUBLIC_URL ?? hubUrl(config), seed, speed, road } = flags
  const line = createProgressLine(terminal)
  const report = await simulate({
    ...{ target, seed, startAt, endAt, speed, road },
    ...speakers(flags, config),
    centre: createCentre(flags),
    lost: flags.lost ?? [],
    authToken: authTokenOf(config),
    disorder: {
      duplicates: flags.duplicates,
      shuffleWithinMs: flags.shuffle,
      lateShare: flags.late,
    },
    keepSids: false,
    keepTruth: flags.truth !== undefined,
    signal: terminal.stopping,
    onProgress: ({ at, acknowledgedCount }) =>
      line.show(`at ${new Date(at).toISOString()}: ${acknowledgedCount} deliveries acknowledged`),
  }).finally(() => line.end())
  if (flags.truth !== undefined) await writeTruth(flags.truth, report)
  terminal.out(
    `${report.eventsCount} events, ${report.acknowledgedCount} deliveries acknowledged by ${target}, ${report.retriesCount} retries`,
  )
}

/** As of where simulated time has come to: the tables hold these rows once their clock is there too. */
async function writeTruth(file: string, { simulation, isAborted, at }: SimulateReport) {
  const asOf = isAborted ? at : simulation.options.endAt
  await pipeline(linesOf(truthLines(simulation.chronicle, asOf)), createWriteStream(file))
}

function* linesOf(texts: Iterable<string>): Generator<string> {
  for (const text of texts) yield `${text}\n`
}

function authTokenOf({ TWILIO_AUTH_TOKENS: [first] }: Config): string {
  if (first !== undefined) return first.replace(/^AC[0-9a-f]{32}=/, '')
  throw new CommandFailure('TWILIO_AUTH_TOKENS is not set: the hub would refuse every webhook', 2)
}

import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Command } from 'commander'
import { openHub, type Hub } from '../main.ts'
import { readConfig, type Config } from '../runtime/config.ts'
import { createDemoCentre } from '../simulator/model/create-centre.ts'
import { sourceNames } from '../simulator/model/sources.ts'
import { twilioConfig } from '../simulator/wire/configuration.ts'
import { liveStretch, simulate } from '../simulator/simulator.ts'
import { demoExports, writeDemoExports } from './demo-exports.ts'
import { describeDemo } from './demo-text.ts'
import { setUpWfm } from './demo-wfm.ts'
import { holdFolder } from './folder-hold.ts'
import { checkPortFree } from './ports.ts'
import { startPlannerPosts } from './planner-posts.ts'
import { createProgressLine } from './progress-line.ts'
import { untilStopped, type Terminal } from './terminal.ts'
import { clientOf, untilInStep } from './with-hub.ts'

export function addDemo(program: Command, terminal: Terminal): void {
  program
    .command('demo')
    .description(
      'Run the whole hub on this machine with a made-up contact centre that sends to it.',
    )
    .option('--keep', 'go on with what the last demo has left, instead of beginning anew')
    .option('--seed <text>', 'another seed is another centre', 'demo')
    .action((flags: DemoFlags) => runDemo(flags, terminal))
}

interface DemoFlags {
  readonly keep?: boolean
  readonly seed: string
}

async function runDemo({ keep = false, seed }: DemoFlags, terminal: Terminal): Promise<void> {
  // Made up for this run: they prove the simulator to the hub, and nothing to anybody else.
  const secrets = makeSecrets()
  const made = readConfig(demoEnvironment(terminal.env, secrets))
  const { folder: exports, settings } = demoExports(made.LEDGERLINE_DATA_DIR)
  const config: Config = { ...made, ...settings }
  const { LEDGERLINE_HOST: host, LEDGERLINE_ENGINE_HOST: engineHost } = config
  await checkPortFree(host, config.LEDGERLINE_PORT, 'LEDGERLINE_PORT')
  await checkPortFree(engineHost, config.LEDGERLINE_ENGINE_PORT, 'LEDGERLINE_ENGINE_PORT')
  const folder = await holdFolder(config.LEDGERLINE_DATA_DIR)
  try {
    if (!keep) await folder.empty()
    await writeDemoExports(exports, Date.now())
    terminal.err('starting the ledger, the ClickHouse engine and the hub …\n')
    // Files of hours whose events are still coming in would be empty, and all that comes a change of what was delivered.
    let beginExports = (): void => undefined
    const exportsAfter = new Promise<void>((resolve) => {
      beginExports = resolve
    })
    const hub = await openHub(config, { exportsAfter })
    try {
      for (const text of describeDemo(hub, config)) terminal.out(text)
      const whenPastIsIn = () => {
        const client = clientOf(hub.url, config, terminal)
        untilInStep(client, terminal).then(beginExports, beginExports)
      }
      await Promise.race([
        hub.done,
        untilStopped(terminal),
        runCentre(hub, config, secrets, seed, terminal, whenPastIsIn),
      ])
    } finally {
      terminal.err('closing …\n')
      await hub.close()
    }
  } finally {
    await folder.release()
  }
}

interface DemoSecrets {
  readonly authToken: string
  readonly segmentSecret: string
  readonly sendGrid: ReturnType<typeof makeKeyPair>
}

function makeSecrets(): DemoSecrets {
  return {
    authToken: randomBytes(16).toString('hex'),
    segmentSecret: randomBytes(16).toString('hex'),
    sendGrid: makeKeyPair(),
  }
}

function makeKeyPair() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

/**
 * Whatever is set for a real hub, the made-up events of the demo go to a folder and an engine of its own, never to
 * somebody's Kafka or ClickHouse.
 */
function demoEnvironment(
  env: Terminal['env'],
  { authToken, segmentSecret, sendGrid }: DemoSecrets,
): Record<string, string | undefined> {
  const own = Object.entries(env).filter(
    ([name]) =>
      !/^(?:KAFKA|CLICKHOUSE|TWILIO|SENDGRID|SEGMENT)_/.test(name) &&
      name !== 'LEDGERLINE_PUBLIC_URL',
  )
  return {
    LEDGERLINE_LOG_LEVEL: 'warn',
    ...Object.fromEntries(own),
    LEDGERLINE_DATA_DIR: join(env['LEDGERLINE_DATA_DIR'] || '.ledgerline', 'demo'),
    TWILIO_AUTH_TOKENS: authToken,
    SEGMENT_SHARED_SECRETS: segmentSecret,
    SENDGRID_WEBHOOK_PUBLIC_KEYS: sendGrid.publicKey
      .export({ format: 'der', type: 'spki' })
      .toString('base64'),
  }
}

const hourMs = 3_600_000

/** The last hours at once, so that there is something to see; from then on in real time. */
async function runCentre(
  { url }: Hub,
  config: Config,
  { authToken, segmentSecret, sendGrid }: DemoSecrets,
  seed: string,
  terminal: Terminal,
  whenPastIsIn: () => void,
): Promise<void> {
  const now = Date.now()
  const line = createProgressLine(terminal)
  let isPast = true
  const centre = createDemoCentre(seed)
  const client = clientOf(url, config, terminal)
  const stretch = liveStretch(now, { warmUpMs: 2 * hourMs, lengthMs: 365 * 24 * hourMs })
  await client.importTwilioConfig(twilioConfig(centre))
  await setUpWfm(client, stretch.startAt)
  const planner = startPlannerPosts({
    ...{ client, signal: terminal.stopping, now: () => Date.now(), everyMs: 2_000 },
  })
  await simulate({
    centre,
    ...{ seed, authToken, segmentSecret, target: url },
    sendGridKey: sendGrid.privateKey,
    sources: sourceNames,
    // In batches the past is in within seconds; what happens now goes out at once all the same.
    road: 'stream',
    batchSize: 500,
    // What has webhooks of its own comes one by one.
    concurrency: 24,
    ...stretch,
    onPlan: (record) => planner.told(record),
    keepSids: false,
    keepTruth: false,
    signal: terminal.stopping,
    onProgress({ at, acknowledgedCount }) {
      if (!isPast) return
      isPast = at < now
      if (isPast) line.show(`the last hours come in: ${acknowledgedCount} events`)
      else {
        line.end()
        terminal.err(`the last hours are in (${acknowledgedCount} events); now in real time\n`)
        whenPastIsIn()
      }
    },
  }).finally(() => {
    line.end()
    planner.stop()
  })
}

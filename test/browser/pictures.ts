import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { stateSchema, type State, type TaskState } from '../../schemas/feeds/state.ts'
import { packageRoot } from '../../services/runtime/package-root.ts'
import { launchBrowser } from './browser.ts'

// The pictures in docs/pictures, taken of a hub that runs: `npm run demo` in one terminal, `npm run pictures` in another.

interface Picture {
  readonly name: string
  /** The address in the board, after `#`. */
  readonly place: (state: State) => string
  /** What must be on the page before it is worth a picture. */
  readonly sees: string
  readonly colours: 'light' | 'dark'
  readonly size: { readonly width: number; readonly height: number }
}

const desk = { width: 1440, height: 1000 }

const pictures: readonly Picture[] = [
  { name: 'centre', place: () => '', sees: '.chart canvas', colours: 'light', size: desk },
  { name: 'queue', place: queuePlace, sees: '.chart canvas', colours: 'light', size: desk },
  { name: 'agent', place: agentPlace, sees: '.lanes rect', colours: 'dark', size: desk },
  { name: 'task', place: taskPlace, sees: '.why li', colours: 'light', size: desk },
  {
    ...{ name: 'adherence', place: () => '/adherence', sees: 'tbody tr', colours: 'light' },
    size: desk,
  },
  {
    ...{ name: 'wall', place: () => '/wall', sees: '.wall td:text("%")', colours: 'dark' },
    size: { width: 1920, height: 1080 },
  },
  {
    ...{ name: 'phone', place: () => '', sees: '.chart canvas', colours: 'light' },
    size: { width: 390, height: 844 },
  },
]

const waitedMs = 20_000
const url = process.argv[2] ?? 'http://127.0.0.1:8080'
const folder = join(packageRoot, 'docs', 'pictures')
await mkdir(folder, { recursive: true })
const browser = await launchBrowser()
try {
  for (const picture of pictures) await take(browser, picture, await whenBusy())
} finally {
  await browser.close()
}

/** The state once somebody has waited for so long: of a calm centre there is little to show. */
async function whenBusy(): Promise<State> {
  for (;;) {
    const state = stateSchema.parse(await (await fetch(`${url}/v1/state`)).json())
    const hasWaited = ({ createdAt }: TaskState) => state.asOf - createdAt > waitedMs
    if (waitingIn(state).some(hasWaited)) return state
    await sleep(1_000)
  }
}

async function take(
  browser: Browser,
  { name, place, sees, colours, size }: Picture,
  state: State,
): Promise<void> {
  const page = await browser.newPage({ viewport: size, colorScheme: colours })
  await page.goto(`${url}/#${place(state)}`)
  await page.locator(sees).first().waitFor()
  await page.locator('.freshness.good, .wall').first().waitFor()
  // Numbers of the day come a moment after those of this second.
  await page.waitForTimeout(2_000)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await page.close()
  console.log(`docs/pictures/${name}.png`)
}

/** The queue with the most to show. */
function queuePlace({ queues }: State): string {
  const [busiest] = [...queues].sort((a, b) => b.waiting - a.waiting || b.handling - a.handling)
  return `/queue/${busiest?.id ?? ''}`
}

function agentPlace({ agents }: State): string {
  const busy = agents.find(({ legs }) => legs.some(({ channel }) => channel === 'voice'))
  return `/agent/${busy?.id ?? agents[0]?.id ?? ''}`
}

/** Whoever has waited the longest: of nobody else there is more to tell why. */
function taskPlace(state: State): string {
  const [longest] = [...waitingIn(state)].sort((a, b) => a.createdAt - b.createdAt)
  return `/task/${longest?.id ?? ''}`
}

function waitingIn({ tasks }: State): readonly TaskState[] {
  return tasks.filter(({ status }) => status === 'waiting')
}

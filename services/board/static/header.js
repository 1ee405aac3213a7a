import { serviceLevelParts } from './day.js'
import { Figure } from './page.js'
import { toAdherence, toCentre, toWall } from './place.js'
import { ThemeChoice } from './theme.js'
import { html } from './view.js'
import { ago, clock, count, dayInWords, exactTimeOfDay, plural, share, timeZone } from './words.js'

/** A line of the ledger that is older than this says nothing of the present. */
const tickMsMax = 150_000

/** Where we are, and how fresh what stands below is. */
export function Header({ state }) {
  const { tone, words } = freshness(state)
  return html`
    <header>
      <h1><a href=${toCentre}>Ledgerline</a> <span>routing state</span></h1>
      <p class="when">
        ${state.asOf === null ? '' : html`${dayInWords(state.asOf)} <span>${timeZone}</span>`}
      </p>
      <nav class="ways" aria-label="Views">
        <a href=${toAdherence}>Adherence</a>
        <a href=${toWall}>Wall</a>
        <${ThemeChoice} />
      </nav>
      <p class=${`freshness ${tone}`}><span class="lamp" aria-hidden="true"></span>${words}</p>
    </header>
  `
}

function freshness({ connection, asOf, heardAt, catchingUp, freshness: held }) {
  if (connection === 'connecting') return { tone: 'pending', words: 'Connecting' }
  if (connection === 'past') return { tone: 'pending', words: 'The past' }
  if (connection === 'lost') {
    return { tone: 'bad', words: asOf === null ? 'No hub' : `Disconnected` }
  }
  const age = `as of ${ago(performance.now() - heardAt)} ago`
  if (catchingUp) return { tone: 'pending', words: `Catching up, ${age}` }
  if (held?.reading === false) return { tone: 'bad', words: 'Stale' }
  return { tone: 'good', words: `Live, ${age}` }
}

/** What is wrong, in a sentence, when something is. Read out once, not with every second. */
export function Notice({ state }) {
  const { tone, title, text } = notice(state) ?? {}
  return html`
    <div role="status" aria-live="polite">
      ${title !== undefined && html`<p class=${`notice ${tone}`}><strong>${title}</strong> ${text}</p>`}
    </div>
  `
}

function notice({ connection, asOf, catchingUp, freshness: held }) {
  if (connection === 'lost') {
    const text =
      asOf === null
        ? 'The page asks again every few seconds.'
        : `What stands here was so at ${exactTimeOfDay(asOf)}. The page asks again every few seconds.`
    return { tone: 'bad', title: 'The hub does not answer.', text }
  }
  if (catchingUp) {
    const behind = held?.lagRecords
    const text = behind ? `It is ${plural(behind, 'event', 'events')} behind the present.` : ''
    return { tone: 'pending', title: 'The hub is reading its ledger.', text }
  }
  if (held?.reading === false) {
    const text = 'What stands here may be old.'
    return { tone: 'bad', title: 'The hub cannot read its ledger.', text }
  }
  if (asOf !== null && held?.tick != null && asOf - held.tick > tickMsMax) {
    const text = 'Numbers of the day may lag behind.'
    return { tone: 'pending', title: 'The clock of the ledger has stopped.', text }
  }
  return null
}

/** The centre in one line. What is not known is a dash, never a nought. */
export function Totals({ state, day, now }) {
  return html`
    <section class="totals" aria-label="The centre now">
      <dl>
        ${state.asOf === null ? unknown.map((name) => figure(name, '–', '')) : present(state, now)}
        ${day.status === 'known' ? today(day.total) : unknownToday.map((name) => figure(name, '–', 'today'))}
      </dl>
    </section>
  `
}

const unknown = ['Waiting', 'In hand', 'Ready', 'Away']
const unknownToday = ['Service level', 'Answered', 'Abandoned']

function present(state, now) {
  const waiting = [...state.tasks.values()].filter((task) => task.isWaiting)
  const oldest = waiting.reduce((least, task) => Math.min(least, task.enteredQueueAt), Infinity)
  const agents = [...state.agents.values()]
  const inState = (...states) => agents.filter((agent) => states.includes(agent.state)).length
  const signedIn = agents.filter(({ state: name }) => name !== 'offline' && name !== null).length
  const handling = inState('talk', 'hold', 'acw', 'work_offline')
  return [
    figure(
      'Waiting',
      count(waiting.length),
      waiting.length === 0 ? 'nobody' : `longest ${clock(now - oldest)}`,
    ),
    figure('In hand', count(handling), `${count(inState('acw'))} wrapping up`),
    figure('Ready', count(inState('idle')), `${count(inState('alert'))} ringing`),
    figure('Away', count(inState('aux')), `of ${plural(signedIn, 'agent', 'agents')} signed in`),
  ]
}

function today(total) {
  const { offered, answered, abandoned } = total
  return [
    figure('Service level', share(...serviceLevelParts(total)), 'today'),
    figure('Answered', count(answered), `of ${count(offered)} offered today`),
    figure('Abandoned', count(abandoned), `${share(abandoned, offered)} today`),
  ]
}

function figure(name, value, note) {
  return html`<${Figure} name=${name} value=${value} note=${note} />`
}

import { serviceLevelParts } from './day.js'
import { Figure } from './page.js'
import { toAdherence, toCentre, toWall } from './place.js'
import { ThemeChoice } from './theme.js'
import { html } from './view.js'
import { clock, count, dayInWords, plural, share, timeZone } from './words.js'

/** Where we are, and how fresh what stands below is. */
export function Header({ state, standing }) {
  const { tone, words } = standing
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

/** What is wrong, in a sentence, when something is. Read out once, not with every second. */
export function Notice({ standing }) {
  const { tone, title, text } = standing.notice ?? {}
  return html`
    <div role="status" aria-live="polite">
      ${title !== undefined && html`<p class=${`notice ${tone}`}><strong>${title}</strong> ${text}</p>`}
    </div>
  `
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

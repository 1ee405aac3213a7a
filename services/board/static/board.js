// The wallboard: one page that follows the state of a hub and shows it. It reads nothing but the public API.

import { followState } from '/client/state-stream.js'
import { render } from '/vendor/preact.js'
import { AdherencePage } from './adherence.js'
import { AgentPage } from './agent-page.js'
import { Agents } from './agents.js'
import { DayReport } from './day-report.js'
import { followPlace } from './followed.js'
import { Header, Notice, Totals } from './header.js'
import { PageTitle } from './page.js'
import { createPast } from './past.js'
import { placeNow } from './place.js'
import { QueuePage } from './queue-page.js'
import { Queues } from './queues.js'
import { SignIn } from './sign-in.js'
import { standingOf } from './standing.js'
import { TaskPage } from './task-page.js'
import { applyTheme } from './theme.js'
import { TimeTravel } from './time-travel.js'
import { Trust } from './trust.js'
import { Waiting } from './waiting.js'
import { Wall } from './wall.js'
import { html } from './view.js'

const root = document.getElementById('board')
const tokenKey = 'ledgerline-token'

let token = sessionStorage.getItem(tokenKey)
let followed = null
let place = placeNow()
let ofPlace = null
let travel = null
let isDrawn = true

applyTheme()
begin()
// Times count up by the second, also when nothing else happens.
setInterval(draw, 1000)
addEventListener('hashchange', () => {
  place = placeNow()
  followHere()
  soon()
})

function begin() {
  followed?.close()
  travel?.close()
  followed = followState({ token, onChange: soon })
  travel = createPast({ token, onChange: soon })
  followHere()
}

function followHere() {
  ofPlace?.close()
  const past = () => travel.past.at
  ofPlace = followPlace(place, { token, now: hubTime, past, onChange: soon })
}

function signIn(given) {
  token = given
  sessionStorage.setItem(tokenKey, given)
  begin()
  soon()
}

/** The time by the hub's clock; it stands still while the hub is away, because nobody knows what happens then. */
function hubTime() {
  const { asOf, heardAt, connection } = followed.state
  if (asOf === null) return null
  return connection === 'live' ? asOf + performance.now() - heardAt : asOf
}

/** Once a frame is enough, however much comes in. */
function soon() {
  if (!isDrawn) return
  isDrawn = false
  requestAnimationFrame(draw)
}

function draw() {
  isDrawn = true
  const { state } = followed
  const { past } = travel
  const view =
    past.at === null
      ? { state, now: hubTime(), ...ofPlace }
      : { state: past.state ?? nothingKnown, now: past.state?.asOf ?? null, ...ofPlace, day: noDay }
  render(
    state.connection === 'refused' || wantsToken(ofPlace.adherence)
      ? html`<${SignIn} isWrong=${token !== null} onToken=${signIn} />`
      : html`<${Board} ...${view} travel=${travel} present=${hubTime()} />`,
    root,
  )
}

/** A zone that the hub does not know is refused too; another token would not help. */
function wantsToken(adherence) {
  return adherence?.connection === 'refused' && adherence.problem?.status !== 400
}

/** While the first moment of the past is on its way. */
const nothingKnown = {
  ...{ connection: 'past', asOf: null, heardAt: 0, catchingUp: false, freshness: null },
  ...{ queues: new Map(), agents: new Map(), tasks: new Map(), problem: null },
}

/** Numbers of the day go up to now, and are left out of a moment before. */
const noDay = { status: 'past', queues: new Map() }

function Board({ travel, present, ...view }) {
  const { state, adherence } = view
  const standing = standingOf(state, adherence)
  document.documentElement.classList.toggle('on-wall', place.page === 'wall')
  if (place.page === 'wall') {
    return html`<${Notice} standing=${standing} /><${Wall} ...${view} />`
  }
  return html`
    <${Header} state=${state} standing=${standing} />
    <${TimeTravel}
      past=${travel.past}
      present=${present}
      show=${travel.show}
      leave=${travel.leave}
    />
    <${Notice} standing=${standing} />
    <main class=${standing.tone === 'bad' ? 'old' : ''}>
      <${Page} key=${location.hash} ...${view} />
    </main>
  `
}

function Page(view) {
  const { page, id } = place
  const { state } = view
  switch (page) {
    case 'queue': {
      const name = state.queues.get(id)?.name ?? id
      return html`<${PageTitle} kind="Queue" name=${name} /><${QueuePage} id=${id} ...${view} />`
    }
    case 'agent': {
      const name = state.agents.get(id)?.name ?? view.timeline.data?.agent.name ?? id
      return html`<${PageTitle} kind="Agent" name=${name} /><${AgentPage} id=${id} ...${view} />`
    }
    case 'adherence':
      return state.connection === 'past'
        ? html`<${PageTitle} name="Adherence" /><${OnlyNow} />`
        : html`<${PageTitle} name="Adherence" /><${AdherencePage} ...${view} />`
    case 'task':
      return html`<${PageTitle} kind="Task" name=${id} /><${TaskPage} id=${id} ...${view} />`
    default:
      return html`<${Centre} ...${view} />`
  }
}

function OnlyNow() {
  return html`<section>
    <p class="empty">Adherence goes up to now; go back to now to see it.</p>
  </section>`
}

function Centre({ state, day, sources, now, setMinutes }) {
  return html`
    <${Totals} state=${state} day=${day} now=${now} />
    <div class="columns">
      <${Queues} state=${state} day=${day} now=${now} />
      <${Waiting} state=${state} now=${now} />
    </div>
    ${state.connection !== 'past' && html`<${DayReport} day=${day} now=${now} setMinutes=${setMinutes} />`}
    <${Agents} state=${state} now=${now} />
    ${state.connection !== 'past' && html`<${Trust} sources=${sources} day=${day} now=${now} />`}
  `
}

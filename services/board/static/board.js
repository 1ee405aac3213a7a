// The wallboard: one page that follows the state of a hub and shows it. It reads nothing but the public API.

import { followState } from '/client/state-stream.js'
import { render } from '/vendor/preact.js'
import { Agents } from './agents.js'
import { DayReport } from './day-report.js'
import { followDay } from './day.js'
import { Header, Notice, Totals } from './header.js'
import { createPast } from './past.js'
import { Queues } from './queues.js'
import { SignIn } from './sign-in.js'
import { TimeTravel } from './time-travel.js'
import { Waiting } from './waiting.js'
import { html } from './view.js'

const root = document.getElementById('board')
const tokenKey = 'ledgerline-token'

let token = sessionStorage.getItem(tokenKey)
let followed = null
let followedDay = null
let travel = null
let isDrawn = true

begin()
// Times count up by the second, also when nothing else happens.
setInterval(draw, 1000)

function begin() {
  followed?.close()
  followedDay?.close()
  travel?.close()
  followed = followState({ token, onChange: soon })
  followedDay = followDay({ token, now: hubTime, onChange: soon })
  travel = createPast({ token, onChange: soon })
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
      ? { state, day: followedDay.day, now: hubTime() }
      : { state: past.state ?? nothingKnown, day: noDay, now: past.state?.asOf ?? null }
  render(
    state.connection === 'refused'
      ? html`<${SignIn} isWrong=${token !== null} onToken=${signIn} />`
      : html`<${Board}
          ...${view}
          travel=${travel}
          present=${hubTime()}
          setMinutes=${followedDay.setMinutes}
        />`,
    root,
  )
}

/** While the first moment of the past is on its way. */
const nothingKnown = {
  ...{ connection: 'past', asOf: null, heardAt: 0, catchingUp: false, freshness: null },
  ...{ queues: new Map(), agents: new Map(), tasks: new Map(), problem: null },
}

/** Numbers of the day go up to now, and are left out of a moment before. */
const noDay = { status: 'past', queues: new Map() }

function Board({ state, day, now, travel, present, setMinutes }) {
  const isOld = state.connection === 'lost' || state.freshness?.reading === false
  return html`
    <${Header} state=${state} />
    <${TimeTravel}
      past=${travel.past}
      present=${present}
      show=${travel.show}
      leave=${travel.leave}
    />
    <${Notice} state=${state} />
    <main class=${isOld ? 'old' : ''}>
      <${Totals} state=${state} day=${day} now=${now} />
      <div class="columns">
        <${Queues} state=${state} day=${day} now=${now} />
        <${Waiting} state=${state} now=${now} />
      </div>
      ${state.connection !== 'past' && html`<${DayReport} day=${day} now=${now} setMinutes=${setMinutes} />`}
      <${Agents} state=${state} now=${now} />
    </main>
  `
}

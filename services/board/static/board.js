// The wallboard: one page that follows the state of a hub and shows it. It reads nothing but the public API.

import { followState } from '/client/state-stream.js'
import { render } from '/vendor/preact.js'
import { Agents } from './agents.js'
import { DayReport } from './day-report.js'
import { followDay } from './day.js'
import { Header, Notice, Totals } from './header.js'
import { Queues } from './queues.js'
import { SignIn } from './sign-in.js'
import { Waiting } from './waiting.js'
import { html } from './view.js'

const root = document.getElementById('board')
const tokenKey = 'ledgerline-token'

let token = sessionStorage.getItem(tokenKey)
let followed = null
let followedDay = null
let isDrawn = true

begin()
// Times count up by the second, also when nothing else happens.
setInterval(draw, 1000)

function begin() {
  followed?.close()
  followedDay?.close()
  followed = followState({ token, onChange: soon })
  followedDay = followDay({ token, now: hubTime, onChange: soon })
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
  const view = { state, day: followedDay.day, now: hubTime() }
  render(
    state.connection === 'refused'
      ? html`<${SignIn} isWrong=${token !== null} onToken=${signIn} />`
      : html`<${Board} ...${view} setMinutes=${followedDay.setMinutes} />`,
    root,
  )
}

function Board({ state, day, now, setMinutes }) {
  const isOld = state.connection === 'lost' || state.freshness?.reading === false
  return html`
    <${Header} state=${state} />
    <${Notice} state=${state} />
    <main class=${isOld ? 'old' : ''}>
      <${Totals} state=${state} day=${day} now=${now} />
      <div class="columns">
        <${Queues} state=${state} day=${day} now=${now} />
        <${Waiting} state=${state} now=${now} />
      </div>
      <${DayReport} day=${day} now=${now} setMinutes=${setMinutes} />
      <${Agents} state=${state} now=${now} />
    </main>
  `
}

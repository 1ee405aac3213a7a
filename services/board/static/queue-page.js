import { DayReport } from './day-report.js'
import { toAgent } from './place.js'
import { html } from './view.js'
import { Figure, Missing } from './page.js'
import { TaskList } from './waiting.js'
import { agentGroups, clock, count, plural } from './words.js'

/** One queue: who waits in it, who works for it, and its day. */
export function QueuePage({ id, state, day, now, setMinutes }) {
  const queue = state.queues.get(id)
  if (queue === undefined) return html`<${Missing} what="queue" id=${id} state=${state} />`
  const tasks = [...state.tasks.values()].filter((task) => task.queue === id)
  const waiting = tasks
    .filter((task) => task.isWaiting)
    .sort((a, b) => a.enteredQueueAt - b.enteredQueueAt)
  const busy = [...state.agents.values()]
    .filter(({ legs }) => legs.some((leg) => leg.queue === id))
    .sort((a, b) => a.name.localeCompare(b.name))
  const { oldestWaitingSince: since, members } = queue
  return html`
    <section class="totals" aria-label="The queue now">
      <dl>
        <${Figure}
          name="Waiting"
          value=${count(queue.waiting)}
          note=${since === null ? 'nobody' : `longest ${clock(now - since)}`}
        />
        <${Figure}
          name="Too long"
          value=${count(queue.slBreached)}
          note=${`beyond ${clock(queue.slThresholdMs)}; ${count(queue.slAtRisk)} soon`}
        />
        <${Figure} name="Ringing" value=${count(queue.ringing)} note="at an agent" />
        <${Figure}
          name="In hand"
          value=${count(queue.handling)}
          note=${`${count(queue.wrapping)} wrapping up`}
        />
        <${Figure}
          name="Ready"
          value=${members === null ? '–' : count(members.byState.idle ?? 0)}
          note=${members === null ? 'nobody has told whom it may use' : `of ${plural(members.total, 'agent', 'agents')} it may use`}
        />
      </dl>
    </section>
    <div class="columns">
      ${
        state.connection === 'past'
          ? html`<section class="day">
              <h2>Its day</h2>
              <p class="empty">Numbers of the day go up to now; go back to now to see them.</p>
            </section>`
          : html`<${DayReport} day=${day} now=${now} setMinutes=${setMinutes} />`
      }
      <section class="waiting" aria-labelledby="waiting-title">
        <h2 id="waiting-title">Waiting <span>${count(waiting.length)}</span></h2>
        <${TaskList} tasks=${waiting} state=${state} now=${now} max=${30} />
      </section>
    </div>
    <section class="agents" aria-labelledby="busy-title">
      <h2 id="busy-title">At work for it <span>${count(busy.length)}</span></h2>
      ${busy.length === 0 && html`<p class="empty">Nobody has work of this queue.</p>`}
      <div class="agent-group">
        <ul aria-labelledby="busy-title">
          ${busy.map(
            (agent) => html`
              <li key=${agent.id}>
                <span class="who">
                  <a href=${toAgent(agent.id)}>${agent.name}</a>
                  <small>${nameOfState(agent.state)}</small>
                </span>
                <span class="wait">${clock(now - (agent.stateSince ?? now))}</span>
              </li>
            `,
          )}
        </ul>
      </div>
    </section>
  `
}

function nameOfState(state) {
  return agentGroups.find((group) => group.state === (state ?? 'unknown'))?.name ?? state
}

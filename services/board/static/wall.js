import { serviceLevelParts } from './day.js'
import { Totals } from './header.js'
import { byUrgency } from './queues.js'
import { toCentre } from './place.js'
import { html } from './view.js'
import { agentGroups, clock, count, exactTimeOfDay, share } from './words.js'

/** So long a page stays on the wall. */
const pageMs = 12_000
const rowsPerPage = 8

/** For a television: large, nothing to click but the way back, and what has no room comes by in turn. */
export function Wall({ state, day, now }) {
  const queues = byUrgency(state.queues.values())
  const pages = Math.max(1, Math.ceil(queues.length / rowsPerPage))
  const page = Math.floor((now ?? 0) / pageMs) % pages
  const shown = queues.slice(page * rowsPerPage, (page + 1) * rowsPerPage)
  return html`
    <main class="wall">
      <${Totals} state=${state} day=${day} now=${now} />
      <section class="queues" aria-labelledby="wall-queues">
        <h2 id="wall-queues">
          Queues ${pages > 1 && html`<span>page ${page + 1} of ${pages}</span>`}
        </h2>
        <table>
          <thead>
            <tr>
              <th scope="col" class="name">Queue</th>
              <th scope="col">Waiting</th>
              <th scope="col">Longest</th>
              <th scope="col">In hand</th>
              <th scope="col">Ready</th>
              <th scope="col">Service level</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map((queue) => html`<${Row} key=${queue.id} queue=${queue} sums=${day.queues.get(queue.id)} now=${now} />`)}
          </tbody>
        </table>
      </section>
      <${States} agents=${state.agents} />
      <footer>
        <a href=${toCentre}>Leave the wall</a>
        <span>${now === null ? '' : exactTimeOfDay(now)}</span>
      </footer>
    </main>
  `
}

function Row({ queue, sums, now }) {
  const { oldestWaitingSince: since, slThresholdMs, members } = queue
  const wait = since === null ? null : now - since
  const isLate = wait !== null && wait > slThresholdMs
  return html`
    <tr class=${isLate ? 'late' : ''}>
      <th scope="row" class="name">${queue.name}</th>
      <td>${count(queue.waiting)}</td>
      <td class="wait">${wait === null ? '–' : clock(wait)}</td>
      <td>${count(queue.handling)}</td>
      <td>${members === null ? '–' : count(members.byState.idle ?? 0)}</td>
      <td>${sums === undefined ? '–' : share(...serviceLevelParts(sums))}</td>
    </tr>
  `
}

/** How many are in each state. */
function States({ agents }) {
  const counts = new Map()
  for (const { state } of agents.values()) {
    counts.set(state ?? 'unknown', (counts.get(state ?? 'unknown') ?? 0) + 1)
  }
  return html`
    <ul class="sums" aria-label="Agents by what they do">
      ${agentGroups
        .filter(({ state }) => counts.has(state))
        .map(
          ({ state, name }) => html`
            <li key=${state} class=${state}>
              <i aria-hidden="true"></i>${name} <b>${count(counts.get(state))}</b>
            </li>
          `,
        )}
    </ul>
  `
}

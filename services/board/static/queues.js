import { serviceLevelParts } from './day.js'
import { toQueue } from './place.js'
import { html } from './view.js'
import { clock, count, share } from './words.js'

/** The queue that somebody has waited in longest is first. */
export function byUrgency(queues) {
  return [...queues].sort(
    (a, b) =>
      (a.oldestWaitingSince ?? Infinity) - (b.oldestWaitingSince ?? Infinity) ||
      b.handling - a.handling ||
      a.name.localeCompare(b.name),
  )
}

/** Each queue now and today; the one that somebody has waited in longest is first. */
export function Queues({ state, day, now }) {
  const queues = byUrgency(state.queues.values())
  return html`
    <section class="queues" aria-labelledby="queues-title">
      <h2 id="queues-title">Queues</h2>
      ${
        queues.length === 0
          ? html`<p class="empty">
              ${
                state.asOf === null
                  ? 'Nothing is known yet.'
                  : 'No queue has been heard of yet. One appears as soon as a task enters it.'
              }
            </p>`
          : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="queues-title">
              <table>
                <thead>
                  <tr>
                    <th scope="col" rowspan="2" class="name">Queue</th>
                    <th scope="colgroup" colspan="4" class="group">
                      ${state.connection === 'past' ? 'Then' : 'Now'}
                    </th>
                    <th scope="colgroup" colspan="3" class="group">Today</th>
                  </tr>
                  <tr>
                    <th scope="col">Waiting</th>
                    <th scope="col">Longest</th>
                    <th scope="col" class="roomy">Ringing</th>
                    <th scope="col">In hand</th>
                    <th scope="col">Service level</th>
                    <th scope="col" class="roomy">Answered</th>
                    <th scope="col" class="roomy">Abandoned</th>
                  </tr>
                </thead>
                <tbody>
                  ${queues.map(
                    (queue) =>
                      html`<${Queue}
                        key=${queue.id}
                        queue=${queue}
                        sums=${day.queues.get(queue.id)}
                        isKnown=${day.status === 'known'}
                        now=${now}
                      />`,
                  )}
                </tbody>
              </table>
            </div>`
      }
    </section>
  `
}

function Queue({ queue, sums, isKnown, now }) {
  const { oldestWaitingSince: since, slThresholdMs } = queue
  const wait = since === null ? null : now - since
  const isLate = wait !== null && wait > slThresholdMs
  const today = (value) => (sums === undefined ? (isKnown ? '0' : '–') : count(value))
  return html`
    <tr class=${isLate ? 'late' : ''}>
      <th scope="row" class="name" title=${queue.name}>
        <a href=${toQueue(queue.id)}>${queue.name}</a>
      </th>
      <td>${number(queue.waiting)}</td>
      <td class="wait">
        ${wait === null ? none : clock(wait)}
        ${isLate && html`<span class="spoken">, beyond the service level</span>`}
      </td>
      <td class="roomy">${number(queue.ringing)}</td>
      <td>${number(queue.handling)}</td>
      <td>${sums === undefined ? none : share(...serviceLevelParts(sums))}</td>
      <td class="roomy">${today(sums?.answered)}</td>
      <td class="roomy">${today(sums?.abandoned)}</td>
    </tr>
  `
}

const none = html`<span class="none">–</span>`

function number(value) {
  return value === 0 ? html`<span class="none">0</span>` : count(value)
}
